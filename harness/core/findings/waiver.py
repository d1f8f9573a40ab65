"""Waivers: known breaches that are told and fail nothing, each with a reason, a bug and an end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Any

from harness.core.answers.shape import ShapeError, take
from harness.core.rules.invariant import Breach

_NEEDED = ("rule", "subject", "reason", "bug", "until")


@dataclass(frozen=True)
class Waiver:
    """A breach that is known. ``subject`` and ``host`` are shell patterns (``*``, ``?``, ``[…]``).

    ``rule`` is an invariant's whole name. ``until`` is the last day on which it applies, in UTC, as
    "2026-12-31". ``bug`` is where the work on it is followed.
    """

    rule: str
    subject: str
    reason: str
    bug: str
    until: str
    host: str = "*"

    @property
    def text(self) -> str:
        """The waiver in a line."""
        where = "" if self.host == "*" else f" on {self.host}"
        return (
            f"{self.rule} of {self.subject}{where} until {self.until} ({self.bug}: {self.reason})"
        )

    def matches(self, rule: str, breach: Breach) -> bool:
        """Tell whether it speaks of a breach, whatever the day."""
        return (
            rule == self.rule
            and fnmatchcase(breach.subject, self.subject)
            and fnmatchcase(breach.host, self.host)
        )

    def expired(self, moment: float) -> bool:
        """Tell whether its last day is over at a moment: seconds since the epoch."""
        day_after = date.fromisoformat(self.until) + timedelta(days=1)
        return moment >= datetime.combine(day_after, time(), UTC).timestamp()

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def covering(waivers: Sequence[Waiver], rule: str, breach: Breach, moment: float) -> Waiver | None:
    """Return the first waiver that covers a breach at a moment, or None."""
    for waiver in waivers:
        if waiver.matches(rule, breach) and not waiver.expired(moment):
            return waiver
    return None


def waivers_from(data: Any) -> tuple[Waiver, ...]:
    """Read a list of waivers. Raises ShapeError, which names the entry, where one is wrong."""
    if not isinstance(data, list):
        raise ShapeError(f"expected a list of waivers, found {type(data).__name__}")
    return tuple(_waiver(number, entry) for number, entry in enumerate(data, 1))


def _waiver(number: int, entry: Any) -> Waiver:
    if not isinstance(entry, Mapping):
        raise ShapeError(f"waiver {number} is no mapping of names to values")
    unknown = sorted(str(name) for name in entry if name not in (*_NEEDED, "host"))
    if unknown:
        raise ShapeError(f"waiver {number} has {unknown[0]!r}, which is no part of a waiver")
    try:
        values = {name: take(entry, name, str).strip() for name in _NEEDED}
        if "host" in entry:
            values["host"] = take(entry, "host", str)
    except ShapeError as error:
        raise ShapeError(f"waiver {number}: {error}") from error
    for name, value in values.items():
        if not value:
            raise ShapeError(f"waiver {number}: {name!r} is empty")
    try:
        last = date.fromisoformat(values["until"])
        if values["until"] != last.isoformat():
            raise ValueError("another way to write a day")
        _ = last + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ShapeError(
            f"waiver {number}: 'until' is {values['until']!r}, expected a day as 2026-12-31"
        ) from None
    return Waiver(**values)
