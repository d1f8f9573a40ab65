"""Sheets as text: the columns of each view, which add up to what a host has."""

from collections.abc import Iterable, Iterator, Sequence

from harness.diagnosis.sheet import DISK, MEMORY, Holder, Sheet
from harness.reports.layout import folded, table
from harness.reports.plain_text import line, some

_WHOSE = 6
_UNITS = {MEMORY: "MB", DISK: "GB"}


def tables(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield sheets as tables, one for each host and resource: a line for each view."""
    for host, resource in dict.fromkeys((sheet.host, sheet.resource) for sheet in sheets):
        mine = [sheet for sheet in sheets if (sheet.host, sheet.resource) == (host, resource)]
        yield folded("\n".join(_place(host, resource, mine)))


def _place(host: str, resource: str, sheets: Sequence[Sheet]) -> Iterator[str]:
    used = [holder for holder in Holder if any(sheet.held_by([holder]) for sheet in sheets)]
    yield f"{line(host)}: {resource}"
    heads = ["view", "capacity", *(f"- {holder}" for holder in used), "= free"]
    rows = [
        [_view(sheet), str(sheet.capacity), *_amounts(sheet, used), str(sheet.free)]
        for sheet in sheets
    ]
    yield from (f"  {row}" for row in table([heads, *rows]))
    for sheet in sheets:
        if sheet.note:
            yield f"  {sheet.view}: {line(sheet.note)}"
        for part in sheet.parts:
            whose = [f"{line(who)} {amount}" for who, amount in part.whose]
            yield f"  {sheet.view}, {part.holder}: {'; '.join(some(whose, _WHOSE))}"


def _view(sheet: Sheet) -> str:
    unit = "MB" if sheet.view == "host" else _UNITS.get(sheet.resource, "")
    return f"{sheet.view}{f' ({unit})' if unit else ''}"


def _amounts(sheet: Sheet, holders: Iterable[Holder]) -> list[str]:
    return [str(sheet.held_by([holder])) for holder in holders]
