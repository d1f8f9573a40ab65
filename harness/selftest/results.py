"""The table of a self-test: as text, as JSON that a later start resumes, and as JUnit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.adapters.atomic_file import write_atomically
from harness.core.errors import HarnessError
from harness.core.rules.verdict import Verdict, worst
from harness.reports.junit_document import Case, Suite, document
from harness.reports.plain_text import count, line
from harness.selftest.trial import Outcome, as_plain, from_plain

FILE = "selftest.json"
_LONG = 2000
_HEAD = ("kind", "found", "rule", "seconds", "healed after")


@dataclass(frozen=True)
class Results:
    """What came of each kind, in the order in which they were tried."""

    cloud: str
    outcomes: tuple[Outcome, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the worst of what was tried; UNKNOWN where nothing was."""
        return worst(outcome.verdict for outcome in self.outcomes if not outcome.skipped)

    def and_also(self, outcome: Outcome) -> "Results":
        """Return the results with one more; it takes the place of an older one of its kind."""
        others = tuple(one for one in self.outcomes if one.kind != outcome.kind)
        return Results(self.cloud, (*others, outcome))

    @property
    def done(self) -> frozenset[str]:
        """Return the kinds that were tried to the end."""
        return frozenset(outcome.kind for outcome in self.outcomes if not outcome.skipped)


def table(results: Results) -> str:
    """Return the table as text in Markdown, and beneath it a line for whatever was not right."""
    rows = [_HEAD, *(_cells(outcome) for outcome in results.outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [_row(rows[0], widths), _row(["-" * width for width in widths], widths)]
    lines += [_row(row, widths) for row in rows[1:]]
    wrong = [
        f"{outcome.kind}: {line(text, _LONG)}"
        for outcome in results.outcomes
        for text in outcome.says
    ]
    return "".join(f"{text}\n" for text in [*lines, *([""] if wrong else []), *wrong])


def gist(results: Results) -> str:
    """Return one line about all kinds."""
    tried = [outcome for outcome in results.outcomes if not outcome.skipped]
    found = sum(outcome.found is Verdict.PASS for outcome in tried)
    text = f"{found} of {count(len(tried), 'planted kind')} found exactly"
    heal = [outcome for outcome in tried if outcome.healed is not None]
    healed = sum(outcome.healed is Verdict.PASS for outcome in heal)
    text += f", {healed} of {len(heal)} seen to heal" if heal else ""
    left = sum(outcome.clean not in (Verdict.PASS, None) for outcome in tried)
    text += f", {left} not quiet after the removal" if left else ""
    skipped = len(results.outcomes) - len(tried)
    return text + (f", {skipped} skipped" if skipped else "")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    if outcome.skipped:
        return (outcome.kind, f"skipped: {line(outcome.skipped)}", "", "", "")
    found = {Verdict.PASS: "yes", Verdict.FAIL: "NO", Verdict.UNKNOWN: "not known"}[outcome.found]
    if outcome.clean not in (Verdict.PASS, None):
        found += ", not quiet after"
    return (
        outcome.kind,
        found,
        ", ".join(outcome.rules),
        "" if outcome.seconds is None else f"{outcome.seconds:.1f}",
        _healing(outcome),
    )


def _healing(outcome: Outcome) -> str:
    if not outcome.heals:
        return "never"
    if outcome.healed_after is not None:
        return f"{outcome.healed_after:.0f} s, by {outcome.heals}"
    return f"not seen, should be by {outcome.heals}"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def junit(results: Results) -> str:
    """Return the results as JUnit XML, a case for each kind."""
    return document([Suite("selftest", [_case(outcome) for outcome in results.outcomes])])


def _case(outcome: Outcome) -> Case:
    if outcome.skipped:
        return Case("selftest", outcome.kind, None, outcome.skipped)
    first = outcome.says[0] if outcome.says else ""
    return Case(
        "selftest",
        outcome.kind,
        outcome.verdict,
        line(first),
        "\n".join([outcome.story, *outcome.says]),
        outcome.seconds,
    )


def store(results: Results, folder: Path) -> None:
    """Write selftest.json, .txt and .xml into a folder. Raises HarnessError where it cannot."""
    data = {"cloud": results.cloud, "kinds": [as_plain(outcome) for outcome in results.outcomes]}
    files = {
        FILE: json.dumps(data, indent=1, ensure_ascii=False),
        "selftest.txt": table(results) + f"\n{results.verdict}: {gist(results)}\n",
        "selftest.xml": junit(results),
    }
    try:
        for name, text in files.items():
            write_atomically(folder / name, text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        raise HarnessError(f"{error}: give another folder with --output") from error


def make_room(folder: Path) -> None:
    """Make the folder, before anything is planted. Raises HarnessError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HarnessError(f"{error}: give another folder with --output") from error


def load(folder: Path, cloud: str) -> Results:
    """Read what an earlier self-test of the same cloud stored; nothing where there is none.

    Raises HarnessError where it cannot be read or is of another cloud.
    """
    path = folder / FILE
    try:
        data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        results = Results(data["cloud"], tuple(from_plain(item) for item in data["kinds"]))
    except FileNotFoundError:
        return Results(cloud)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HarnessError(
            f"{path} cannot be resumed ({type(error).__name__}: {error}): start without --resume"
        ) from error
    if results.cloud != cloud:
        raise HarnessError(f"{path} is of {results.cloud}, not of {cloud}: start without --resume")
    return results
