"""What became of each waiver: what it covered, whether it expired, whether it matched nothing."""

from harness.core.runs.analysis import Analysis, WaiverUse
from harness.reports.layout import table
from harness.reports.plain_text import count, line


def waivers_told(analysis: Analysis) -> list[str]:
    """Return the lines of the section WAIVERS; the title alone where there is none."""
    rows = [(fate(use), line(use.waiver.text, 600)) for use in analysis.waivers]
    return [f"WAIVERS {len(analysis.waivers)}", *table(rows)]


def fate(use: WaiverUse) -> str:
    """Return what became of a waiver in a few words."""
    if use.needless:
        return "EXPIRED, matched nothing" if use.expired else "MATCHED NOTHING"
    if use.expired or use.missed:
        return f"EXPIRED, {count(len(use.missed), 'finding')} not covered any more"
    return f"covers {count(len(use.covered), 'finding')}"
