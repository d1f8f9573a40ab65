"""CPU seconds and memory of judging one observation of a cloud, and how they grow with the cloud.

Each size is stored as a run stores its evidence, and judged by a process of its own: ``load`` is
from the file to a capture, ``parse`` from there to rows, ``judge`` all rules, amounts and findings.

    python -m benchmarks.judging --servers 1000 10000 100000
    python -m benchmarks.judging --own-views    # the views of the APIs and of libvirt alone
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PER_HOST = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--servers", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--times", type=int, default=3, help="the median of so many counts")
    parser.add_argument(
        "--own-views",
        action="store_true",
        help="without what only a host probe or nova's database tells",
    )
    parser.add_argument("--one", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--make", metavar="FOLDER", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.make:
        return _make(args.servers[0], Path(args.make), args.own_views)
    if args.one:
        print(json.dumps(_judged(args.servers[0], Path(args.one))))
        return 0
    print(f"{'servers':>8} {'load':>7} {'parse':>7} {'judge':>7} {'in all':>7}  peak memory")
    for servers in args.servers:
        with tempfile.TemporaryDirectory(prefix="judging-") as folder:
            _child(servers, "--make", folder, *(["--own-views"] if args.own_views else []))
            told = [_child(servers, "--one", folder) for _ in range(args.times)]
        _print(servers, sorted(map(json.loads, told), key=lambda row: row["all"])[len(told) // 2])
    return 0


def _print(servers: int, row: dict[str, Any]) -> None:
    seconds = " ".join(f"{row[name]:6.2f}s" for name in ("load", "parse", "judge", "all"))
    print(
        f"{servers:>8} {seconds}  {row['peak_mb']:.0f} MB; rows: {row['rows']}; "
        f"breaches: {row['breaches']}",
        flush=True,
    )


def _child(servers: int, what: str, folder: str, *more: str) -> str:
    called = [sys.executable, "-m", "benchmarks.judging", "--servers", str(servers)]
    command = [*called, what, folder, *more]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _make(servers: int, folder: Path, own_views: bool) -> int:
    from benchmarks.synthetic.cloud import observed
    from benchmarks.synthetic.things import Size
    from harness.adapters.store import RunStore
    from harness.cli import assembly
    from harness.core.answers.capture import Capture
    from harness.core.rules.reading import Patience
    from harness.core.views.source import ProbeSource, TableSource

    sources = assembly.laws(Patience(), 1800.0).sources
    beside = {source.name for source in sources if isinstance(source, ProbeSource | TableSource)}
    capture = observed(Size(max(2, servers // PER_HOST), servers))
    if own_views:
        capture = Capture(tuple(each for each in capture.answers if each.source not in beside))
    RunStore(folder).keep_capture(0, 1, capture)
    return 0


def _judged(servers: int, folder: Path) -> dict[str, Any]:
    """Judge a stored observation, and check that just what was lost is found."""
    from benchmarks.synthetic.cloud import ABSENT, VIEWS, breaches
    from benchmarks.synthetic.things import Size
    from harness.adapters.store import RunStore
    from harness.cli import assembly
    from harness.core.answers.collecting import uncollected
    from harness.core.findings.findings import follow
    from harness.core.iterations.amounts import measure
    from harness.core.iterations.history import Iteration
    from harness.core.rules.invariant import Circumstances, judge
    from harness.core.rules.reading import Patience
    from harness.core.views.snapshot import parse

    laws = assembly.laws(Patience(), 1800.0)
    began = time.process_time()
    (evidence,) = RunStore(folder).evidences()
    (capture,) = evidence.captures
    loaded = time.process_time()
    around = Circumstances()
    with uncollected():  # this, and one circumstances for all rules, is what ``look`` does
        snapshot = parse(capture, laws.sources)
        parsed = time.process_time()
        checks = tuple(judge(law, snapshot, around) for law in laws.invariants)
        nodes = snapshot["hypervisors"]
        hosts = {name: node.host for node in nodes for name in (node.host, node.node)}
        amounts = measure(snapshot, laws.sources, hosts)
        findings = follow([Iteration(0, 0.0, 1.0, checks, amounts=amounts)])
    judged = time.process_time()
    unmade = {source.name for source in laws.sources} - {*VIEWS, *ABSENT}
    skipped = {check.invariant for check in checks if check.skipped}
    seen = {check.invariant: len(check.breaches) for check in checks if check.breaches}
    lost = breaches(Size(max(2, servers // PER_HOST), servers))
    wanted = {name: number for name, number in lost.items() if name not in skipped}
    if seen != wanted or any(view.gaps for name, view in snapshot.views.items() if name in VIEWS):
        raise SystemExit(f"the judge errs: {seen}, but lost was {wanted}")
    if unmade:
        print(f"views without an answer: {', '.join(sorted(unmade))}", file=sys.stderr)
    return {
        "load": loaded - began,
        "parse": parsed - loaded,
        "judge": judged - parsed,
        "all": judged - began,
        "rows": sum(len(view.rows) for view in snapshot.views.values()),
        "breaches": len(findings),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    sys.exit(main())
