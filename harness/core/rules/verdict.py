"""PASS < UNKNOWN < FAIL: what can be said of a rule, an iteration or a run."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """A judgement. UNKNOWN means that something needed for PASS or FAIL was not seen."""

    PASS = "PASS"
    UNKNOWN = "UNKNOWN"
    FAIL = "FAIL"

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this verdict."""
        return {"PASS": 0, "UNKNOWN": 2, "FAIL": 1}[self.value]


_ORDER = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)


def worst(verdicts: Iterable[Verdict], of_nothing: Verdict = Verdict.UNKNOWN) -> Verdict:
    """Return the worst verdict; ``of_nothing`` where there is none, since nothing was judged."""
    return max(verdicts, key=_ORDER.index, default=of_nothing)
