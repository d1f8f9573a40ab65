"""Breaches and doubts as rows of a table."""

from typing import Any

from cliff.columns import FormattableColumn

from harness.core.invariant import Breach, Doubt
from harness.core.verdict import Verdict
from harness.reports.plain_text import line

COLUMNS = ("invariant", "verdict", "subject", "host", "views", "message")


class Views(FormattableColumn[dict[str, str]]):
    """What each view says: an object for machines, a line for people."""

    def human_readable(self) -> str:
        return line("; ".join(f"{name}: {text}" for name, text in self._value.items()))


def row(rule: str, verdict: Verdict, item: Breach | Doubt) -> tuple[Any, ...]:
    """Return the row of a breach or doubt, for COLUMNS. Text from the cloud is made harmless."""
    views = {name: line(text) for name, text in item.views.items()}
    return (
        rule,
        str(verdict),
        line(item.subject),
        line(item.host),
        Views(views),
        line(item.message),
    )
