"""Breaches and doubts as rows of a table."""

from collections.abc import Iterable
from typing import Any

from cliff.columns import FormattableColumn

from harness.core.rules.invariant import Breach, Check, Doubt, Excuse
from harness.core.rules.origin import AMOUNTS
from harness.core.rules.verdict import Verdict
from harness.reports.figures import moment
from harness.reports.lives import facts_of
from harness.reports.plain_text import line

_LONG = 4000
_OF_A_BREACH = ("class", "owner", *AMOUNTS, "heals_by", "heals_until")
COLUMNS = ("invariant", "verdict", "subject", "host", "views", "message", *_OF_A_BREACH)
WAIVED = "WAIVED"
"""In the place of a verdict: a breach that a waiver covers."""


class Views(FormattableColumn[dict[str, str]]):
    """What each view says: an object for machines, a line for people."""

    def human_readable(self) -> str:
        return line("; ".join(f"{name}: {text}" for name, text in self._value.items()))


def told(checks: Iterable[Check], seen: float | None = None) -> str:
    """Return the breaches and then the doubts as text for people, some lines for each; "" for none.

    ``seen`` is when they were seen: seconds since the epoch. What several rules doubt for the same
    reason, such as a view that was not seen, is told once.
    """
    known, lines, doubted = tuple(checks), [], dict[tuple[str, str, str], list[str]]()
    for check in known:
        reasons = {id(aside.breach): aside.reason for aside in check.aside}
        for verdict, item in items(check):
            if isinstance(item, Doubt):
                same = (item.subject, item.host, item.message)
                doubted.setdefault(same, []).append(check.invariant)
                continue
            lines += _head(verdict, check.invariant, item.subject, item.host)
            lines.append(f"        {line(item.message, _LONG)}")
            lines.append(f"        {facts_of(item, seen)}")
            if reason := reasons.get(id(item)):
                lines.append(f"        waived: {line(reason)}")
    for (subject, host, message), rules in doubted.items():
        several = f"{len(rules)} rules" if len(rules) > 1 else rules[0]
        lines += _head(str(Verdict.UNKNOWN), several, subject, host)
        lines.append(f"        {line(message, _LONG)}")
        if len(rules) > 1:
            lines.append(f"        not known of: {', '.join(rules)}")
    return "".join(f"{text}\n" for text in lines)


def _head(verdict: str, rule: str, subject: str, host: str) -> list[str]:
    where = f" on {line(host)}" if host else ""
    return [f"{verdict:8}{rule}: {line(subject)}{where}"]


def items(check: Check) -> list[tuple[str, Breach | Doubt]]:
    """Return all that a check says, each with the word for what it is: a verdict, or WAIVED."""
    return [
        *((str(Verdict.FAIL), breach) for breach in check.breaches),
        *((WAIVED if a.excuse is Excuse.WAIVED else "OLD", a.breach) for a in check.aside),
        *((str(Verdict.UNKNOWN), doubt) for doubt in check.doubts),
    ]


def row(rule: str, word: str, item: Breach | Doubt, seen: float | None = None) -> tuple[Any, ...]:
    """Return the row of a breach or doubt, for COLUMNS. Text from the cloud is made harmless.

    ``seen`` is when it was seen: seconds since the epoch.
    """
    views = {name: line(text, _LONG) for name, text in item.views.items()}
    return (
        rule,
        word,
        line(item.subject),
        line(item.host),
        Views(views),
        line(item.message, _LONG),
        *(_of_breach(item, seen) if isinstance(item, Breach) else [None] * len(_OF_A_BREACH)),
    )


def _of_breach(item: Breach, seen: float | None) -> list[Any]:
    healing = item.healing
    return [
        str(item.origin),
        line(item.owner),
        *(item.amounts.get(name) for name in AMOUNTS),
        line(healing.by) if healing else None,
        moment(seen + healing.within) if healing and seen is not None else None,
    ]
