"""Domains: what libvirt on each compute host really keeps, running or not, nova's or not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.shape import Record, items, said_once
from harness.core.source import Gauge, HostSource

NOVA_METADATA = "http://openstack.org/xmlns/libvirt/nova/1.1"
_METADATA_ELEMENT = 2  # VIR_DOMAIN_METADATA_ELEMENT
_STATE_VCPU_BALLOON = 1 | 4 | 8  # VIR_DOMAIN_STATS_STATE, _BALLOON, _VCPU
_NOWAIT = 1 << 29  # VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT: one hung QEMU must not block all
_NO_DOMAIN = 42  # VIR_ERR_NO_DOMAIN
_NO_METADATA = 80  # VIR_ERR_NO_DOMAIN_METADATA
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

    Nothing but read-only calls. A domain that goes away meanwhile is left out.
    """
    stats = {
        domain.UUIDString(): numbers
        for domain, numbers in connection.getAllDomainStats(_STATE_VCPU_BALLOON, _NOWAIT)
    }
    found = []
    for domain in connection.listAllDomains(0):
        try:
            found.append(_describe(domain, stats.get(domain.UUIDString(), {})))
        except Exception as error:
            if _code(error) != _NO_DOMAIN:
                raise
    return {"domains": found}


def _describe(domain: Any, numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uuid": domain.UUIDString(),
        "name": domain.name(),
        "state": domain.state(0)[0],
        "persistent": bool(domain.isPersistent()),
        "metadata": _metadata(domain),
        "vcpus": numbers.get("vcpu.maximum"),
        "memory_kib": numbers.get("balloon.maximum"),
    }


def _metadata(domain: Any) -> str | None:
    try:
        return str(domain.metadata(_METADATA_ELEMENT, NOVA_METADATA, 0))
    except Exception as error:
        if _code(error) == _NO_METADATA:
            return None
        raise


def _code(error: Exception) -> int | None:
    """Return libvirt's number of an error: the library itself is not needed to read it."""
    number = getattr(error, "get_error_code", lambda: None)()
    return number if isinstance(number, int) else None


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
