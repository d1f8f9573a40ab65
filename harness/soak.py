"""The loop: run the tests, settle, store, judge, publish; until the plan or a signal ends it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.answers.capture import Capture
from harness.core.faults.fault_windows import looks_of, windows_of
from harness.core.iterations.history import Iteration, Run
from harness.core.iterations.spans import NONE, Spans
from harness.core.ports import Clock, Faults, NoFaults, TestOrder, TestOutcome, TestRunner
from harness.core.rules.invariant import Circumstances
from harness.core.rules.reading import Reading
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, analysis_of
from harness.core.runs.course import Course
from harness.core.runs.growing import Files
from harness.core.runs.judged_json import Judged
from harness.core.runs.judging import (
    Evidence,
    Laws,
    Past,
    TestParser,
    Torn,
    circumstances,
    judge_iteration,
    look,
)
from harness.core.runs.loop import Progress, Store
from harness.core.runs.plan import Plan, StopSign
from harness.core.views.departed import Watched
from harness.settle import Settling

_LAST_LOOK = 10.0
"""Seconds to settle when somebody asked to end: enough for two agreeing reads."""


@dataclass
class Soak:
    """A run under way. All that reaches outside is given.

    ``render_iteration`` gives what an iteration adds to the reports, ``render_run`` what it changes
    of them. ``keep`` is told of the analysis after each iteration and at the end: it keeps the
    ledger. ``retain`` is told what was judged, the analysis with it and whether that was thinned
    before, and returns the iterations that gave up their captures by now. Of the iterations that
    have gone by nothing is held but what ``course`` keeps, unless ``whole``.
    """

    run: Run
    plan: Plan
    laws: Laws
    observe: Callable[[tuple[str, ...]], Capture]
    runner: TestRunner
    store: Store
    clock: Clock
    progress: Progress
    parse_tests: TestParser
    render_iteration: Callable[[Analysis, Iteration], Files]
    render_run: Callable[[Analysis], Files]
    keep: Callable[[Analysis], None] = lambda _analysis: None
    retain: Callable[[Judged, Analysis, bool], Spans] = lambda _judged, _analysis, _thin: NONE
    stop: StopSign = field(default_factory=StopSign)
    course: Course = field(init=False)
    watched: Watched = field(init=False)
    whole: bool = False
    past: Past = field(default_factory=Past)
    torn: Torn | None = None
    faults: Faults = field(default_factory=NoFaults)

    def __post_init__(self) -> None:
        self.course = Course(self.laws.truths, self.laws.terms, self.whole)
        self.watched = Watched(self.laws.sources)

    def recall(self, evidences: Iterable[Evidence]) -> None:
        """Take up the evidence of an earlier driver, all of its iterations but the torn one, and
        publish and keep what it may have died before publishing."""
        for evidence in evidences:
            for capture in evidence.captures:
                self.watched.recall(capture)
            analysis, iteration = self._remember(evidence)
            self.store.publish(self.render_iteration(analysis, iteration))
            self.keep(analysis)

    def go(self) -> Analysis:
        """Take the baseline, or finish what an earlier driver died in; iterate until the end,
        publish, and return the judgement. No fault that was made is left behind."""
        try:
            number, ending = self._go_on()
        finally:
            self.faults.close()
        ended = self.clock.now()
        self.store.end({"ending": ending, "ended": ended, "iterations": number})
        self.run = replace(self.run, ending=ending, ended=ended)
        analysis = self._analysis()
        self.store.publish(self.render_run(analysis))
        self.keep(analysis)
        return analysis

    def _go_on(self) -> tuple[int, str]:
        """Iterate; return the number of the last iteration and why it is the last."""
        if self.torn:
            self._finish(self.torn)
        elif self.course.newest is None:
            self._iterate(0)
        number = self.course.newest.number if self.course.newest else 0
        ending = self._ending(number)
        while not ending:
            number += 1
            self._iterate(number)
            ending = self._ending(number)
        return number, ending

    def _iterate(self, number: int) -> None:
        started = self.clock.now()
        self.store.begin_iteration(number, {"number": number, "started": started})
        if number:
            self.faults.begin(number, started)
        outcome = self._test(number) if number else None
        if self._ending(number, testing=True):
            self.faults.close()
        tested = self.clock.now()
        self.progress.phase(number, "settle")
        captures = self._settle(number)
        ended = self.clock.now()
        phases = {"settle": ended - tested}
        record: dict[str, Any] = {"number": number, "started": started, "ended": ended}
        record["reads"] = len(captures)
        if outcome:
            phases["tests"] = tested - started
            record["tests"] = {
                "ending": outcome.ending,
                "explanation": outcome.explanation,
                "exit_code": outcome.exit_code,
                "expected": list(outcome.expected),
                "command": list(outcome.command),
            }
        record["phases"] = phases
        stream = outcome.stream if outcome else None
        self._end(Evidence(number, record, tuple(captures), stream))

    def _end(self, evidence: Evidence) -> None:
        """Store the end mark of an iteration, with the faults known by then, and judge it."""
        events, record = self.faults.events(), dict(evidence.record or {})
        if events:
            record["faults"] = len(events)
        windows = windows_of(self.run.faults, events)
        self.store.end_iteration(evidence.number, record)
        self._judge(replace(evidence, record=record, windows=windows))

    def _finish(self, torn: Torn) -> None:
        """Look at what the iteration left in which an earlier driver died, and end it.

        A baseline has no tests: it is as good as any. Tests that were cut off could not clear up
        after themselves, so that their iteration is marked, and what they left is known by it.
        """
        number, began = torn.evidence.number, self.clock.now()
        self.progress.phase(number, "settle")
        captures = self._settle(number, torn.reads)
        ended = self.clock.now()
        record: dict[str, Any] = {
            "number": number,
            "started": began if torn.started is None else torn.started,
            "ended": ended,
            "reads": torn.reads + len(captures),
            "phases": {"settle": ended - began},
        }
        if number:
            record["cut_off"] = True
        kept = (*torn.evidence.captures, *captures)
        self._end(replace(torn.evidence, record=record, captures=kept))

    def _test(self, number: int) -> TestOutcome:
        self.progress.phase(number, "tests")
        order = TestOrder(number, f"{self.run.prefix}i{number}", self.plan.iteration_timeout)
        outcome = self.runner.run(order)
        self.store.keep_stream(number, outcome.stream)
        return outcome

    def _settle(self, number: int, before: int = 0) -> list[Capture]:
        """Observe until all is calm; ``before`` observations of it are stored already."""
        around = circumstances(self.laws, self.run, number, self.past)
        settling = Settling(
            observe=self._observe,
            keep=lambda read, capture: self.store.keep_capture(number, before + read, capture),
            judge=lambda capture: self._look(capture, around),
            patience=self.laws.patience,
            limit=self.plan.settle_limit,
            clock=self.clock,
            stopping=self._must_hurry,
            awaiting=lambda readings: self._awaits(number, readings),
        )
        return settling.run()

    def _awaits(self, number: int, readings: Sequence[Reading]) -> bool:
        """Tell whether the cloud is to recover from a fault yet and may do so in time."""
        windows = windows_of(self.run.faults, self.faults.events())
        if not windows:
            return False
        now, looks = self.clock.now(), looks_of(readings, self.laws.patience)
        item = Iteration(number, now, now, windows=windows, looks=looks)
        return self.course.trials.awaits(item, self.laws.terms.waivers)

    def _observe(self) -> Capture:
        """Observe the hosts of now and all that were asked before, but for those that left."""
        return self.watched.took(self.observe(self.watched.hosts))

    def _look(self, capture: Capture, around: Circumstances) -> Reading:
        snapshot, reading = look(capture, self.laws, around)
        self.watched.saw(snapshot)
        return reading

    def _must_hurry(self) -> bool:
        return bool(self.stop.reason) and self.clock.now() - self.stop.since >= _LAST_LOOK

    def _remember(self, evidence: Evidence) -> tuple[Analysis, Iteration]:
        before = self.past.hosts
        iteration, self.past = judge_iteration(
            evidence, self.laws, self.run, self.past, self.parse_tests
        )
        self.course = self.course.plus(iteration)
        hosts = {name: host for name, host in self.past.hosts.items() if before.get(name) != host}
        judged, was_thinned = Judged(iteration, hosts), evidence.judged is not None
        thinned = self.retain(judged, self._analysis(), was_thinned)
        self.run = replace(self.run, thinned=thinned)
        return self._analysis(), self.course.newest or iteration

    def _judge(self, evidence: Evidence) -> None:
        analysis, judged = self._remember(evidence)
        self.store.publish({**self.render_iteration(analysis, judged), **self.render_run(analysis)})
        self.keep(analysis)
        self.progress.judged(analysis, judged)

    def _analysis(self) -> Analysis:
        run = self.run
        if run.faults:
            run = replace(run, windows=windows_of(run.faults, self.faults.events()))
        return analysis_of(run, self.course)

    def _ending(self, number: int, testing: bool = False) -> str:
        """Return why the run ends after this iteration, or ""; ``testing``: not judged yet."""
        if self.stop.reason:
            return self.stop.reason
        if number and not testing and self._fails_fast():
            return "fail-fast"
        if self.plan.iterations is not None and number >= self.plan.iterations:
            return "iterations done"
        if self.plan.deadline is not None and self.clock.now() >= self.plan.deadline:
            return "time is up"
        return ""

    def _fails_fast(self) -> bool:
        last, wanted = self.course.newest, self.plan.fail_fast_on
        if last is None:
            return False
        leak = "LEAK" in wanted and last.rules_verdict is Verdict.FAIL
        test = "TEST" in wanted and last.tests is not None and last.tests.verdict is Verdict.FAIL
        return leak or test
