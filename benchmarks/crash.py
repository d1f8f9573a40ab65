"""Kills a driver at random instants, lets it go on each time, and tells what was lost.

    python -m benchmarks.crash [--kills N] [--seed S]

The driver is a process of its own with the real loop, store and reports over a scripted cloud
(tests/durability). Exit code 1 where anything was lost or differs.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.durability.crashes import campaign


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = campaign(Path(folder) / "run", args.kills, args.seed, longest=4.0)
    assert told.analysis
    rows = {
        "kills": told.kills,
        "iterations": len(told.analysis.history),
        "of them told to be done before a kill": len(told.finished),
        "of those lost": len(told.lost),
        "cut off in the tests or in the look after them": len(told.cut_off),
        "reports that differ from a replay of the evidence": len(told.differing),
    }
    for name, number in rows.items():
        print(f"{number:6} {name}")
    return 1 if told.lost or told.differing else 0


if __name__ == "__main__":
    sys.exit(main())
