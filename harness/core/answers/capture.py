"""Raw answers of one moment, as they are stored and read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.answers.bodies import seen
from harness.core.answers.pieces import Texts
from harness.core.answers.shape import items, take, take_or_none

CLOUD = ""
"""The place of an answer that speaks for the whole cloud; any other place is a compute host."""


class _Body:
    """A field that may be given packed, and that is unpacked anew whenever it is looked at."""

    def __get__(self, answer: "Answer | None", _kind: type["Answer"]) -> Any:
        return None if answer is None else seen(answer.kept)  # the class is asked for the default

    def __set__(self, answer: "Answer", body: Any) -> None:
        vars(answer)["body"] = body


@dataclass(frozen=True)
class Answer:
    """What one source answered for one place, or why it did not.

    ``absent``: ``error`` says that the cloud has no such thing at all, which is no failure.
    ``silent`` names the service that was taken not to answer at all then, or is "".

    ``body`` is JSON as the service sent it, a long list in ``Texts``. It may be given as ``Packed``
    and stays so, and to look at it raises Unreadable where that is damaged. ``error`` is one line
    for the operator, or None.
    ``started`` and ``ended`` are seconds since the epoch on the clock of the driver.
    """

    source: str
    place: str
    started: float
    ended: float
    body: _Body = _Body()
    error: str | None = None
    absent: bool = False
    silent: str = ""

    @property
    def kept(self) -> Any:
        """The body as it was given: ``Packed``, or JSON."""
        return vars(self)["body"]

    def as_json(self) -> dict[str, Any]:
        """Return it whole. Raises Unreadable where the body is damaged."""
        return {**self.about(), "body": _plain(self.body)}

    def about(self) -> dict[str, Any]:
        """Return all but the body."""
        absent = {"absent": True} if self.absent else {}
        silent = {"silent": self.silent} if self.silent else {}
        return {
            **absent,
            **silent,
            "source": self.source,
            "place": self.place,
            "started": self.started,
            "ended": self.ended,
            "error": self.error,
        }


def _plain(body: Any) -> Any:
    """Return a body whose lists are whole."""
    if not isinstance(body, dict):
        return body
    return {name: list(item) if isinstance(item, Texts) else item for name, item in body.items()}


@dataclass(frozen=True)
class Capture:
    """All answers of one observation, in the order in which they were asked for."""

    answers: tuple[Answer, ...]

    @property
    def started(self) -> float:
        """When the first question was asked: seconds since the epoch."""
        return min((answer.started for answer in self.answers), default=0.0)

    @property
    def ended(self) -> float:
        """When the last answer came: seconds since the epoch."""
        return max((answer.ended for answer in self.answers), default=0.0)

    def of(self, source: str) -> tuple[Answer, ...]:
        """Return the answers of one source, one for each place that was asked."""
        return tuple(answer for answer in self.answers if answer.source == source)

    def as_json(self) -> dict[str, Any]:
        return {"answers": [answer.as_json() for answer in self.answers]}


def capture_from_json(data: Mapping[str, Any]) -> Capture:
    """Read a stored capture. Raises ShapeError where it is not one."""
    return Capture(tuple(answer_from_json(answer) for answer in items(data, "answers")))


def answer_from_json(data: Any) -> Answer:
    """Read a stored answer. Raises ShapeError where it is not one."""
    return Answer(
        source=take(data, "source", str),
        place=take(data, "place", str),
        started=take(data, "started", float),
        ended=take(data, "ended", float),
        body=take(data, "body", object),
        error=take_or_none(data, "error", str),
        absent=bool(take_or_none(data, "absent", bool)),
        silent=take_or_none(data, "silent", str) or "",
    )
