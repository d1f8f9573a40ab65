"""Lines and columns of plain text, at most WIDTH wide where words allow it."""

import textwrap
from collections.abc import Sequence

WIDTH = 100


def folded(section: str) -> str:
    """Fold long lines at blanks; what goes on below stands deeper than where it began."""
    lines = []
    for row in section.split("\n"):
        depth = " " * (len(row) - len(row.lstrip()) + 2)
        lines += textwrap.wrap(
            row,
            WIDTH,
            subsequent_indent=depth,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows in columns; a last cell that is too long goes on below itself."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    lines: list[str] = []
    for row in rows:
        start = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        room = max(WIDTH - len(start) - 2, 30)
        first, *rest = textwrap.wrap(row[-1], room) or [""]
        lines += [f"{start}  {first}".rstrip(), *(f"{' ' * len(start)}  {more}" for more in rest)]
    return lines
