"""The clock of the machine."""

import time
from collections.abc import Callable


class SystemClock:
    """Real time, as the machine told it when this clock was made, and what has passed since.

    So no duration and no order of events is wrong when somebody sets the clock of the machine.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()

    def not_before(self, moment: float) -> None:
        """Go on from ``moment`` where this clock is not there yet: a run that goes on after the
        clock of the machine was set back would else end before it began."""
        self._offset = max(self._offset, moment - self._steady())

    def now(self) -> float:
        return self._steady() + self._offset

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def set_by(self) -> float:
        """Return the seconds by which the machine's clock was set since this one was made."""
        return self._wall() - self.now()
