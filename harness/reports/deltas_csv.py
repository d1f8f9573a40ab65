"""Numbers for spreadsheets and for Jenkins' plot plugin. A cell is empty where nothing was seen."""

from collections.abc import Iterable, Sequence

from harness.core.analysis import Analysis
from harness.core.history import Amounts
from harness.reports.figures import places, shown
from harness.reports.plain_text import cell, csv_table


def render(analysis: Analysis) -> dict[str, str]:
    """Return ``deltas.csv``, a row for each iteration, and ``plot/deltas.csv``, the last one's."""
    columns = places(iteration.amounts for iteration in analysis.history)
    return {
        "deltas.csv": csv_table([_header(columns), *_rows(analysis, columns)]),
        "plot/deltas.csv": csv_table(_plot(analysis, columns)),
    }


def _header(columns: Sequence[tuple[str, str]]) -> list[str]:
    names = [f"{host} {gauge}" for host, gauge in columns]
    return ["iteration", "verdict", *map(cell, names), *(cell(f"{name} delta") for name in names)]


def _rows(analysis: Analysis, columns: Sequence[tuple[str, str]]) -> Iterable[list[str]]:
    for iteration in analysis.history:
        yield [
            str(iteration.number),
            iteration.verdict.value,
            *_numbers(iteration.amounts, columns),
            *_numbers(analysis.deltas(iteration), columns),
        ]


def _plot(analysis: Analysis, columns: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Return the header and exactly one row: the plugin gives each build one point."""
    if not columns:
        return [["nothing was seen"], [""]]
    last = analysis.iterations[-1:]
    deltas = analysis.deltas(last[0]) if last else {}
    return [[cell(f"{host} {gauge}") for host, gauge in columns], _numbers(deltas, columns)]


def _numbers(amounts: Amounts, columns: Sequence[tuple[str, str]]) -> list[str]:
    return [shown(amounts.get(host, {}).get(gauge), unseen="") for host, gauge in columns]
