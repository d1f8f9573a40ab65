"""Domains: what libvirt on each compute host really keeps, running or not, nova's or not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import Record, items, said_once
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


class Domain(Struct, frozen=True, gc=False):
    """A libvirt domain on a host. ``uuid`` is the server's where nova made it.

    ``server_name`` is the name in nova's metadata, or None where the domain carries none: then
    somebody else made it. ``memory_mb`` is the maximum in MB and ``vcpus`` the maximum count, None
    where libvirt did not say.
    """

    host: str
    uuid: str
    name: str
    state: str
    persistent: bool
    server_name: str | None
    vcpus: int | None
    memory_mb: int | None

    @property
    def key(self) -> str:
        return f"{self.uuid}@{self.host}"

    @property
    def active(self) -> bool:
        """True while a hypervisor process runs for it."""
        return self.state not in _INACTIVE


_RECORD = Record(
    {"uuid": str, "name": str, "state": int, "persistent": bool},
    {"metadata": str, "vcpus": int, "memory_kib": int},
)


def read(connection: Any) -> Any:
    """List all domains of an open libvirt connection, with state, size and nova's metadata.

    Nothing but read-only calls, and none that libvirt asks the domain's monitor for: one QEMU that
    hangs would cost the view of its host (getAllDomainStats waits for it without end, also with
    NOWAIT). A domain that goes away meanwhile is left out.
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
    }


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
        uuid, name, state, persistent, metadata, vcpus, memory = _RECORD.of(data)
        yield Domain(
            host=host,
            uuid=said_once(uuid),
            name=said_once(name),
            state=_STATES.get(state, f"state {state}"),
            persistent=persistent,
            server_name=None if metadata is None else _server_name(metadata),
            vcpus=vcpus,
            memory_mb=None if memory is None else memory // 1024,
        )


def _server_name(metadata: str) -> str:
    match = _NAME.search(metadata)
    return match[1] if match else ""


def _by_host(rows: tuple[Domain, ...]) -> Mapping[str, float]:
    return Counter(domain.host for domain in rows)


SOURCE = HostSource("domains", read, parse, (Gauge("domains", "", _by_host),))
