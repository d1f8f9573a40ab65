"""Keeps a run within its bytes: old iterations give up their captures, and nothing else.

An iteration that is thinned leaves what was judged of it (``core.judged_json``), so that replay
still has all of its gauges and findings. Those in which nothing happened go first, the oldest
first; then those with events. The baseline and the newest iteration stay whole.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.core.iterations.spans import NONE, Spans
from harness.core.runs.analysis import Analysis
from harness.core.runs.judged_json import Judged, judged_as_json
from harness.core.runs.retention import eventful, just_closed

_ROOM = 2.5
"""How many times the newest iteration must have room, its own bytes included."""


class Shelf(Protocol):
    """Where a run's bytes lie; see ``adapters.store.RunStore``."""

    def keep_judged(self, iteration: int, data: Mapping[str, Any]) -> None: ...

    def thin(self, iteration: int) -> bool:
        """Let an iteration give up its captures; False where what was judged was not kept."""
        ...

    def size_of(self, iteration: int) -> int: ...
    def size_beside(self) -> int: ...


@dataclass
class Thinner:
    """``budget`` is in bytes, None for no bound. ``say`` is told once where it cannot be met.

    ``plain`` and ``eventful`` are the iterations that can be thinned, the oldest first; ``sizes``
    are their bytes, and ``rest`` is those of all that cannot.
    """

    shelf: Shelf
    budget: int | None
    say: Callable[[str], None]
    thinned: Spans = NONE
    plain: deque[int] = field(default_factory=deque)
    events: deque[int] = field(default_factory=deque)
    sizes: dict[int, int] = field(default_factory=dict)
    total: int = 0
    newest: tuple[int, bool] | None = None
    said: bool = False

    def took(self, judged: Judged, analysis: Analysis, was_thinned: bool) -> Spans:
        """Take note of a further iteration, thin others where that is needed, and return those that
        are thinned by now."""
        number = judged.iteration.number
        if was_thinned:
            self.shelf.thin(number)  # what a driver may have died before
            self._thinned(number)
            return self.thinned
        self._shelve()
        if number:
            self.shelf.keep_judged(number, judged_as_json(judged))
            self.newest = (number, eventful(analysis))
            for finding in just_closed(analysis):
                self._last_seen(finding.last)
        else:
            self.total += self.shelf.size_of(number)
        self._make_room()
        return self.thinned

    def held(self) -> int:
        """Return what the run holds, in bytes, but for the iteration that is under way."""
        return self.total + self.shelf.size_beside()

    def _shelve(self) -> None:
        """Count the iteration before: it is whole by now, its reports too."""
        if self.newest is None:
            return
        number, event = self.newest
        self.newest = None
        self.sizes[number] = self.shelf.size_of(number)
        self.total += self.sizes[number]
        (self.events if event else self.plain).append(number)

    def _last_seen(self, number: int) -> None:
        """Keep the iteration that saw a thing last as long as those with an event."""
        if number in self.sizes and self.plain and self.plain[-1] == number:
            self.events.append(self.plain.pop())

    def _make_room(self) -> None:
        if self.budget is None:
            return
        beside = self.shelf.size_beside()
        if self.newest:  # and there is room for the next one, which is written before it is judged
            beside += int(_ROOM * self.shelf.size_of(self.newest[0]))
        while self.total + beside > self.budget:
            victims = self.plain or self.events
            if not victims:
                self._cannot(self.total + beside)
                return
            number = victims.popleft()
            self.total -= self.sizes.pop(number)
            if self.shelf.thin(number):
                self._thinned(number)
            else:
                self.total += self.shelf.size_of(number)

    def _thinned(self, number: int) -> None:
        self.thinned = self.thinned.plus(number)
        self.total += self.shelf.size_of(number)

    def _cannot(self, held: int) -> None:
        if not self.said:
            self.said = True
            self.say(
                f"the run holds {held:,} bytes and may hold {self.budget:,} (--keep): all but the "
                "baseline and the newest iteration is thinned, and the run goes on"
            )
