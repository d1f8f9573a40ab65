"""Looks at a busy cloud again and again: what is only on its way must never be called a leak.

    precision.py watch FOLDER    observe until SIGTERM or --hours; keep and judge each round
    precision.py judge FOLDER    judge what was kept once more, with the rules of today

A round is what `harness check` does with little time: observations until the views agree or the
time is up. Each round's captures are kept below FOLDER/evidence, so that a false breach can be
traced and a mended rule tried on the very moment that deceived it. A round that FAILs while the
cloud is healthy is a false alarm. Ends with the number of rounds, of rounds that FAILed, and each
breach once; exit code 1 where there was one.
"""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harness import config
from harness.adapters.clock import SystemClock
from harness.adapters.store import RunStore
from harness.cli import assembly, target
from harness.core.answers.capture import Capture
from harness.core.rules.invariant import Check, Circumstances
from harness.core.rules.reading import Patience, Reading, confirmed
from harness.core.rules.verdict import Verdict, worst
from harness.core.runs.judging import Laws, look
from harness.settle import Settling

AUDIT_INTERVAL = 10.0


def main() -> int:
    args = _arguments()
    law = assembly.laws(Patience(audit_interval=AUDIT_INTERVAL), args.stuck_after)
    rounds = _watch(args, law) if args.what == "watch" else _kept(args.folder, law)
    verdicts: Counter[Verdict] = Counter()
    told: set[tuple[str, str, str]] = set()
    for number, reads, checks in rounds:
        verdict = worst(check.verdict for check in checks if not check.skipped)
        verdicts[verdict] += 1
        for check in checks:
            for breach in check.breaches:
                identity = (check.invariant, breach.subject, breach.host)
                if identity not in told:
                    told.add(identity)
                    print(
                        f"round {number} ({reads} reads): {check.invariant}: {breach.message}",
                        flush=True,
                    )
    counts = ", ".join(f"{verdict} {verdicts[verdict]}" for verdict in Verdict)
    print(f"{sum(verdicts.values())} rounds: {counts}; {len(told)} different breaches")
    return 1 if told else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("watch", "judge"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between two rounds")
    parser.add_argument("--stuck-after", type=float, default=1800.0)
    target.add_options(parser)
    return parser.parse_args()


def _watch(args: argparse.Namespace, law: Laws) -> Iterator[tuple[int, int, tuple[Check, ...]]]:
    conf = config.load(args.config_file)
    goal = target.resolve(args, conf, os.environ)
    cloud = goal.connect(conf.cloud.request_timeout)
    watcher = assembly.watcher(goal, conf, law, cloud)
    clock, store, ended = SystemClock(), RunStore(args.folder), []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    until = clock.now() + args.hours * 3600
    number = max((int(path.name) for path in store.evidence.glob("[0-9]*")), default=0)
    while clock.now() < until and not ended:
        number += 1
        settling = Settling(
            observe=watcher.observe,
            keep=lambda read, capture, number=number: store.keep_capture(number, read, capture),
            judge=lambda capture: look(capture, law, _around(law))[1],
            patience=law.patience,
            limit=args.settle_limit or 8.0,
            clock=clock,
        )
        settling.run()
        yield number, len(settling.readings), confirmed(settling.readings, law.patience)
        clock.sleep(args.pause)


def _kept(folder: Path, law: Laws) -> Iterator[tuple[int, int, tuple[Check, ...]]]:
    for evidence in RunStore(folder).evidences():
        readings = [_read(capture, law) for capture in evidence.captures]
        if readings:
            yield evidence.number, len(readings), confirmed(readings, law.patience)


def _read(capture: Capture, law: Laws) -> Reading:
    return look(capture, law, _around(law))[1]


def _around(law: Laws) -> Circumstances:
    return Circumstances(stuck_after=law.stuck_after)


if __name__ == "__main__":
    sys.exit(main())
