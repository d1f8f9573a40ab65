"""No guest that libvirt does not know of."""

from collections.abc import Iterable, Iterator, Mapping

from harness.accounting.transitions import in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.qemu_processes import QemuProcess


@invariant("qemu_processes", "domains", "servers", "migrations", "services", beside=TELLING)
def process_has_domain(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every process of QEMU with a uuid is a domain that libvirt runs, and the only one of it.

    A libvirtd that lost its state, or could not kill a process that waits for its storage, does not
    list it any more, and nobody else does; it keeps its memory, and writes to its disks. What
    libvirt starts to ask QEMU what it can do has no uuid.
    """
    domains = snapshot["domains"]
    running = {(row.host, row.uuid) for row in domains if row.active}
    shut = {(row.host, row.uuid): row.state for row in domains if not row.active}
    first = _first(snapshot["qemu_processes"])
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for process in snapshot["qemu_processes"]:
        where = (process.host, process.uuid)
        if not process.uuid or domains.gap(process.host) is not None:
            continue
        if where in running:
            if process is first[where]:
                continue
            said = f"libvirt runs one, and pid {first[where].pid} is older"
        else:
            said = f"libvirt has it {shut[where]}" if where in shut else "libvirt lists none"
        views = {"qemu_processes": f"pid {process.pid} on {process.host}", "domains": said}
        if doing := changing.get(process.uuid):
            text = f"server {process.uuid} is {doing}; pid {process.pid} runs for it: {said}"
            yield Doubt(process.uuid, process.host, text, views, passing=True)
        else:
            yield _stray(process, said, views, who(process.uuid).text)


def _first(processes: Iterable[QemuProcess]) -> Mapping[tuple[str, str], QemuProcess]:
    """Return host and uuid -> the process of them that began first."""
    found: dict[tuple[str, str], QemuProcess] = {}
    for process in processes:
        known = found.setdefault((process.host, process.uuid), process)
        if (process.started, process.pid) < (known.started, known.pid):
            found[process.host, process.uuid] = process
    return found


def _stray(process: QemuProcess, said: str, views: dict[str, str], owner: str) -> Breach:
    named = f" for {process.name}" if process.name else ""
    return Breach(
        process.uuid,
        process.host,
        f"QEMU runs{named} ({process.uuid}) as pid {process.pid} on {process.host}, expected a "
        f"running domain of its own with that uuid; {said}",
        views,
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{process.pid} {process.started}",
    )
