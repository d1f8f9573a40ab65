"""Tests take away what they made."""

from collections.abc import Iterator

from harness.accounting.makers import makers
from harness.accounting.residue import MOVES, VIEWS, things
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.views.snapshot import Snapshot


@invariant(also=(*VIEWS, *MOVES), beside=("deleted_servers",), only_in_run=True)
def nothing_outlives_its_iteration(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What a test of an iteration made is gone when the iteration has ended.

    Told by name: all that an iteration's tests create begins with the iteration's prefix. What has
    tempest's own prefix, which is fixed for its projects, users and networks, counts when it was
    not there at the baseline; so does what such projects own, and what a project owned that came
    and went since. A soft-deleted server is gone for its test; nova takes it away after
    reclaim_instance_interval.
    """
    baseline = circumstances.baseline or Snapshot(0.0, {})
    for view in VIEWS:
        if reason := baseline[view].gap():
            unknown = "no baseline was taken" if circumstances.baseline is None else reason
            yield Doubt(view, "", f"{view} of the baseline are not known: {unknown}")
    for thing in things(snapshot, circumstances, makers(snapshot, circumstances)):
        if thing.excused or not thing.maker.is_test:
            continue
        if thing.doing:
            text = f"{thing.text}; it is {thing.doing}"
            yield Doubt(thing.row.key, thing.host, text, thing.views, passing=True)
        else:
            yield thing.breach("expected it to be gone with its iteration")
