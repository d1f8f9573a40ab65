"""Every URL with every fault, as a table.

``python -m tests.quality.outages`` prints a line for each cell; ``--write FILE`` puts the table
into a page, between its marks. ``--whole`` asks all views anew for each cell, which takes minutes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from harness.core.rules.verdict import Verdict
from tests.quality.outages.cells import Bench, Cell, bench
from tests.quality.outages.expected import FAILS, why, wrong
from tests.quality.outages.faults import FAULTS, Fault
from tests.quality.outages.faulty_server import running
from tests.quality.outages.recorded_cloud import ENDPOINTS, Endpoint

BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
Row = tuple[Endpoint, Fault, Cell, list[str]]


def main(words: list[str]) -> int:
    """Run all cells; the exit code is 1 where one is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.outages")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--whole", action="store_true")
    args = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory() as folder,
        running() as server,
        bench(server, Path(folder)) as made,
    ):
        rows = _rows(made, args.whole)
    if args.write:
        head, _, rest = args.write.read_text("utf-8").partition(BEGIN)
        tail = rest.partition(END)[2]
        args.write.write_text(f"{head}{BEGIN}{_table(rows)}{END}{tail}", "utf-8")
    return 1 if any(lines for *_, lines in rows) else 0


def _rows(made: Bench, whole: bool) -> list[Row]:
    rows = []
    for endpoint in ENDPOINTS:
        for fault in made.cells(endpoint):
            cell = made.look(endpoint, fault, all_views=whole)
            lines = wrong(made, endpoint, fault, cell)
            sys.stdout.write(f"{_line(endpoint, fault, cell)}\n")
            sys.stdout.writelines(f"    WRONG {line}\n" for line in lines)
            rows.append((endpoint, fault, cell, lines))
    return rows


def _line(endpoint: Endpoint, fault: Fault, cell: Cell) -> str:
    unknown, failed = cell.named(Verdict.UNKNOWN), cell.named(Verdict.FAIL)
    told = "; ".join(f"{name}: {reason}" for name, reason in sorted(cell.gaps.items()))
    rules = f"UNKNOWN {len(unknown)}, FAIL {len(failed)}, PASS {len(cell.named(Verdict.PASS))}"
    reason = told or f"seen: {why(endpoint, fault)}"
    return f"{endpoint.name} | {fault.name} | {rules} | {cell.seconds:.2f} s | {reason}"


def _table(rows: list[Row]) -> str:
    """Return a table in Markdown: a row for each URL, a column for each fault."""
    names = [fault.name for fault in FAULTS]
    found = {(endpoint.name, fault.name): cell for endpoint, fault, cell, _ in rows}
    lines = [
        f"| asked of | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(
            f"| {e.name} | {' | '.join(_mark(found.get((e.name, n)), n) for n in names)} |"
            for e in ENDPOINTS
        ),
        f"| longest look, s | {' | '.join(_longest(rows, n) for n in names)} |",
    ]
    return "\n".join(lines) + "\n"


def _mark(cell: Cell | None, fault: str) -> str:
    if cell is None:
        return ""
    if (cell.endpoint, fault) in FAILS:
        return "FAIL"
    unknown = cell.named(Verdict.UNKNOWN)
    if not cell.gaps:
        return "seen"
    return f"? {len(unknown)}"


def _longest(rows: list[Row], fault: str) -> str:
    return f"{max((cell.seconds for _, f, cell, _ in rows if f.name == fault), default=0.0):.1f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
