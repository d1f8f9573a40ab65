"""What was planted against what was judged: found exactly, or what is amiss."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.core.rules.invariant import Breach, Check
from harness.core.rules.origin import AMOUNTS
from harness.core.rules.verdict import Verdict
from harness.selftest.kind import Expected, Planted

Identity = tuple[str, str, str]
"""(rule, subject, host)"""


@dataclass(frozen=True)
class Comparison:
    """``missed``: expected and not raised. ``wrong``: raised, but not as it should be. ``more``:
    raised and not expected. ``doubted``: what could not be judged. One line each.
    """

    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """PASS: just what was planted. UNKNOWN: nothing wrong but what could not be judged."""
        if self.missed or self.wrong or self.more:
            return Verdict.FAIL
        return Verdict.UNKNOWN if self.doubted else Verdict.PASS

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.missed, *self.wrong, *self.more, *self.doubted)


def breaches(checks: Sequence[Check]) -> dict[Identity, Breach]:
    """Return the breaches by identity."""
    return {
        (check.invariant, breach.subject, breach.host): breach
        for check in checks
        for breach in check.breaches
    }


def compare(
    planted: Planted, checks: Sequence[Check], standing: frozenset[Identity] = frozenset()
) -> Comparison:
    """Compare what was planted with what was judged.

    ``standing`` is what was there before, raised or doubted: it counts neither for nor against.
    """
    seen = breaches(checks)
    wanted = {item.identity: item for item in planted.findings}
    return Comparison(
        missed=tuple(f"missed: {_named(key)}" for key in wanted if key not in seen),
        wrong=tuple(
            f"{_named(key)}: {text}"
            for key, item in wanted.items()
            if key in seen
            for text in _differences(item, seen[key])
        ),
        more=tuple(
            f"also raised: {_named(key)}: {breach.message}"
            for key, breach in seen.items()
            if key not in wanted and key not in standing
        ),
        doubted=tuple(
            f"not known: {_named((check.invariant, doubt.subject, doubt.host))}: {doubt.message}"
            for check in checks
            for doubt in check.doubts
            if (check.invariant, doubt.subject, doubt.host) not in standing
        ),
    )


def identities(checks: Sequence[Check]) -> frozenset[Identity]:
    """Return what was raised or doubted: what ``compare`` takes as standing."""
    doubted = {(c.invariant, doubt.subject, doubt.host) for c in checks for doubt in c.doubts}
    return frozenset(breaches(checks)) | doubted


def _differences(item: Expected, breach: Breach) -> Iterator[str]:
    if breach.origin is not item.origin:
        yield f"class {str(item.origin)!r} expected, {str(breach.origin)!r} given"
    if dict(breach.amounts) != dict(item.amounts):
        yield f"{_held(item.amounts)} expected to be held, {_held(breach.amounts)} given"
    if lost := [word for word in item.words if word not in breach.message]:
        yield f"the message does not tell {', '.join(map(repr, lost))}: {breach.message}"
    if not breach.message or not breach.views:
        yield "a finding without a message, or without what each view says"
    if set(breach.amounts) - set(AMOUNTS):
        yield f"amounts of unknown names: {_held(breach.amounts)}"


def _held(amounts: object) -> str:
    pairs = sorted(amounts.items()) if hasattr(amounts, "items") else []
    return ", ".join(f"{name} {amount}" for name, amount in pairs) or "nothing"


def _named(identity: Identity) -> str:
    rule, subject, host = identity
    return f"{rule} of {subject}" + (f" on {host}" if host else "")
