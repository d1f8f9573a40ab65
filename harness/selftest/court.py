"""The judge of the self-test: the observing, settling and judging of ``harness check``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.core.answers.capture import Capture
from harness.core.iterations.history import Iteration
from harness.core.ports import Clock
from harness.core.rules.invariant import Check, Circumstances
from harness.core.rules.reading import Reading, confirmed, stood_since
from harness.core.runs.judging import Laws, Past, circumstances, look
from harness.settle import Settling


@dataclass(frozen=True)
class Judged:
    """A settled look: what the rules say, the captures that they say it of, and when it was."""

    checks: tuple[Check, ...]
    captures: tuple[Capture, ...]
    readings: tuple[Reading, ...]
    began: float
    ended: float

    def as_iteration(self, number: int) -> Iteration:
        """Return it as an iteration of a run, for what follows findings over a run's life."""
        return Iteration(
            number,
            self.began,
            self.ended,
            self.checks,
            reads=len(self.captures),
            looked=self.readings[-1].started,
            stood=stood_since(self.readings),
        )


@dataclass(frozen=True)
class Court:
    """Looks at a cloud and judges it. ``limit`` is that of settling, in seconds."""

    laws: Laws
    observe: Callable[[], Capture]
    limit: float
    clock: Clock

    def judge(self, around: Circumstances) -> Judged:
        """Look until it is settled, and judge by all rules."""
        settling = Settling(
            observe=self.observe,
            keep=lambda _read, _capture: None,
            judge=lambda capture: look(capture, self.laws, around)[1],
            patience=self.laws.patience,
            limit=self.limit,
            clock=self.clock,
        )
        began = self.clock.now()
        captures = settling.run()
        checks = confirmed(settling.readings, self.laws.patience)
        readings = tuple(settling.readings)
        return Judged(checks, tuple(captures), readings, began, self.clock.now())

    def at_rest(self) -> Circumstances:
        """Return the circumstances of a cloud outside a run."""
        return at_rest(self.laws)

    def in_run(self, baseline: Capture, prefix: str) -> Circumstances:
        """Return the circumstances of the first iteration after a baseline."""
        return in_first_iteration(self.laws, baseline, prefix)

    def blind(self, names: Sequence[str]) -> "Court":
        """Return a judge that cannot see with the rules of these names."""
        return replace(self, laws=blinded(self.laws, names))


def at_rest(laws: Laws) -> Circumstances:
    """Return the circumstances of a cloud outside a run."""
    return circumstances(laws, None, None, Past())


def in_first_iteration(laws: Laws, baseline: Capture, prefix: str) -> Circumstances:
    """Return what the rules know in the iteration after a baseline."""
    around = replace(at_rest(laws), prefix=prefix, iteration=0)
    before, _reading = look(baseline, laws, around)
    return replace(around, iteration=1, baseline=before)


def blinded(laws: Laws, names: Sequence[str]) -> Laws:
    """Return laws whose rules of these names see nothing: what the self-test must find out.

    Raises KeyError for a name that no rule has.
    """
    if unknown := sorted(set(names) - set(laws.truths)):
        raise KeyError(unknown[0])
    return replace(
        laws,
        invariants=tuple(
            replace(law, rule=lambda _snapshot, _around: iter(())) if law.name in names else law
            for law in laws.invariants
        ),
    )
