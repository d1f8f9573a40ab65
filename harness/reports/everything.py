"""All reports of a run, or those that one more iteration changes."""

from harness.core.analysis import Analysis
from harness.core.history import Iteration
from harness.reports import deltas_csv, junit, summary, text


def render_all(analysis: Analysis) -> dict[str, str]:
    """Return relative file name -> text for every report of the run."""
    return junit.render(analysis) | render_run(analysis)


def render_iteration(analysis: Analysis, iteration: Iteration) -> dict[str, str]:
    """Return what a new iteration adds or changes, the same text as in ``render_all``."""
    return junit.render_iteration(analysis, iteration) | render_run(analysis)


def render_run(analysis: Analysis) -> dict[str, str]:
    """Return the reports of the run as a whole: what the end mark of a run changes."""
    whole = (junit.render_run, deltas_csv.render, summary.render, text.render)
    return {name: report for render in whole for name, report in render(analysis).items()}
