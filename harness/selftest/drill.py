"""The self-test as a whole: what is left of the last one first, then one kind after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.core.rules.verdict import Verdict
from harness.reports.plain_text import count as told
from harness.selftest.comparison import compare
from harness.selftest.court import Court
from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Kind, Planted
from harness.selftest.recording import Recording
from harness.selftest.removal import remove
from harness.selftest.trial import Outcome, Say, Trial, outcome_of


@dataclass
class Drill:
    """Kinds to try in a cloud. ``keep``: the last one stays planted.

    ``record`` is given the recording of every kind that was found.
    """

    kinds: Sequence[Kind]
    ground: Ground
    court: Court
    say: Say
    keep: bool = False
    has_volumes: bool = False
    record: Callable[[Recording], None] | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self) -> Iterator[Outcome]:
        """Try each kind and yield what came of it.

        Raises HarnessError where what the last self-test left cannot be removed, or where the
        cloud is not quiet before anything is planted.
        """
        self.sweep()
        self._refuse_noise()
        standing = frozenset[tuple[str, str, str]]()
        for number, kind in enumerate(self.kinds, 1):
            if missing := self._missing(kind):
                yield outcome_of(kind, skipped=f"this cloud lacks {missing}")
                continue
            self.say(f"{number} of {len(self.kinds)}: {kind.name}")
            trial = Trial(kind, self.ground, self.court, self.say, self.keep, standing)
            outcome = trial.run()
            standing = trial.standing
            if self.record and trial.recording and outcome.found is Verdict.PASS:
                self.record(trial.recording.shortened(self.court.laws))
            yield outcome

    def sweep(self) -> int:
        """Remove what an earlier self-test left planted; returns how many steps that undid."""
        count = len(self.ground.ledger.entries)
        if count:
            self.say(f"removing what an earlier self-test left planted: {told(count, 'step')}")
        if failed := remove(self.ground, self.say):
            raise HarnessError(
                f"{len(failed)} steps of an earlier self-test could not be undone: {failed[0]}; "
                "mend that and run `harness selftest --clean`",
                EXIT_UNKNOWN,
            )
        return count

    def _refuse_noise(self) -> None:
        self.say("looking whether the cloud is quiet")
        checks = self.court.judge(self.court.at_rest()).checks
        if lines := compare(Planted(()), checks).lines:
            raise HarnessError(
                f"the cloud is not quiet before anything is planted: {lines[0]}; see "
                "`harness check`",
                EXIT_UNKNOWN,
            )

    def _missing(self, kind: Kind) -> str:
        there = {LAB: self.ground.lab is not None, VOLUMES: self.has_volumes}
        return next((need for need in sorted(kind.needs) if not there[need]), "")
