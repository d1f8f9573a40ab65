from harness.lab import networks

MOUNTINFO = """\
22 1 0:20 / / rw shared:1 - ext4 /dev/vda rw
91 22 0:4 net:[4026532] /srv/lab/hosts/compute1/net rw shared:2 - nsfs nsfs rw
"""


def test_mount_points_are_the_fifth_field() -> None:
    assert networks.mount_points(MOUNTINFO) == {"/", "/srv/lab/hosts/compute1/net"}
    assert networks.mount_points("") == set()


def test_the_hosts_have_different_addresses() -> None:
    assert len(set(networks.ADDRESSES.values())) == 2
