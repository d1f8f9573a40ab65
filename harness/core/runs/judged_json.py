"""An iteration as it was judged, as JSON and back: what is kept of one whose captures are gone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.apis.standing import standing_as_json, standing_from_json
from harness.core.findings.faults_json import faults_as_json, faults_from_json
from harness.core.findings.finding_json import breach_as_json, breach_from_json
from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.iterations.history import Iteration, TestResult, TestRun
from harness.core.iterations.outages import Sighting
from harness.core.rules.invariant import Check, Doubt
from harness.core.views.host_changes import HostChange


@dataclass(frozen=True)
class Judged:
    """An iteration before anything is set aside, and the names of hosts that it brought
    (``judging.Past.hosts``)."""

    iteration: Iteration
    hosts: Mapping[str, str] = field(default_factory=dict)


def judged_as_json(judged: Judged) -> dict[str, Any]:
    """Return it as plain data."""
    item = judged.iteration
    return {
        "number": item.number,
        "started": item.started,
        "ended": item.ended,
        "checks": [_check_as_json(check) for check in item.checks],
        "tests": _tests_as_json(item.tests) if item.tests else None,
        "amounts": {host: dict(gauges) for host, gauges in item.amounts.items()},
        "phases": dict(item.phases),
        "reads": item.reads,
        "broken": item.broken,
        "looked": item.looked,
        "cut_off": item.cut_off,
        "stood": [[*identity, since] for identity, since in item.stood.items()],
        "sightings": [[each.started, each.ended, dict(each.silent)] for each in item.sightings],
        "boots": [asdict(boot) for boot in item.boots],
        "hosts": dict(judged.hosts),
        **({"changes": [[c.host, c.what] for c in item.changes]} if item.changes else {}),
        "standing": standing_as_json(item.standing),
        **({"faults": faults_as_json(item)} if item.windows else {}),
    }


def judged_from_json(data: Any) -> Judged:
    """Read what ``judged_as_json`` gave. Raises ShapeError where it is none."""
    tests = take_or_none(data, "tests", dict)
    try:
        stood = {
            (str(rule), str(subject), str(host)): float(since)
            for rule, subject, host, since in items(data, "stood")
        }
        sightings = tuple(Sighting(*each) for each in items(data, "sightings"))
        changed = items(data, "changes") if "changes" in data else ()
        changes = tuple(HostChange(str(host), str(what)) for host, what in changed)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"what was seen cannot be read: {error}") from error
    item = Iteration(
        number=take(data, "number", int),
        started=take(data, "started", float),
        ended=take(data, "ended", float),
        checks=tuple(map(_check, items(data, "checks"))),
        tests=_tests(tests) if tests else None,
        amounts=take(data, "amounts", dict),
        phases=take(data, "phases", dict),
        reads=take(data, "reads", int),
        broken=take(data, "broken", str),
        looked=take_or_none(data, "looked", float),
        cut_off=take(data, "cut_off", bool),
        stood=stood,
        sightings=sightings,
        boots=tuple(map(_boot, items(data, "boots"))) if "boots" in data else (),
        changes=changes,
        standing=standing_from_json(take_or_none(data, "standing", dict)),
        **faults_from_json(take(data, "faults", dict) if "faults" in data else None),
    )
    return Judged(item, take(data, "hosts", dict))


def _boot(data: Any) -> FailedBoot:
    try:
        return FailedBoot(**{**data, "cause": Cause(take(data, "cause", str))})
    except (TypeError, ValueError) as error:
        raise ShapeError(f"a server that failed cannot be read: {error}") from error


def _check_as_json(check: Check) -> list[Any]:
    doubts = [
        [doubt.subject, doubt.host, doubt.message, dict(doubt.views), doubt.passing]
        for doubt in check.doubts
    ]
    breaches, left = list(map(breach_as_json, check.breaches)), sorted(check.left)
    return [check.invariant, breaches, doubts, check.skipped, *([left] if left else [])]


def _check(data: Any) -> Check:
    try:
        name, breaches, doubts, skipped, *more = data
        left = frozenset(map(str, more[0])) if more else frozenset()
        read = tuple(Doubt(*doubt) for doubt in doubts)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"a check cannot be read: {error}") from error
    return Check(name, tuple(map(breach_from_json, breaches)), read, skipped, left=left)


def _tests_as_json(tests: TestRun) -> dict[str, Any]:
    results = [[each.name, each.status, each.seconds, each.detail] for each in tests.results]
    return {"ending": tests.ending, "explanation": tests.explanation, "results": results}


def _tests(data: Mapping[str, Any]) -> TestRun:
    try:
        results = tuple(TestResult(*result) for result in items(data, "results"))
    except TypeError as error:
        raise ShapeError(f"a test's result cannot be read: {error}") from error
    return TestRun(take(data, "ending", str), take(data, "explanation", str), results)
