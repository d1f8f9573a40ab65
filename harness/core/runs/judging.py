"""From stored evidence to a judged iteration: the one function that live runs and replay share."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.answers.capture import Capture
from harness.core.answers.collecting import uncollected
from harness.core.apis.standing import Standing
from harness.core.faults.fault_windows import Window, looks_of
from harness.core.findings.terms import Terms
from harness.core.iterations.amounts import measure
from harness.core.iterations.boots import FailedBoot
from harness.core.iterations.history import Iteration, Run, TestRun
from harness.core.iterations.outages import sighting
from harness.core.rules.invariant import Check, Circumstances, Invariant, judge
from harness.core.rules.reading import Patience, Reading, confirmed, stood_since
from harness.core.runs.judged_json import Judged
from harness.core.views.believing import believed
from harness.core.views.departed import without_departed
from harness.core.views.host_changes import after, changes_of, first_seen
from harness.core.views.snapshot import Snapshot, parse
from harness.core.views.source import Source

Diagnosis = Callable[
    [Snapshot, Circumstances, Sequence[Check], TestRun | None, float, Sequence[Standing]],
    Iterable[FailedBoot],
]
"""snapshot, circumstances, its checks, the tests, since when (seconds since the epoch), how the
hosts stood before and after -> who failed, why."""

TestParser = Callable[[bytes, tuple[str, ...], str, str], TestRun]
"""stream, expected ids, ending, explanation -> what the tests said."""


@dataclass(frozen=True)
class Laws:
    """All that a judgement rests on beside the evidence. Times are in seconds.

    ``reaper_interval`` and ``power_sync_interval`` as in ``invariant.Circumstances``.
    """

    sources: tuple[Source, ...]
    invariants: tuple[Invariant, ...]
    patience: Patience = field(default_factory=Patience)
    stuck_after: float = 1800.0
    reaper_interval: float = 1800.0
    power_sync_interval: float = 600.0
    terms: Terms = field(default_factory=Terms)
    diagnosis: Diagnosis = lambda *_: ()
    standing: Callable[[Snapshot], Standing | None] = lambda _: None

    @property
    def truths(self) -> dict[str, str]:
        """Invariant name -> the truth that it states."""
        return {law.name: law.truth for law in self.invariants}


@dataclass(frozen=True)
class Evidence:
    """What is stored of one iteration. ``record`` is its end mark, or None where it has none.

    ``stream`` is the tests' subunit stream, None where none was stored. ``damage`` says what of the
    evidence could not be read. ``judged`` is all there is of one that gave up its captures.
    ``windows`` are the faults that had been made on purpose by its end.
    """

    number: int
    record: Mapping[str, Any] | None
    captures: tuple[Capture, ...]
    stream: bytes | None = None
    damage: str = ""
    judged: Judged | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Torn:
    """An iteration in which a driver died. ``reads`` is the number of its last observation, whether
    that can be read or not; ``started`` is when it began, None where that is not known."""

    evidence: Evidence
    reads: int = 0
    started: float | None = None


@dataclass(frozen=True)
class Past:
    """What the baseline leaves to later judgements. ``hosts`` as in ``amounts.measure``;
    ``computes`` is what last became of each compute host (``host_changes``), ``standing`` is how
    the hosts stood when they were last looked at."""

    snapshot: Snapshot | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)
    standing: Standing | None = None
    computes: Mapping[str, str] = field(default_factory=dict)


def circumstances(laws: Laws, run: Run | None, number: int | None, past: Past) -> Circumstances:
    """Return what the rules may know in an iteration, or outside a run where ``run`` is None."""
    return Circumstances(
        prefix=run.prefix if run else None,
        iteration=number,
        baseline=past.snapshot,
        stuck_after=laws.stuck_after,
        reaper_interval=laws.reaper_interval,
        power_sync_interval=laws.power_sync_interval,
        audit_interval=laws.patience.audit_interval,
    )


@uncollected()
def look(capture: Capture, laws: Laws, around: Circumstances) -> tuple[Snapshot, Reading]:
    """Parse one capture and judge it by itself. The baseline of a baseline is itself."""
    snapshot = believed(parse(capture, laws.sources), laws.sources, around.baseline)
    snapshot = without_departed(snapshot, laws.sources)
    if around.iteration == 0:
        around = replace(around, baseline=snapshot)
    checks = tuple(judge(law, snapshot, around) for law in laws.invariants)
    stamps = {node.host: node.audit_stamp for node in snapshot["hypervisors"] if node.audit_stamp}
    return snapshot, Reading(capture.started, capture.ended, checks, stamps)


@uncollected()
def judge_iteration(
    evidence: Evidence, laws: Laws, run: Run, past: Past, parse_tests: TestParser
) -> tuple[Iteration, Past]:
    """Judge an iteration from its evidence; also returns the past for the iterations after it.

    The past is the baseline's: it changes with iteration 0 only, but for hosts seen since. One that
    gave up its captures stands as it was judged then.
    """
    if evidence.judged:
        return evidence.judged.iteration, _past_of(evidence.judged, past)
    around = circumstances(laws, run, evidence.number, past)
    snapshot, readings, stood = None, [], [past.standing]
    for capture in evidence.captures:  # all rows but the last ones are let go
        snapshot, reading = look(capture, laws, around)
        readings.append(reading)
        stood.append(laws.standing(snapshot))
    reads = [each for each in stood if each]
    hosts = {**past.hosts, **(_hosts(snapshot) if snapshot else {})}
    record = evidence.record or {}
    checks = confirmed(readings, laws.patience) if readings else ()
    tests = _tests(evidence, parse_tests)
    changes = changes_of(snapshot, past.computes) if snapshot and evidence.number else ()
    iteration = Iteration(
        number=evidence.number,
        started=record.get("started", evidence.captures[0].started if readings else 0.0),
        ended=record.get("ended", evidence.captures[-1].ended if readings else 0.0),
        checks=checks,
        tests=tests,
        amounts=measure(snapshot, laws.sources, hosts) if snapshot else {},
        phases=record.get("phases", {}),
        reads=len(readings),
        broken=_broken(evidence),
        looked=readings[-1].started if readings else None,
        cut_off=bool(record.get("cut_off")),
        stood=stood_since(readings) if readings else {},
        sightings=tuple(map(sighting, evidence.captures)),
        boots=_boots(evidence, snapshot, checks, tests, laws, around, reads),
        windows=evidence.windows,
        looks=looks_of(readings, laws.patience) if evidence.windows else (),
        standing=reads[-1] if reads else None,
        changes=changes,
    )
    return iteration, _past_after(iteration, past, snapshot, hosts)


def _past_of(judged: Judged, past: Past) -> Past:
    """Return the past after an iteration that gave up its captures."""
    return replace(
        past,
        hosts={**past.hosts, **judged.hosts},
        standing=judged.iteration.standing or past.standing,
        computes=after(past.computes, judged.iteration.changes),
    )


def _past_after(
    iteration: Iteration, past: Past, snapshot: Snapshot | None, hosts: Mapping[str, str]
) -> Past:
    if iteration.number == 0:
        computes = first_seen(snapshot) if snapshot else {}
        return Past(snapshot, hosts, iteration.standing, computes)
    computes = after(past.computes, iteration.changes)
    return Past(past.snapshot, hosts, iteration.standing, computes)


def _boots(
    evidence: Evidence,
    snapshot: Snapshot | None,
    checks: Sequence[Check],
    tests: TestRun | None,
    laws: Laws,
    around: Circumstances,
    reads: Sequence[Standing],
) -> tuple[FailedBoot, ...]:
    """Return the servers that failed since the iteration began; before the baseline nothing is of
    the run."""
    since = (evidence.record or {}).get("started")
    if snapshot is None or since is None or not evidence.number:
        return ()
    return tuple(laws.diagnosis(snapshot, around, checks, tests, since, reads))


def _hosts(snapshot: Snapshot) -> dict[str, str]:
    return {name: node.host for node in snapshot["hypervisors"] for name in (node.host, node.node)}


def _tests(evidence: Evidence, parse_tests: TestParser) -> TestRun | None:
    if evidence.number == 0:
        return None
    told = (evidence.record or {}).get("tests")
    if told is None or evidence.stream is None:
        return TestRun("crashed", "how the tests ended was not stored: the driver was cut off")
    expected = tuple(told["expected"])
    return parse_tests(evidence.stream, expected, told["ending"], told["explanation"])


def _broken(evidence: Evidence) -> str:
    reasons = [evidence.damage] if evidence.damage else []
    if evidence.record is None:
        reasons.append("the iteration has no end mark: the driver was cut off in it")
    elif evidence.record.get("cut_off"):
        reasons.append("the driver was cut off in its tests; what they left was looked at later")
    reads = (evidence.record or {}).get("reads", len(evidence.captures))
    if reads != len(evidence.captures):
        reasons.append(f"{len(evidence.captures)} of {reads} observations can be read")
    if not evidence.captures:
        reasons.append("nothing was observed")
    return "; ".join(reasons)


def judge_all(
    evidences: Iterable[Evidence], laws: Laws, run: Run, parse_tests: TestParser
) -> Iterator[Iteration]:
    """Judge a run's evidence from the baseline on, in the order of the numbers, one by one."""
    past = Past()
    for evidence in evidences:
        iteration, past = judge_iteration(evidence, laws, run, past, parse_tests)
        yield iteration
