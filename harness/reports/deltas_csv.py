"""Numbers for spreadsheets and for Jenkins' plot plugin. A cell is empty where nothing was seen."""

import csv
import io
from collections.abc import Sequence
from functools import partial

from harness.core.iterations.history import Amounts, Iteration
from harness.core.runs.analysis import Analysis
from harness.core.runs.growing import Growing
from harness.reports.figures import shown
from harness.reports.plain_text import cell, csv_table

_FILE = "deltas.csv"
_Places = Sequence[tuple[str, str]]


def render(analysis: Analysis) -> dict[str, str]:
    """Return ``deltas.csv``, a row for each iteration at hand, and ``plot/deltas.csv``."""
    columns = analysis.course.columns
    rows = [_row(analysis, iteration, columns) for iteration in analysis.history]
    return {_FILE: csv_table([_header(columns), *rows]), **render_plot(analysis)}


def render_plot(analysis: Analysis) -> dict[str, str]:
    """Return ``plot/deltas.csv``: the deltas of the last iteration."""
    return {"plot/deltas.csv": csv_table(_plot(analysis, analysis.course.columns))}


def render_row(analysis: Analysis, iteration: Iteration) -> dict[str, Growing]:
    """Return what the newest iteration adds to ``deltas.csv``."""
    course = analysis.course
    return {
        _FILE: Growing(
            csv_table([_header(course.columns)]),
            csv_table([_row(analysis, iteration, course.columns)]),
            course.number_of_all == 1,
            partial(_widened, course.columns_before, course.columns),
        )
    }


def _widened(before: _Places, now: _Places, text: str) -> str:
    """Return a table with the columns of now, of which those that it lacks are empty."""
    known = {place: index for index, place in enumerate(before)}

    def wide(numbers: Sequence[str]) -> list[str]:
        return [numbers[known[place]] if place in known else "" for place in now]

    _, *rows = csv.reader(io.StringIO(text, newline=""))
    half = 2 + len(before)
    told = [[*row[:2], *wide(row[2:half]), *wide(row[half:])] for row in rows]
    return csv_table([_header(now), *told])


def _header(columns: _Places) -> list[str]:
    names = [f"{host} {gauge}" for host, gauge in columns]
    return ["iteration", "verdict", *map(cell, names), *(cell(f"{name} delta") for name in names)]


def _row(analysis: Analysis, iteration: Iteration, columns: _Places) -> list[str]:
    return [
        str(iteration.number),
        iteration.verdict.value,
        *_numbers(iteration.amounts, columns),
        *_numbers(analysis.deltas(iteration), columns),
    ]


def _plot(analysis: Analysis, columns: _Places) -> list[list[str]]:
    """Return the header and exactly one row: the plugin gives each build one point."""
    if not columns:
        return [["nothing was seen"], [""]]
    last = analysis.course.last
    deltas = analysis.deltas(last) if last else {}
    return [[cell(f"{host} {gauge}") for host, gauge in columns], _numbers(deltas, columns)]


def _numbers(amounts: Amounts, columns: _Places) -> list[str]:
    return [shown(amounts.get(host, {}).get(gauge), unseen="") for host, gauge in columns]
