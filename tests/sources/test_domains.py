"""Domains, and the questions that are put to libvirt for them."""

from typing import Any

import pytest

from harness.sources import domains, nodes
from tests.sources.answers import DOMAIN, SERVER, VOLUME_OF_DOMAIN


class LibvirtError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code

    def get_error_code(self) -> int:
        return self.code


class FakeDomain:
    """A domain of libvirt-python."""

    def __init__(
        self, uuid: str, state: int = 1, fails: int = 0, metadata: Any = None, xml: Any = "<d/>"
    ) -> None:
        self.uuid, self._state, self.fails, self._metadata = uuid, state, fails, metadata
        self.xml = xml

    def UUIDString(self) -> str:  # noqa: N802
        return self.uuid

    def name(self) -> str:
        return f"instance-{self.uuid}"

    def state(self, _flags: int) -> list[int]:
        if self.fails:
            raise LibvirtError(self.fails)
        return [self._state, 0]

    def isPersistent(self) -> int:  # noqa: N802
        return 1

    def vcpusFlags(self, flags: int) -> int:  # noqa: N802
        if self.fails:
            raise LibvirtError(self.fails)
        return 2 if flags == 4 else 1

    def maxMemory(self) -> int:  # noqa: N802
        return 512 * 1024

    def metadata(self, _kind: int, _uri: str, _flags: int) -> str:
        if self._metadata is None:
            raise LibvirtError(80)
        if isinstance(self._metadata, int):
            raise LibvirtError(self._metadata)
        return str(self._metadata)

    def XMLDesc(self, flags: int) -> str:  # noqa: N802
        if isinstance(self.xml, int):
            raise LibvirtError(self.xml)
        return str(self.xml) if flags == 0 else ""


class FakeConnection:
    """A connection of libvirt-python that knows no call that changes anything, and none for which
    libvirt waits for the monitor of a domain."""

    def __init__(self, *found: FakeDomain) -> None:
        self.found = found

    def listAllDomains(self, _flags: int) -> list[FakeDomain]:  # noqa: N802
        return list(self.found)


def _rows(*found: FakeDomain) -> list[domains.Domain]:
    return list(domains.parse("compute1", domains.read(FakeConnection(*found))))


def test_a_domain_is_read() -> None:
    (row,) = domains.parse("compute1", {"domains": [DOMAIN]})
    assert row == domains.Domain(
        *("compute1", SERVER, "instance-0000001a", "running", True, "web-1", 1, 512),
        volumes=(domains.VolumeDisk(VOLUME_OF_DOMAIN, VOLUME_OF_DOMAIN),),
    )
    assert row.key == f"{SERVER}@compute1"


@pytest.mark.parametrize(
    ("state", "active"), [(1, True), (3, True), (5, False), (6, False), (7, True), (99, True)]
)
def test_active(state: int, active: bool) -> None:
    (row,) = domains.parse("compute1", {"domains": [{**DOMAIN, "state": state}]})
    assert row.active == active


def test_one_that_goes_meanwhile_is_left_out() -> None:
    rows = _rows(FakeDomain("a"), FakeDomain("b", fails=42))
    assert [row.uuid for row in rows] == ["a"]


def test_another_failure_is_none_of_that() -> None:
    with pytest.raises(LibvirtError):
        _rows(FakeDomain("a", fails=38))
    with pytest.raises(LibvirtError):
        _rows(FakeDomain("a", metadata=38))


def test_a_foreign_domain_has_no_metadata() -> None:
    named = "<nova:instance xmlns:nova='x'><nova:name>web</nova:name></nova:instance>"
    rows = _rows(FakeDomain("a"), FakeDomain("b", metadata=named), FakeDomain("c", metadata=""))
    assert [row.server_name for row in rows] == [None, "web", ""]


def test_a_domain_tells_its_size_by_itself() -> None:
    (row,) = _rows(FakeDomain("a"))
    assert (row.uuid, row.vcpus, row.memory_mb) == ("a", 2, 512)


def test_the_node_is_asked_for_what_its_domains_use() -> None:
    class Host(FakeConnection):
        def getInfo(self) -> list[Any]:  # noqa: N802
            return ["x86_64", 16384, 8, 2000, 1, 1, 8, 1]

        def getMemoryStats(self, _cell: int, _flags: int) -> dict[str, int]:  # noqa: N802
            return {"total": 16777216, "free": 2097152}

    host = Host(FakeDomain("a"), FakeDomain("b"), FakeDomain("gone meanwhile", fails=42))
    (row,) = nodes.parse("compute1", nodes.read(host))
    assert (row.cpus, row.active_vcpus, row.memory_free_mb) == (8, 2, 2048)
    with pytest.raises(LibvirtError):
        nodes.read(Host(FakeDomain("a", fails=38)))


V1, V2 = "6edbc2f4-1507-44f8-ac0d-eed1d2608d38", "99f5a0a4-76a3-4f0b-9a1e-3e9f5a7c0b22"
COPIED = f"""<mirror><source file='/v/volume-{V2}'/></mirror>
<backingStore><source file='/v/volume-{V2}'/></backingStore>"""


@pytest.mark.parametrize(
    ("disk", "serial", "source"),
    [
        (f"<disk><source file='/v/volume-{V1}'/><serial>{V1}</serial></disk>", V1, V1),
        (f"<disk><source file='/v/volume-{V1}.{V2}'/></disk>", "", V1),
        (f"<disk><source dev='/dev/disk/by-path/ip-x:volume-{V1}-lun-1'/></disk>", "", V1),
        (f"<disk><source protocol='rbd' name='volumes/volume-{V1}'/></disk>", "", V1),
        (f"<disk><source dev='/dev/dm-3'/><serial>{V1.upper()}</serial></disk>", V1, ""),
        (f"<disk><source file='/v/volume-{V1}'/>{COPIED}</disk>", "", V1),
        (f"<disk><source file='/v/volume-{V1}'/><serial>no uuid</serial></disk>", "", V1),
        (f"<disk><serial>{V1}</serial></disk>", V1, ""),
        ("<disk device='lun'><source dev='/dev/sdb'/></disk>", "", ""),
    ],
)
def test_a_disk_that_is_a_volume(disk: str, serial: str, source: str) -> None:
    other = "<disk device='cdrom'/><disk><source file='/i/disk'/></disk>"
    xml = f"<domain><devices>{other}{disk}</devices></domain>"
    (row,) = _rows(FakeDomain("a", xml=xml))
    assert (row.volumes, row.mute) == ((domains.VolumeDisk(serial, source),), False)


def test_disks_that_are_not_told_are_not_none_at_all() -> None:
    rows = _rows(FakeDomain("a", xml=38), FakeDomain("b", xml="<domain"), FakeDomain("c"))
    assert [(row.volumes, row.mute) for row in rows] == [(None, True), (None, True), ((), False)]


def test_one_that_goes_before_it_tells_its_disks_is_left_out() -> None:
    assert _rows(FakeDomain("a", xml=42)) == []


def test_evidence_from_before_volumes_were_asked_for() -> None:
    old = {name: value for name, value in DOMAIN.items() if name != "volumes"}
    (row,) = domains.parse("compute1", {"domains": [old]})
    assert (row.volumes, row.mute) == (None, False)
