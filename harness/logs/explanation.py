"""What the two views of a host's audits can mean, and what they cannot."""

from collections.abc import Iterator

from harness.logs.audits import RESOURCES, Audit, Host, Reading
from harness.reports.layout import folded, table
from harness.reports.plain_text import count, line

_WORDS = {"vcpus": "vCPUs", "memory_mb": "MB of memory", "disk_gb": "GB of disk"}


def tell(reading: Reading) -> str:
    """Return the explanation of a log as text."""
    parts = ["\n".join(_host(host)) for host in reading.hosts.values()]
    damaged = f", {reading.damaged} of them damaged and left out" if reading.damaged else ""
    parts.append(
        f"{count(reading.lines, 'line')} read, {reading.ours} of the resource tracker{damaged}."
    )
    parts.extend(f"{line(note)}." for note in reading.notes)
    return "\n\n".join(folded(part) for part in parts) + "\n"


def _host(host: Host) -> Iterator[str]:
    first, last = host.first, host.last
    assert first and last
    span = f", {first.time} to {last.time}" if first.time else ""
    yield f"{line(host.name)}: {count(host.count, 'audit')}{span}"
    if host.backwards:
        yield (
            f"Time runs backwards here ({count(host.backwards, 'time')}, first from {host.leap[0]} "
            f"to {host.leap[1]}): first, last and since are told in the order of the lines."
        )
    yield ""
    yield from _numbers(last)
    yield ""
    yield from _meaning(last)
    yield from _promises(host)
    yield from _turns(host)
    yield ""
    yield from _next()


def _numbers(audit: Audit) -> Iterator[str]:
    rows = [["free in the last audit", "hypervisor view", "tracker view", "tracker holds more by"]]
    for name in RESOURCES:
        shown = [audit.hypervisor.get(name), audit.tracker.get(name), audit.apart.get(name)]
        rows.append([_WORDS[name], *("not told" if n is None else f"{n:g}" for n in shown)])
    yield from table(rows)


def _meaning(audit: Audit) -> Iterator[str]:
    apart = audit.apart
    yield (
        "The hypervisor view is what is really in use: vCPUs of running domains, nova's or not, "
        "the host's real memory and disk. The tracker view is what nova has promised: the flavors "
        "of all servers that its database has on the host, running or not, of unfinished moves, "
        "and what is kept back."
    )
    for name in RESOURCES:
        if name in apart:
            yield f"- {_of(name, apart[name])}"


def _of(name: str, more: float) -> str:
    words = f"{abs(more):g} {_WORDS[name]}"
    if more == 0:
        return f"{_WORDS[name]}: both agree."
    if name == "vcpus" and more > 0:
        return (
            f"{words} are promised to servers that run no domain here: shut off, shelved and not "
            "yet offloaded, in ERROR, being built or moved, or lost. Starting or deleting them "
            "settles it; what stays when no such server is left is a leak in nova's books."
        )
    if name == "vcpus":
        return (
            f"{words} run that nova has not promised: domains of deleted servers or of somebody "
            "else. That is no bookkeeping: look for them with `virsh list`."
        )
    if more > 0:
        why = (
            "guests do not touch all their memory, and servers that are off touch none"
            if name == "memory_mb"
            else "disks are sparse or share a base image, and grow only as guests write"
        )
        return f"{words} are promised and not in use. That alone is no leak: {why}."
    what = (
        "other processes or hugepages" if name == "memory_mb" else "cached images, orphaned disks"
    )
    return f"{words} are in use beyond all promises: {what}, or something else than nova."


def _promises(host: Host) -> Iterator[str]:
    last = host.last
    assert last
    below = {name: free for name, free in last.tracker.items() if free < 0}
    if below:
        told = ", ".join(f"{_WORDS[name]} {below[name]:g}" for name in RESOURCES if name in below)
        yield (
            f"- The tracker's free is below 0 ({told}): nova has promised more than there is. That "
            "is overcommitment, legal up to the allocation ratio, and no leak by itself. Where the "
            "ratio is used up, the scheduler finds no valid host here."
        )
        yield from _ratios(last)
    for name, audit in host.least.items():
        if audit.tracker[name] < last.tracker[name]:
            yield (
                f"- Least free of {_WORDS[name]} was {audit.tracker[name]:g} by the tracker"
                f"{f' at {audit.time}' if audit.time else ''}; it came back since."
            )


def _ratios(audit: Audit) -> Iterator[str]:
    ratios = [
        f"{(audit.total[name] - audit.tracker[name]) / audit.total[name]:.2f} of {_WORDS[name]}"
        for name in RESOURCES
        if audit.total.get(name) and name in audit.tracker
    ]
    if ratios:
        yield f"- Promised of what there is: {', '.join(ratios)}."


def _turns(host: Host) -> Iterator[str]:
    if host.count < 2:
        yield "- One audit tells a state, not when it began, and not whether it grows."
        return
    if len(host.turns) == 1:
        yield "- The views were as far apart in vCPUs in every audit."
        return
    steps = [
        f"{turn.time or 'then'}: {turn.apart['vcpus']:+g}"
        for turn in host.turns
        if "vcpus" in turn.apart
    ]
    left = f" ({host.left_out} in between left out)" if host.left_out else ""
    yield f"- vCPUs that the tracker holds more, whenever it changed{left}: {'; '.join(steps)}."
    low = min(turn.apart.get("vcpus", 0.0) for turn in host.turns[-len(host.turns) // 2 :])
    yield (
        f"- In the newer half of these it never fell below {low:+g}: "
        + (
            "it comes back to nothing, as without a leak."
            if low <= 0
            else "that much is worth a look."
        )
    )


def _next() -> Iterator[str]:
    yield (
        "A log has sums, not names: it cannot tell a stopped server from a lost one. `harness "
        "check` asks nova, placement and libvirt by identity and tells which it is."
    )
