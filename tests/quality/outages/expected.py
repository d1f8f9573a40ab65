"""What each fault at each URL must come to, and why where that is not: not seen, so UNKNOWN."""

import re
from collections.abc import Mapping

from harness.core.rules.verdict import Verdict
from harness.core.views.source import DriverSource, TableSource
from tests.quality.outages.cells import LAWS, Bench, Cell
from tests.quality.outages.faults import Fault
from tests.quality.outages.recorded_cloud import Endpoint

_ALL = "every fault"
SEEN: Mapping[tuple[str, str], str] = {
    ("audit stamps", _ALL): "the rows are there without the times of their audits, so that what an "
    "audit may mend is waited for longer",
    ("deleted_servers", "500"): "nova is known to fail over one broken row: it is asked for the "
    "names, and then in parts",
    ("deleted_servers", "list suddenly empty"): "an empty list is the usual one after the archive; "
    "it tells no more than whose a thing was",
    ("server_groups", "list suddenly empty"): "a cloud without is usual, and nothing else tells",
    ("keypairs", "list suddenly empty"): "a cloud without is usual, and nothing else tells",
    ("compute nodes among them", "list suddenly empty"): "their inventories tell, too",
    ("flavors", "numbers: negative"): "no number of it is read",
    ("flavors", "numbers: 10^30"): "no number of it is read",
    ("flavors", "numbers: strings"): "no number of it is read",
    ("providers", "numbers: negative"): "the generation in the list is not read",
    ("providers", "numbers: 10^30"): "the generation in the list is not read",
    ("providers", "numbers: strings"): "the generation in the list is not read",
    ("compute nodes among them", "numbers: negative"): "the generation in the list is not read",
    ("compute nodes among them", "numbers: 10^30"): "the generation in the list is not read",
    ("compute nodes among them", "numbers: strings"): "the generation in the list is not read",
    ("images", "numbers: negative"): "no rule reads the size",
}
"""(URL, fault) -> why the view is seen all the same. Equal rows are one row, whatever the URL."""

FAILS: Mapping[tuple[str, str], tuple[frozenset[str], str]] = {
    ("hypervisors", "numbers: negative"): (
        frozenset({"tracker_equals_flavors"}),
        "nova's numbers can be negative, and then they are not those of its servers",
    ),
    ("volume_snapshots", "list suddenly empty"): (
        frozenset({"volume_quota_equals_volumes"}),
        "cinder counts a snapshot in the quota that it does not list: one of the two is wrong",
    ),
    ("volume_attachments", "list suddenly empty"): (
        frozenset({"server_volume_has_attachment"}),
        "one volume may have lost its attachment; of several the list is not believed",
    ),
}
"""(URL, fault) -> the rules that fail, rightly: two answers of the cloud disagree."""


def why(endpoint: Endpoint, fault: Fault) -> str:
    """Return why a fault does not make its views UNKNOWN, or ""."""
    if fault.name == "duplicate rows":
        return "equal rows are one row"
    cell = (endpoint.name, fault.name)
    return FAILS[cell][1] if cell in FAILS else _seen(endpoint, fault)


def _seen(endpoint: Endpoint, fault: Fault) -> str:
    return SEEN.get((endpoint.name, _ALL), "") or SEEN.get((endpoint.name, fault.name), "")


def gaps(bench: Bench, endpoint: Endpoint, fault: Fault) -> set[str]:
    """Return the views that must not be seen: those whose sources ask the URL."""
    return set() if why(endpoint, fault) else bench.hit(endpoint)


UNASKED = {s.name for s in LAWS.sources if isinstance(s, TableSource | DriverSource)}
"""Views that no URL tells: these looks are at APIs and hosts, without a database or a driver."""


def wrong(bench: Bench, endpoint: Endpoint, fault: Fault, cell: Cell) -> list[str]:
    """Return what of a cell is not as it must be."""
    unseen = gaps(bench, endpoint, fault)
    lines = [f"{name}: not seen, {cell.gaps[name]}" for name in cell.gaps.keys() - unseen]
    lines += [f"{name}: seen" for name in unseen - cell.gaps.keys()]
    lines += [
        f"{name}: the reason does not say {fault.told!r}: {reason}"
        for name, reason in cell.gaps.items()
        if not re.search(fault.told, reason)
    ]
    failing = FAILS.get((endpoint.name, fault.name), (frozenset(),))[0]
    for law in LAWS.invariants:
        check = cell.checks[law.name]
        blind = unseen & {*law.needs, *law.also}
        right = Verdict.PASS
        if law.name in failing:
            right = Verdict.FAIL
        elif blind:
            right = Verdict.UNKNOWN
        if check.skipped and (law.only_at_rest or UNASKED & set(law.needs)):
            continue
        if check.skipped or check.verdict is not right:
            lines.append(f"{law.name}: {check.verdict} {check.skipped}, not {right}")
        told = " ".join(doubt.message for doubt in check.doubts)
        lines += [f"{law.name} does not name {name}" for name in blind if name not in told]
    return lines
