"""Reports again, from evidence alone: what a live run published, byte for byte."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from harness.core.analysis import Analysis, analyse
from harness.core.history import Run
from harness.core.judging import Evidence, Laws, TestParser, judge_all
from harness.core.reading import Patience


class Stored(Protocol):
    """A run's stored evidence; see ``adapters.store.RunStore``."""

    def run_record(self) -> dict[str, Any]: ...
    def end_record(self) -> dict[str, Any] | None: ...
    def evidences(self) -> Iterable[Evidence]: ...


def run_of(record: Mapping[str, Any], end: Mapping[str, Any] | None) -> Run:
    """Return the run that was stored. Raises KeyError for a record that is none."""
    return Run(
        name=record["name"],
        cloud=record["cloud"],
        started=record["started"],
        prefix=record["prefix"],
        options=record["options"],
        ending=end["ending"] if end else "",
        ended=end["ended"] if end else None,
    )


def patience_of(record: Mapping[str, Any]) -> tuple[Patience, float]:
    """Return the patience and ``stuck_after`` that the run was judged with."""
    judging = record["judging"]
    return Patience(judging["hold"], judging["audit_interval"]), judging["stuck_after"]


def replay(
    stored: Stored, laws_with: Callable[[Patience, float], Laws], parse_tests: TestParser
) -> Analysis:
    """Judge a stored run anew, with the patience that it had and the laws of today."""
    record = stored.run_record()
    laws = laws_with(*patience_of(record))
    run = run_of(record, stored.end_record())
    history = judge_all(list(stored.evidences()), laws, run, parse_tests)
    return analyse(run, history, laws.truths)
