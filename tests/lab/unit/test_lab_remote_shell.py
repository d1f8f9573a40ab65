import pytest

from harness.lab.inside import remote_shell

HOSTS = remote_shell.hosts_by_address("127.0.0.1 localhost\n# no\n\n198.18.77.2 compute2\n")
STATE = "/srv/lab"


def test_a_command_reaches_the_disk_of_the_other_host() -> None:
    arguments = ["-o", "BatchMode=yes", "198.18.77.2", "mkdir", "-p", "/srv/lab/instances/abc"]
    assert remote_shell.ssh_command(arguments, HOSTS, STATE) == [
        "mkdir", "-p", "/srv/lab/hosts/compute2/instances/abc",
    ]  # fmt: skip


def test_a_copy_translates_only_the_remote_side() -> None:
    arguments = ["-C", "-r", "/srv/lab/instances/a/disk", "198.18.77.2:/srv/lab/instances/b/disk"]
    assert remote_shell.scp_command(arguments, HOSTS, STATE)[-2:] == [
        "/srv/lab/instances/a/disk",
        "/srv/lab/hosts/compute2/instances/b/disk",
    ]


def test_a_copy_from_the_other_host_works_too() -> None:
    arguments = ["-r", "198.18.77.2:/srv/lab/instances/a/disk", "/srv/lab/instances/a/disk"]
    assert remote_shell.scp_command(arguments, HOSTS, STATE)[-2] == (
        "/srv/lab/hosts/compute2/instances/a/disk"
    )


def test_paths_outside_of_the_instances_stay() -> None:
    assert remote_shell.on_disk("/tmp/x", "compute2", STATE) == "/tmp/x"
    assert remote_shell.on_disk("/srv/lab/instances2/x", "compute2", STATE) == (
        "/srv/lab/instances2/x"
    )


def test_an_unknown_address_is_an_error() -> None:
    with pytest.raises(KeyError):
        remote_shell.ssh_command(["192.0.2.1", "true"], HOSTS, STATE)
