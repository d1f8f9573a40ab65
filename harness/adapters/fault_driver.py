"""Makes the faults of a plan while the loop goes its way, and heals each in its time.

A thread of its own, since tests are under way when a fault is due. What it is about to do is in the
journal before it does it. One thing at a time: a deed that hangs holds up the next until its own
time limit ends it.
"""

from collections.abc import Callable, Mapping, Sequence
from threading import Event, Thread
from types import TracebackType
from typing import Any

from harness.adapters.fault_journal import FaultJournal
from harness.core.faults.fault_plan import Step
from harness.core.faults.fault_windows import (
    BEGUN,
    FAILED,
    HEALED,
    HEALING,
    MADE,
    UNHEALED,
    Window,
    event,
    windows_of,
)
from harness.core.ports import Clock, FaultFailed, FaultMaker

_TICK = 0.5
_AGAIN = 10.0
"""Seconds after which a fault that could not be healed is tried again."""
_TRIES = 4
"""How often at the end of a run."""


class FaultDriver:
    """The faults of a run under way; see ``ports.Faults``. Use it as a context manager: what an
    earlier driver left is healed on entry, and nothing is left on exit.

    ``makers`` maps a kind of step to what makes it. ``run_began`` is in seconds since the epoch.
    ``say`` is told what is done.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        makers: Mapping[str, FaultMaker],
        journal: FaultJournal,
        clock: Clock,
        run_began: float,
        say: Callable[[str], None],
    ) -> None:
        self._steps = tuple(steps)
        self._makers = makers
        self._journal = journal
        self._clock = clock
        self._run_began = run_began
        self._say = say
        self._at_hand = (0, 0.0)
        self._tries: dict[int, float] = {}
        self._closing = Event()
        self._trouble: Exception | None = None
        self._thread = Thread(target=self._go, name="faults", daemon=True)

    def __enter__(self) -> "FaultDriver":
        self.heal_left()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def heal_left(self) -> None:
        """Heal what a driver left that died."""
        self._heal_all("a driver that died had left it")

    def begin(self, iteration: int, now: float) -> None:
        """The tests of an iteration begin. Raises what ended the thread that makes faults: OSError
        where the journal cannot be written."""
        if self._trouble:
            raise self._trouble
        self._at_hand = (iteration, now)

    def events(self) -> Sequence[Mapping[str, Any]]:
        """Return what is stored of faults so far."""
        return self._journal.events()

    def close(self) -> None:
        """Heal all that is open, and make no more."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._trouble:
            self._say(f"faults were not made as planned: {_reason(self._trouble)}")
        for _ in range(_TRIES):
            if self._heal_all("the run ends"):
                return
            self._clock.sleep(_AGAIN / 2)
        for window in self._open():
            self._say(f"fault {window.name!r} IS NOT HEALED: {window.problem}")

    def turn(self) -> None:
        """Heal what has lasted long enough, then make what is due."""
        now = self._clock.now()
        for window in self._open():
            step = window.step
            done = window.problem or now >= window.begun + step.lasts
            if done and now >= self._tries.get(step.number, 0.0):
                self._heal(window)
        begun = {window.step.number for window in self._windows()}
        for step in self._steps:
            if self._closing.is_set() or step.number in begun:
                continue
            if step.due(self._clock.now(), self._run_began, *self._at_hand):
                self._make(step)

    def _go(self) -> None:
        while not self._closing.wait(_TICK):
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001 - the loop must hear of it, whatever it is
                self._trouble = error

    def _windows(self) -> tuple[Window, ...]:
        return windows_of(self._steps, self._journal.events())

    def _open(self) -> list[Window]:
        return [window for window in self._windows() if window.healed is None]

    def _make(self, step: Step) -> None:
        self._store(BEGUN, step)
        self._say(f"fault {step.name!r}: {step.does}")
        try:
            said = self._makers[step.kind].make(step)
        except Exception as error:  # noqa: BLE001 - whatever it is, the fault may be half made
            self._store(FAILED, step, _reason(error))
            self._say(f"fault {step.name!r} could not be made: {_reason(error)}")
        else:
            self._store(MADE, step, said)

    def _heal_all(self, why: str) -> bool:
        """Heal all that is open; tell whether nothing is."""
        for window in self._open():
            self._say(f"fault {window.name!r} is healed: {why}")
            self._heal(window)
        return not self._open()

    def _heal(self, window: Window) -> None:
        step = window.step
        if step.by_itself:
            self._store(HEALED, step)
            return
        if window.over is None:
            self._store(HEALING, step)
        try:
            said = self._makers[step.kind].heal(step)
        except Exception as error:  # noqa: BLE001 - whatever it is, the fault may still be there
            self._tries[step.number] = self._clock.now() + _AGAIN
            if _reason(error) not in window.problem:
                self._store(UNHEALED, step, _reason(error))
                self._say(f"fault {step.name!r} could not be healed yet: {_reason(error)}")
        else:
            self._store(HEALED, step, said)
            self._say(f"fault {step.name!r}: healed")

    def _store(self, kind: str, step: Step, said: str = "") -> None:
        self._journal.append(event(kind, step, self._clock.now(), said))


def _reason(error: Exception) -> str:
    told = str(error) if isinstance(error, FaultFailed) else f"{type(error).__name__}: {error}"
    return " ".join(told.split())[:500]
