"""The tables: empty where unseen, plain numbers, no formulas."""

from dataclasses import replace

from harness.core.runs.analysis import analyse
from harness.reports.deltas_csv import render
from tests.reports.examples import RUN, analysis, iteration, leaking


def test_a_row_for_each_iteration_with_amounts_and_deltas() -> None:
    assert render(leaking())["deltas.csv"].splitlines() == [
        "iteration,verdict,compute1 disk,compute1 domains,compute2 domains,"
        "compute1 disk delta,compute1 domains delta,compute2 domains delta",
        "0,PASS,1.5,2,0,0,0,0",
        "1,PASS,1.5,2,0,0,0,0",
        "2,FAIL,1.5,3,0,0,1,0",
        "3,FAIL,1.5,3,0,0,1,0",
    ]


def test_the_plot_has_one_row_of_the_last_deltas() -> None:
    judged = analysis(iteration(1), iteration(2, domains=1.0))
    assert render(judged)["plot/deltas.csv"].splitlines() == [
        "compute1 disk,compute1 domains,compute2 domains",
        "0,-1,0",
    ]


def test_what_was_not_seen_is_an_empty_cell() -> None:
    files = render(analysis(iteration(1, domains=None)))
    assert files["plot/deltas.csv"].splitlines()[1] == "0,,0"
    assert files["deltas.csv"].splitlines()[2] == "1,PASS,1.5,,0,0,,0"


def test_a_run_without_numbers_still_has_one_row() -> None:
    assert render(analyse(RUN, [], {}))["plot/deltas.csv"] == 'nothing was seen\n""\n'


def test_a_host_that_looks_like_a_formula_is_quoted() -> None:
    odd = {"=cmd|'/c calc'!A1": {"domains": 1.0}, '@a"b,c': {"domains": -2.0}}
    judged = analysis(replace(iteration(1), amounts=odd))
    header = render(judged)["deltas.csv"].splitlines()[0]
    assert "'=cmd|'/c calc'!A1 domains" in header
    assert '"\'@a""b,c domains"' in header
