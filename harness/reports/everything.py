"""All reports of a run, or those that one more iteration changes."""

from harness.core.iterations.history import Iteration
from harness.core.runs.analysis import Analysis
from harness.core.runs.growing import Files
from harness.reports import deltas_csv, findings_csv, junit, summary, text
from harness.reports.digest import Digest
from harness.reports.faults import faults_csv


def render_all(analysis: Analysis) -> dict[str, str]:
    """Return relative file name -> text for every report of a run whose iterations were kept."""
    files = junit.render_iterations(analysis) | deltas_csv.render(analysis)
    return files | render_run(analysis)


def render_iteration(analysis: Analysis, iteration: Iteration) -> Files:
    """Return what the newest iteration adds to the reports."""
    return {
        **junit.render_iteration(analysis, iteration),
        **deltas_csv.render_row(analysis, iteration),
    }


def render_run(analysis: Analysis) -> dict[str, str]:
    """Return the reports of the run as a whole: what each iteration and the end mark change."""
    digest = Digest(analysis)
    files = junit.write_run(digest) | deltas_csv.render_plot(analysis)
    files |= findings_csv.render(analysis) | faults_csv(analysis)
    return files | summary.write(digest) | text.write(digest)
