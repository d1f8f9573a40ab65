"""What happened in a run: its iterations as they were judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.apis.standing import Standing
from harness.core.faults.fault_plan import Step
from harness.core.faults.fault_windows import Look, Window
from harness.core.iterations.boots import FailedBoot
from harness.core.iterations.outages import Sighting
from harness.core.iterations.spans import NONE, Spans
from harness.core.rules.invariant import Check
from harness.core.rules.verdict import Verdict, worst
from harness.core.views.host_changes import HostChange

Amounts = Mapping[str, Mapping[str, float | None]]
"""host -> gauge name -> number, or None where it was not seen."""

Identity = tuple[str, str, str]
"""What a breach is known by over time: (rule, subject, host)."""

DISTURBED = "disturbed"
"""The status of a test that went wrong while a fault was at work that was made on purpose."""


@dataclass(frozen=True)
class TestResult:
    """One test of one iteration.

    ``status``: "passed", "failed", "skipped", "unfinished" (begun, never ended), "missing"
    (expected, never begun) or DISTURBED. ``name`` is "module.Class.test" without tags; a class
    fixture's failure is "module.Class.setUpClass". ``seconds`` is None where the end was not seen.
    """

    name: str
    status: str
    seconds: float | None = None
    detail: str = ""
    __test__ = False  # for pytest: this is no test

    @property
    def bad(self) -> bool:
        return self.status not in ("passed", "skipped", DISTURBED)


@dataclass(frozen=True)
class TestRun:
    """An iteration's tests. ``ending`` and ``explanation`` as in ``ports.TestOutcome``.

    ``disturbed`` names the faults, made on purpose, that were at work, or is "".
    """

    ending: str
    explanation: str
    results: tuple[TestResult, ...] = ()
    disturbed: str = ""
    __test__ = False

    def count(self, status: str) -> int:
        return sum(1 for result in self.results if result.status == status)

    @property
    def verdict(self) -> Verdict:
        """FAIL where a test failed or hung; UNKNOWN where tests that should have run did not, or
        were disturbed."""
        failed = any(result.bad and result.status != "missing" for result in self.results)
        if failed or (self.ending == "timeout" and not self.disturbed):
            return Verdict.FAIL
        if self.ending != "finished" or self.count("missing") or self.count(DISTURBED):
            return Verdict.UNKNOWN
        if not self.results:
            return Verdict.UNKNOWN
        return Verdict.PASS


@dataclass(frozen=True)
class Iteration:
    """One iteration, judged. Number 0 is the baseline, which has no tests.

    ``phases`` maps a phase ("tests", "settle") to its seconds; ``reads`` is how many observations
    settling took; ``broken`` says why the evidence is not whole, or is "". ``cut_off``: a driver
    died in its tests, and a later one looked at what they left. ``looked`` is when the last
    observation began, ``stood`` since when each breach stands in the row of observations, by
    (rule, subject, host): seconds since the epoch. ``sightings`` say which services did not answer
    in the observations, oldest first. ``boots`` are the servers that failed during it, and why.
    ``windows`` are the faults that had been made on purpose by its end, ``looks`` its observations
    where there were any; ``faults`` are the names of those that were at work in it. ``changes`` are
    the compute hosts that came or left. ``standing`` is how the hosts stood when they were last
    looked at.
    """

    number: int
    started: float
    ended: float
    checks: tuple[Check, ...] = ()
    tests: TestRun | None = None
    amounts: Amounts = field(default_factory=dict)
    phases: Mapping[str, float] = field(default_factory=dict)
    reads: int = 0
    broken: str = ""
    looked: float | None = None
    cut_off: bool = False
    stood: Mapping[Identity, float] = field(default_factory=dict)
    sightings: tuple[Sighting, ...] = ()
    boots: tuple[FailedBoot, ...] = ()
    windows: tuple[Window, ...] = ()
    looks: tuple[Look, ...] = ()
    faults: tuple[str, ...] = ()
    changes: tuple[HostChange, ...] = ()
    standing: Standing | None = None

    @property
    def moment(self) -> float:
        """When what the checks say was so: seconds since the epoch."""
        return self.ended if self.looked is None else self.looked

    @property
    def interrupted(self) -> bool:
        """True where somebody ended the run in the middle of the tests: it says nothing then."""
        return self.tests is not None and self.tests.ending == "interrupted"

    @property
    def rules_verdict(self) -> Verdict:
        """The invariants' verdict; UNKNOWN where none was judged or evidence is torn."""
        seen = [check.verdict for check in self.checks if not check.skipped]
        return worst([*seen, Verdict.UNKNOWN] if self.broken else seen)

    @property
    def verdict(self) -> Verdict:
        """The verdict of invariants and tests together; only the baseline has no tests."""
        if self.number == 0:
            return self.rules_verdict
        return worst([self.rules_verdict, self.tests.verdict if self.tests else Verdict.UNKNOWN])


@dataclass(frozen=True)
class Resumption:
    """A driver went on where another had died: after iteration ``after``, at ``at`` (seconds since
    the epoch). ``silent`` is how many seconds before that nothing had been written, None where that
    is not known."""

    after: int
    at: float
    silent: float | None = None


@dataclass(frozen=True)
class Run:
    """What a run was asked to do, and how it ended.

    ``ending`` is "" while there is no end mark: a run that was cut off. ``cloud`` is the name in
    clouds.yaml. ``options`` are shown to the reader and hold no secret. ``resumptions`` are in the
    order of time. ``thinned`` are the iterations that gave up their captures. ``faults`` is the
    plan of faults to make, ``windows`` are those that were made.
    """

    name: str
    cloud: str
    started: float
    prefix: str
    options: Mapping[str, str] = field(default_factory=dict)
    ending: str = ""
    ended: float | None = None
    resumptions: tuple[Resumption, ...] = ()
    thinned: Spans = NONE
    faults: tuple[Step, ...] = ()
    windows: tuple[Window, ...] = ()


History = Sequence[Iteration]
