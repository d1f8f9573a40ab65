"""Rows of a table, as the formatter that writes them may have them."""

from collections.abc import Iterable, Sequence
from typing import Any

from harness.reports.plain_text import cell

_LONGEST = 10_000


def rows_for(formatter: str, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows; for CSV with no text that a spreadsheet would take for a formula."""
    if formatter != "csv":
        return [tuple(row) for row in rows]
    return [
        tuple(cell(value, _LONGEST) if isinstance(value, str) else value for value in row)
        for row in rows
    ]
