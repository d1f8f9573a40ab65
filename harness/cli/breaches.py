"""Breaches and doubts as rows of a table."""

from collections.abc import Iterable
from typing import Any

from cliff.columns import FormattableColumn

from harness.core.invariant import Breach, Check, Doubt
from harness.core.verdict import Verdict
from harness.reports.plain_text import line

_LONG = 4000
COLUMNS = ("invariant", "verdict", "subject", "host", "views", "message")


class Views(FormattableColumn[dict[str, str]]):
    """What each view says: an object for machines, a line for people."""

    def human_readable(self) -> str:
        return line("; ".join(f"{name}: {text}" for name, text in self._value.items()))


def told(checks: Iterable[Check]) -> str:
    """Return the breaches and doubts as text for people, two lines for each; "" for none."""
    lines = []
    for check in checks:
        for verdict, items in ((Verdict.FAIL, check.breaches), (Verdict.UNKNOWN, check.doubts)):
            for item in items:
                where = f" on {line(item.host)}" if item.host else ""
                lines.append(f"{verdict:8}{check.invariant}: {line(item.subject)}{where}")
                lines.append(f"        {line(item.message, _LONG)}")
    return "".join(f"{text}\n" for text in lines)


def row(rule: str, verdict: Verdict, item: Breach | Doubt) -> tuple[Any, ...]:
    """Return the row of a breach or doubt, for COLUMNS. Text from the cloud is made harmless."""
    views = {name: line(text, _LONG) for name, text in item.views.items()}
    return (
        rule,
        str(verdict),
        line(item.subject),
        line(item.host),
        Views(views),
        line(item.message, _LONG),
    )
