"""Observe again until the views agree, or what disagrees is borne out, or the time is up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tenacity import RetryCallState, Retrying, retry_if_result, wait_incrementing

from harness.core.answers.capture import Capture
from harness.core.ports import Clock
from harness.core.rules.reading import Patience, Reading, settled


@dataclass
class Settling:
    """One settling. ``limit`` is in seconds, checked before each further observation; a clock that
    is set back cannot lengthen it, since the pauses are counted too.

    ``observe`` makes a capture, ``keep`` stores it *before* ``judge`` reads it. ``stopping`` tells
    that somebody asked to end: then the reading at hand is the last. ``awaiting`` tells that the
    cloud is to recover from a fault yet: that is waited for, however long the limit.
    """

    observe: Callable[[], Capture]
    keep: Callable[[int, Capture], None]
    judge: Callable[[Capture], Reading]
    patience: Patience
    limit: float
    clock: Clock
    stopping: Callable[[], bool] = lambda: False
    awaiting: Callable[[Sequence[Reading]], bool] = lambda _readings: False
    captures: list[Capture] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def run(self) -> list[Capture]:
        """Observe until another reading would teach nothing; returns the captures, oldest first."""
        began = self.clock.now()

        def time_is_up(state: RetryCallState) -> bool:
            waited = max(self.clock.now() - began, state.idle_for)
            return self.stopping() or (waited >= self.limit and not self.awaiting(self.readings))

        retrying = Retrying(
            retry=retry_if_result(lambda calm: not calm),
            stop=time_is_up,
            wait=wait_incrementing(start=2, increment=1, max=10),
            sleep=self.clock.sleep,
            retry_error_callback=lambda _state: False,
        )
        retrying(self._look)
        return self.captures

    def _look(self) -> bool:
        capture = self.observe()
        self.captures.append(capture)
        self.keep(len(self.captures), capture)
        self.readings.append(self.judge(capture))
        return settled(self.readings, self.patience) and not self.awaiting(self.readings)
