"""Reports again, from evidence alone: what a live run published, byte for byte."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from harness.core.faults.fault_plan import step_from
from harness.core.faults.fault_windows import Window
from harness.core.findings.terms import FAIL, PASS, Terms
from harness.core.findings.waiver import waivers_from
from harness.core.iterations.history import Iteration, Resumption, Run
from harness.core.iterations.spans import NONE, Spans
from harness.core.rules.reading import Patience
from harness.core.runs.analysis import Analysis, analysis_of
from harness.core.runs.course import Course
from harness.core.runs.judging import Evidence, Laws, TestParser, judge_all


class Stored(Protocol):
    """A run's stored evidence; see ``adapters.store.RunStore``."""

    def run_record(self) -> dict[str, Any]: ...
    def end_record(self) -> dict[str, Any] | None: ...
    def resumptions(self) -> tuple[Resumption, ...]: ...
    def thinned(self) -> Spans: ...
    def evidences(self) -> Iterable[Evidence]: ...
    def windows(self) -> tuple[Window, ...]: ...


def run_of(
    record: Mapping[str, Any],
    end: Mapping[str, Any] | None,
    resumptions: tuple[Resumption, ...] = (),
    thinned: Spans = NONE,
    windows: tuple[Window, ...] = (),
) -> Run:
    """Return the run that was stored. Raises KeyError for a record that is none."""
    return Run(
        name=record["name"],
        cloud=record["cloud"],
        started=record["started"],
        prefix=record["prefix"],
        options=record["options"],
        ending=end["ending"] if end else "",
        ended=end["ended"] if end else None,
        resumptions=resumptions,
        thinned=thinned,
        faults=tuple(map(step_from, record.get("faults") or ())),
        windows=windows,
    )


def patience_of(record: Mapping[str, Any]) -> tuple[Patience, float]:
    """Return the patience and ``stuck_after`` that the run was judged with."""
    judging = record["judging"]
    return Patience(judging["hold"], judging["audit_interval"]), judging["stuck_after"]


def laws_of(record: Mapping[str, Any], laws: Laws) -> Laws:
    """Return laws with all else that the run was judged with; an older record lacks some of it."""
    judging = record["judging"]
    return replace(
        laws,
        reaper_interval=judging.get("reaper_interval", laws.reaper_interval),
        power_sync_interval=judging.get("power_sync_interval", laws.power_sync_interval),
        terms=Terms(
            healed_fails=judging.get("healed") == FAIL,
            baseline_fails=judging.get("baseline", FAIL) == FAIL,
            waivers=waivers_from(judging.get("waivers", [])),
        ),
    )


def record_of(run: Run, laws: Laws, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what is stored of a run at its beginning: ``run_of`` and ``laws_of`` read it, and who
    resumes the run takes its ``settings``."""
    terms = laws.terms
    return {
        "name": run.name,
        "cloud": run.cloud,
        "started": run.started,
        "prefix": run.prefix,
        "options": dict(run.options),
        "settings": dict(settings or {}),
        **({"faults": [step.as_json() for step in run.faults]} if run.faults else {}),
        "judging": {
            "hold": laws.patience.hold,
            "audit_interval": laws.patience.audit_interval,
            "stuck_after": laws.stuck_after,
            "reaper_interval": laws.reaper_interval,
            "power_sync_interval": laws.power_sync_interval,
            "healed": FAIL if terms.healed_fails else PASS,
            "baseline": FAIL if terms.baseline_fails else PASS,
            "waivers": [waiver.as_json() for waiver in terms.waivers],
        },
    }


def replay(
    stored: Stored,
    laws_with: Callable[[Patience, float], Laws],
    parse_tests: TestParser,
    told: Callable[[Analysis, Iteration], None] | None = None,
) -> Analysis:
    """Judge a stored run anew, with the patience that it had and the laws of today.

    ``told`` hears of each iteration as it is judged, and none is held then; else the analysis that
    is returned has them all.
    """
    record = stored.run_record()
    laws = laws_of(record, laws_with(*patience_of(record)))
    run = run_of(
        record, stored.end_record(), stored.resumptions(), stored.thinned(), stored.windows()
    )
    course = Course(laws.truths, laws.terms, whole=told is None)
    for iteration in judge_all(stored.evidences(), laws, run, parse_tests):
        course = course.plus(iteration)
        if told:
            told(analysis_of(run, course), course.newest or iteration)
    return analysis_of(run, course)
