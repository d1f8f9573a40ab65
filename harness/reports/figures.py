"""Numbers and moments as they are shown. Nothing is clamped; what was not seen is never 0."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from harness.core.iterations.history import Amounts

_LONG = 1e12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain_number(value: float | None) -> int | float | None:
    """Return a whole float as an int and one that is not finite as None."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def shown(value: float | None, unseen: str = "unknown") -> str:
    """Return the number's text: "3" for 3.0, and ``unseen`` for None."""
    number = plain_number(value)
    if number is None:
        return unseen
    return str(number) if isinstance(number, int) else f"{number:.12g}"


def readable(value: float | None) -> str:
    """Return the number as a person reads it: to a thousandth, "unknown" for None.

    What is not 0 is never shown as 0, nor with an exponent: 4 kB are "0.000004" GB.
    """
    number = plain_number(value)
    if number is None or isinstance(number, int) or abs(number) >= _LONG:
        return shown(number)
    return f"{number:.3f}".rstrip("0").rstrip(".") if abs(number) >= 0.001 else _small(number)


def signed(value: float | None) -> str:
    """Return the number as a person reads it, with its sign: "+3", "-2", "0", "unknown"."""
    number = plain_number(value)
    return f"+{readable(number)}" if number is not None and number > 0 else readable(number)


def _small(number: float) -> str:
    return format(Decimal(f"{number:.1g}"), "f")


def moment(seconds: float | None) -> str:
    """Return seconds since the epoch as "2026-01-31T12:00:00Z", or "" where that is no date."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    try:
        return (_EPOCH + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return ""


def places(amounts: Iterable[Amounts]) -> list[tuple[str, str]]:
    """Return every (host, gauge) that any of the amounts names, sorted."""
    return sorted({(h, g) for each in amounts for h, gauges in each.items() for g in gauges})
