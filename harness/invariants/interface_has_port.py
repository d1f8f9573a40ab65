"""No interface of a port that is gone or elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from harness.accounting.ports import INTERFACE, START, is_of_nova
from harness.accounting.whereabouts import NEEDS, whereabouts
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.ports import Port

_PREFIX = 3


@invariant("host_interfaces", "ports", *NEEDS, also=("ovs_interfaces",))
def interface_has_port(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every interface on a host that is named after a port belongs to a port of that host.

    Nova names a guest's interfaces by the first 11 characters of the port's uuid, behind tap, qbr,
    qvb or qvo (nova/network/model.py: NIC_NAME_LEN; nova/network/os_vif_util.py). What is left of
    a port that is gone keeps its place in a bridge, and may get the next guest's traffic. Ports of
    other services (DHCP, routers) are on the hosts of their agents.
    """
    ports = _by_start(snapshot)
    for (host, start), (names, proof) in _astray(snapshot, ports).items():
        theirs = ports.get(start, ())
        views = {"host_interfaces": f"{', '.join(names)} on {host}"}
        if not theirs:
            text = f"expected a port {start}…; neutron lists none"
            yield _breach(start, host, names, text, {**views, "ports": "no such port"}, proof)
        else:
            yield from _elsewhere(theirs[0], host, names, views, proof, snapshot, circumstances)


def _elsewhere(
    port: Port,
    host: str,
    names: Sequence[str],
    views: dict[str, str],
    proof: str,
    snapshot: Snapshot,
    circumstances: Circumstances,
) -> Iterator[Breach | Doubt]:
    """Say that an interface is on a host which neither the port nor its server has to do with."""
    start = port.uuid[:START]
    place = whereabouts(port.device, host, snapshot, circumstances)
    told = {**views, "ports": f"bound to {port.host or 'no host'}", "servers": place.text}
    if place.doing:
        text = f"server {port.device} is {place.doing}; {', '.join(names)} is on {host}"
        yield Doubt(start, host, text, told, passing=True)
    elif not place.belongs:
        text = f"port {port.uuid} is bound to {port.host or 'no host'}; {place.text}"
        yield _breach(start, host, names, text, told, f"{proof} {place.proof}")


def _breach(
    start: str, host: str, names: Sequence[str], text: str, views: dict[str, str], proof: str
) -> Breach:
    found = f"interface {', '.join(names)} is on {host}: {text}"
    return Breach(start, host, found, views, origin=Origin.CLOUD_LOST, proof=proof)


def _astray(
    snapshot: Snapshot, ports: Mapping[str, Sequence[Port]]
) -> Mapping[tuple[str, str], tuple[list[str], str]]:
    """Return host and start of a port's uuid -> the interfaces named so, and their proof, for each
    that no port of the host explains."""
    seen: dict[tuple[str, str], int] = {}
    for row in snapshot["ovs_interfaces"]:
        if _is_astray(row.name, row.host, ports):
            seen[row.host, row.name] = -1
    for row in snapshot["host_interfaces"]:
        if _is_astray(row.name, row.host, ports):
            seen[row.host, row.name] = row.index
    found: dict[tuple[str, str], tuple[list[str], str]] = {}
    for (host, name), index in sorted(seen.items()):
        start = name[_PREFIX:]
        names, proof = found.get((host, start), ([], ""))
        found[host, start] = ([*names, name], f"{proof}{index} ")
    return found


def _is_astray(name: str, host: str, ports: Mapping[str, Sequence[Port]]) -> bool:
    """Tell whether an interface is named after a port that is gone, or that is nova's and bound to
    another host."""
    if not INTERFACE.fullmatch(name):
        return False
    return all(is_of_nova(port) and port.host != host for port in ports.get(name[_PREFIX:], ()))


@once_for_each_snapshot
def _by_start(snapshot: Snapshot) -> Mapping[str, Sequence[Port]]:
    found: dict[str, list[Port]] = {}
    for port in snapshot["ports"]:
        found.setdefault(port.uuid[:START], []).append(port)
    return found
