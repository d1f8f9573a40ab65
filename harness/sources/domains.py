"""Domains: what libvirt on each compute host really keeps, running or not, nova's or not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from msgspec import Struct

from harness.core.answers.shape import Record, items, said_once, take
from harness.core.libvirt_errors import domain_is_gone, has_no_metadata
from harness.core.views.source import Gauge, HostSource

NOVA_METADATA = "http://openstack.org/xmlns/libvirt/nova/1.1"
_METADATA_ELEMENT = 2  # VIR_DOMAIN_METADATA_ELEMENT
_MAXIMUM = 4  # VIR_DOMAIN_VCPU_MAXIMUM
_STATES = {
    0: "no state",
    1: "running",
    2: "blocked",
    3: "paused",
    4: "shutting down",
    5: "shut off",
    6: "crashed",
    7: "suspended",
}
_INACTIVE = frozenset({"shut off", "crashed"})
_NAME = re.compile(r"<(?:\w+:)?name>([^<]*)</(?:\w+:)?name>")
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SERIAL = re.compile(_UUID)
_SOURCE = re.compile(f"volume-({_UUID})")
"""How cinder names what it keeps a volume in, unless told otherwise (volume_name_template)."""


class VolumeDisk(Struct, frozen=True, gc=False):
    """A disk of a domain that is a volume, named by uuid twice; "" where it is not named so.

    ``serial`` is what nova gave it (nova/virt/libvirt/volume/volume.py: get_config), none for a
    disk of type "lun", and stays when the disk is swapped. ``source`` is what its file, device or
    network name says: another uuid than nova's after cinder has moved the volume.
    """

    serial: str
    source: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.serial, self.source} - {""})


class Domain(Struct, frozen=True, gc=False):
    """A libvirt domain on a host. ``uuid`` is the server's where nova made it.

    ``server_name`` is the name in nova's metadata, or None where the domain carries none: then
    somebody else made it. ``memory_mb`` is the maximum in MB and ``vcpus`` the maximum count, None
    where libvirt did not say. ``volumes`` are its disks that are volumes, as it runs or, where it
    is off, as it will; None where they were not asked for, or not told: then ``mute`` is True.
    """

    host: str
    uuid: str
    name: str
    state: str
    persistent: bool
    server_name: str | None
    vcpus: int | None
    memory_mb: int | None
    volumes: tuple[VolumeDisk, ...] | None = None
    mute: bool = False

    @property
    def key(self) -> str:
        return f"{self.uuid}@{self.host}"

    @property
    def active(self) -> bool:
        """True while a hypervisor process runs for it."""
        return self.state not in _INACTIVE


_RECORD = Record(
    {"uuid": str, "name": str, "state": int, "persistent": bool},
    {"metadata": str, "vcpus": int, "memory_kib": int, "volumes": list},
)


def read(connection: Any) -> Any:
    """List all domains of an open libvirt connection, with state, size, volumes, nova's metadata.

    Nothing but read-only calls, and none that libvirt asks the domain's monitor for: one QEMU that
    hangs would cost the view of its host (getAllDomainStats waits for it without end, also with
    NOWAIT; XMLDesc tells what libvirt keeps itself). A domain that goes away meanwhile is left out.
    """
    found = []
    for domain in connection.listAllDomains(0):
        try:
            found.append(_describe(domain))
        except Exception as error:
            if not domain_is_gone(error):
                raise
    return {"domains": found}


def _describe(domain: Any) -> dict[str, Any]:
    return {
        "uuid": domain.UUIDString(),
        "name": domain.name(),
        "state": domain.state(0)[0],
        "persistent": bool(domain.isPersistent()),
        "metadata": _metadata(domain),
        "vcpus": domain.vcpusFlags(_MAXIMUM),
        "memory_kib": domain.maxMemory(),
        "volumes": _volumes(domain),
    }


def _volumes(domain: Any) -> list[dict[str, str]] | None:
    """Return the disks that are volumes, None where libvirt does not tell them."""
    try:
        return volumes_in(str(domain.XMLDesc(0)))
    except Exception as error:
        if domain_is_gone(error):
            raise
        return None


def volumes_in(xml: str) -> list[dict[str, str]]:
    """Return the disks of a domain's XML that are volumes; a "lun" may be one without a name.

    What a disk is just copied to, and what lies under it, are not disks of the domain. Raises
    ParseError of ElementTree where it is no XML.
    """
    found = []
    for disk in ElementTree.fromstring(xml).iterfind("./devices/disk"):
        serial = disk.findtext("serial", "").strip()
        source = disk.find("source")
        place = "" if source is None else "\n".join(source.attrib.values())
        named = {
            "serial": serial.lower() if _SERIAL.fullmatch(serial) else "",
            "source": match[1].lower() if (match := _SOURCE.search(place)) else "",
        }
        if any(named.values()) or disk.get("device") == "lun":
            found.append(named)
    return found


def _metadata(domain: Any) -> str | None:
    try:
        return str(domain.metadata(_METADATA_ELEMENT, NOVA_METADATA, 0))
    except Exception as error:
        if has_no_metadata(error):
            return None
        raise


def parse(host: str, body: Any) -> Iterator[Domain]:
    """Yield the domains of a host."""
    for data in items(body, "domains"):
        uuid, name, state, persistent, metadata, vcpus, memory, volumes = _RECORD.of(data)
        yield Domain(
            host=host,
            uuid=said_once(uuid),
            name=said_once(name),
            state=_STATES.get(state, f"state {state}"),
            persistent=persistent,
            server_name=None if metadata is None else _server_name(metadata),
            vcpus=vcpus,
            memory_mb=None if memory is None else memory // 1024,
            volumes=None if volumes is None else tuple(map(_disk, volumes)),
            mute=volumes is None and "volumes" in data,
        )


def _disk(data: Any) -> VolumeDisk:
    return VolumeDisk(take(data, "serial", str), take(data, "source", str))


def _server_name(metadata: str) -> str:
    match = _NAME.search(metadata)
    return match[1] if match else ""


def _by_host(rows: tuple[Domain, ...]) -> Mapping[str, float]:
    return Counter(domain.host for domain in rows)


SOURCE = HostSource("domains", read, parse, (Gauge("domains", "", _by_host),))
