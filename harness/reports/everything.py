"""All reports of a run, or those that one more iteration changes."""

from harness.core.analysis import Analysis
from harness.core.history import Iteration
from harness.reports import deltas_csv, findings_csv, junit, summary, text
from harness.reports.digest import Digest
from harness.reports.faults import faults_csv


def render_all(analysis: Analysis) -> dict[str, str]:
    """Return relative file name -> text for every report of the run."""
    return junit.render_iterations(analysis) | render_run(analysis)


def render_iteration(analysis: Analysis, iteration: Iteration) -> dict[str, str]:
    """Return what a new iteration adds or changes, the same text as in ``render_all``."""
    return junit.render_iteration(analysis, iteration) | render_run(analysis)


def render_run(analysis: Analysis) -> dict[str, str]:
    """Return the reports of the run as a whole: what the end mark of a run changes."""
    digest = Digest(analysis)
    files = junit.write_run(digest) | deltas_csv.render(analysis)
    files |= findings_csv.render(analysis) | faults_csv(analysis)
    return files | summary.write(digest) | text.write(digest)
