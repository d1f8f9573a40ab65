"""Whether a service is asked at all: one that is dead is probed now and then, and not hammered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True)
class Probing:
    """When a service is taken for dead, and when it is probed. Waits are in seconds.

    ``failures`` in a row open a breaker; the first wait for a probe doubles up to ``longest``, each
    longer or shorter by up to ``jitter`` of it.
    """

    failures: int = 3
    first: float = 5.0
    longest: float = 60.0
    jitter: float = 0.2


@dataclass
class Breaker:
    """The state of one service, shared by all who ask it.

    ``clock`` is one that nobody sets, ``draw`` gives numbers from 0 to 1. ``recoveries`` counts how
    often the service answered after it had been taken for dead; ``last`` is why it did not.
    """

    clock: Callable[[], float]
    draw: Callable[[], float]
    probing: Probing = field(default_factory=Probing)
    recoveries: int = 0
    last: str = ""
    _failures: int = 0
    _wait: float = 0.0
    _probe_at: float = 0.0
    _probed: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def open(self) -> bool:
        """True while the service is taken for dead."""
        return self._failures >= self.probing.failures

    def admits(self) -> bool:
        """Tell whether the service may be asked now. Who is told so says how it ended."""
        with self._lock:
            if not self.open:
                return True
            if self._probed or self.clock() < self._probe_at:
                return False
            self._probed = True
            return True

    def answered(self) -> None:
        """The service answered, whatever it said."""
        with self._lock:
            self.recoveries += self.open
            self._failures, self._wait, self._probed, self.last = 0, 0.0, False, ""

    def untold(self) -> None:
        """It was not asked after all, or how it ended is not known."""
        with self._lock:
            self._probed = False

    def failed(self, reason: str) -> None:
        """The service did not answer."""
        with self._lock:
            was_open = self.open
            self._failures += 1
            self.last = reason
            if self.open and (self._probed or not was_open):
                self._probed = False
                self._wait = min(self.probing.longest, 2 * self._wait or self.probing.first)
                spread = self.probing.jitter * (2 * self.draw() - 1)
                self._probe_at = self.clock() + self._wait * (1 + spread)
