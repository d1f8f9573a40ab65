"""What came of one fault: whether every invariant held again, and how long that took."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.core.faults.fault_windows import Look, Window
from harness.core.iterations.history import Identity
from harness.core.rules.verdict import Verdict


@dataclass(frozen=True)
class Trial:
    """What came of a fault. ``first`` is the iteration that it began in.

    ``recovered`` is when the first look ended from which on every invariant held: seconds since the
    epoch, or None. ``late_in`` is the iteration in which the time to recover had run out, or None;
    ``stands`` is what broke a rule then, ``unknown`` what was not known. ``looked`` is when the
    first look since it was healed began, None where there was none: how soon that was is how well
    the recovery is known, and ``looked_in`` the iteration. ``found`` is what was wrong in the last
    look before it began: an earlier fault's doing perhaps, and none of its own.
    """

    window: Window
    first: int
    recovered: float | None = None
    late_in: int | None = None
    stands: frozenset[Identity] = frozenset()
    unknown: frozenset[Identity] = frozenset()
    looked: float | None = None
    found: frozenset[Identity] = frozenset()
    looked_in: int | None = None

    @property
    def name(self) -> str:
        return self.window.name

    @property
    def at_work(self) -> bool:
        """True where what goes wrong may be its doing."""
        return self.recovered is None and self.late_in is None

    @property
    def waited_for(self) -> bool:
        """True where it is mended and the cloud may still recover in time, and waiting helps."""
        timed = not self.window.step.recovers_in
        return self.at_work and self.window.healed is not None and timed

    @property
    def recovery(self) -> float | None:
        """Seconds from the healing to the recovery, or None."""
        over = self.window.over
        return None if self.recovered is None or over is None else self.recovered - over

    @property
    def unwatched(self) -> float | None:
        """Seconds from the healing to the first look since, or None."""
        over = self.window.over
        return None if self.looked is None or over is None else self.looked - over

    @property
    def verdict(self) -> Verdict:
        """PASS where it recovered in time, FAIL where something broke a rule when that had run out,
        UNKNOWN where that was not seen or the fault was not as planned."""
        if self.late_in is not None and self.stands:
            return Verdict.FAIL
        if self.late_in is not None or self.recovered is None or self.window.problem:
            return Verdict.UNKNOWN
        return Verdict.PASS

    def seen(self, number: int, looks: Sequence[Look], before: frozenset[Identity]) -> "Trial":
        """Return it with an iteration's looks. ``before`` is what was wrong without it."""
        healed, over = self.window.healed, self.window.over
        before |= self.found
        if self.recovered is not None or healed is None or over is None:
            return self
        since = [look for look in looks if look.started >= healed]
        if not since:
            return self
        looked = since[0].started if self.looked is None else self.looked
        looked_in = number if self.looked_in is None else self.looked_in
        calm: Look | None = None
        for look in reversed(since):
            if not look.breaches.keys() <= before or not look.doubts <= before:
                break
            calm = look
        if calm:
            return replace(self, recovered=calm.ended, looked=looked, looked_in=looked_in)
        if self.late_in is not None:
            return self
        last = since[-1]
        stands = frozenset(last.breaches.keys() - before)
        step = self.window.step
        late = last.ended - over > step.recovers_within
        if step.recovers_in:
            late = number - looked_in + 1 >= step.recovers_in
        return replace(
            self,
            looked=looked,
            looked_in=looked_in,
            late_in=number if late else None,
            stands=stands,
            unknown=last.doubts - before,
        )
