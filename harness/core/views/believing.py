"""Empty answers that are not believed.

An API that lists nothing may be right, or have lost its database for a moment; a rule that goes
over the rows of an empty view finds nothing wrong, and one that looks things up in it finds
everything wrong. So an empty view is a gap where another answer says that there are things, and one
of the views that a cloud is never without where the baseline had some.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.core.answers.capture import CLOUD
from harness.core.views.snapshot import Snapshot, View
from harness.core.views.source import (
    CloudSource,
    DriverSource,
    HostSource,
    ProbeSource,
    Source,
    TableSource,
)


def believed(snapshot: Snapshot, sources: Sequence[Source], baseline: Snapshot | None) -> Snapshot:
    """Return a snapshot in which an empty view that cannot be true is a gap.

    ``baseline`` is None where there is none to compare with.
    """
    doubted = {
        source.name: View(source.name, gaps={CLOUD: reason})
        for source in sources
        if not isinstance(source, HostSource | DriverSource)
        and (reason := _reason(source, snapshot, baseline))
    }
    return replace(snapshot, views={**snapshot.views, **doubted}) if doubted else snapshot


def _reason(
    source: CloudSource | ProbeSource | TableSource, snapshot: Snapshot, baseline: Snapshot | None
) -> str:
    view = snapshot[source.name]
    if view.rows or view.gaps:
        return ""
    before = baseline[source.name] if baseline else View(source.name)
    if view.absent:
        had = baseline is not None and not before.absent and not before.gaps
        return f"{view.absent}, but at the baseline it had one" if had else ""
    if not isinstance(source, CloudSource):
        return ""
    if source.standing and before.rows:
        return f"the list is empty, but at the baseline it had {len(before.rows)}"
    rows: Mapping[str, Sequence[Any]] = {name: v.rows for name, v in snapshot.views.items()}
    reason = source.contradicted(rows)
    return f"the list is empty, but {reason}" if reason else ""
