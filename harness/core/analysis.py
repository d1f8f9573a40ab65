"""A run, judged: everything that a report may say, and nothing that it must work out."""

from dataclasses import dataclass

from harness.core.amounts import difference
from harness.core.findings import Finding, follow
from harness.core.history import Amounts, History, Iteration, Run
from harness.core.verdict import Verdict, worst


@dataclass(frozen=True)
class Analysis:
    """The judgement of a run. ``history`` begins with the baseline, iteration 0, if it was taken.

    ``truths`` maps each invariant's name to the truth that it states.
    """

    run: Run
    history: History
    findings: tuple[Finding, ...]
    truths: dict[str, str]

    @property
    def baseline(self) -> Iteration | None:
        return self.history[0] if self.history and self.history[0].number == 0 else None

    @property
    def uncompared(self) -> str:
        """Why there is nothing to compare with, or "" where the baseline is whole."""
        if self.baseline is None:
            return "no baseline was taken"
        return f"the baseline is torn: {self.baseline.broken}" if self.baseline.broken else ""

    @property
    def iterations(self) -> tuple[Iteration, ...]:
        """The iterations proper: without the baseline, and without one that was interrupted.

        Tests that were ended half-way could not clear up after themselves.
        """
        return tuple(item for item in self.history if item.number > 0 and not item.interrupted)

    @property
    def verdict(self) -> Verdict:
        """The worst of all iterations.

        UNKNOWN at best without an end mark, without an iteration, or without a whole baseline.
        """
        seen = [item.verdict for item in self.iterations]
        if not self.run.ending or not self.iterations or self.uncompared:
            seen.append(Verdict.UNKNOWN)
        return worst(seen)

    def deltas(self, iteration: Iteration) -> Amounts:
        """Return what each host holds more than at the baseline, gauge by gauge."""
        return difference(iteration.amounts, self.baseline.amounts if self.baseline else {})


def analyse(run: Run, history: History, truths: dict[str, str]) -> Analysis:
    """Judge a run from its judged iterations, which are in the order of their numbers."""
    return Analysis(run, tuple(history), follow(history), truths)
