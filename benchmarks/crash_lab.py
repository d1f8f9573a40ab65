"""Kills the driver of a soak on the real lab at random instants, and tells what was lost.

    python -m benchmarks.crash_lab [--kills N] [--minutes M] [--longest SECONDS] [--regex REGEX]

The driver is `harness soak --forever` itself, each time killed (SIGKILL, it alone: its tests live
on) within ``--longest`` seconds after it began or went on, and begun again with the same words. The
last one is ended by SIGTERM when it has finished two iterations more. Then the evidence is replayed
and compared with the reports. The lab must be up. Exit code 1 where anything was lost or differs.
"""

import argparse
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.adapters.ledger import NAME
from harness.adapters.ledger_tables import TABLES
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import parse
from harness.cli import assembly
from harness.core.rules.verdict import Verdict
from harness.replay import replay
from tests.durability.crashes import Crashes, differences

_HARNESS = str(Path(sys.executable).with_name("harness"))
_TOLD = re.compile(r"^iteration (\d+) (?:PASS|UNKNOWN|FAIL) ", re.MULTILINE)
_FLAVORS = r"tempest.api.compute.flavors.test_flavors\."


@dataclass
class Campaign:
    """Drivers of one run, each of which says what it does into a file of its own."""

    folder: Path
    regex: str
    drivers: list[Path] = field(default_factory=list)

    def begin(self) -> "subprocess.Popen[bytes]":
        said = self.folder / f"said-{len(self.drivers):03d}.txt"
        self.drivers.append(said)
        words = [_HARNESS, "soak", "--cloud", "lab", "--forever", "--run", "crash"]
        words += ["--results", str(self.folder), "--regex", self.regex]
        with said.open("wb") as out:
            return subprocess.Popen(words, stdout=out, stderr=out, start_new_session=True)

    def finished(self) -> Iterator[int]:
        """Yield the iterations that drivers said to be judged and published."""
        for said in self.drivers:
            yield from map(int, _TOLD.findall(said.read_text(errors="replace")))

    @property
    def store(self) -> RunStore:
        return RunStore(self.folder / "crash")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--longest", type=float, default=60.0)
    parser.add_argument("--regex", default=_FLAVORS)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        campaign = Campaign(Path(folder), args.regex)
        told = _kill(campaign, random.Random(args.seed), args)
        _end(campaign)
        _compare(campaign, told)
    assert told.analysis
    numbers = [item.number for item in told.analysis.history]
    unbroken = numbers == list(range(len(numbers)))
    passing = [i for i in told.analysis.history if i.cut_off and i.verdict is Verdict.PASS]
    rows = {
        "kills": told.kills,
        "iterations": len(numbers),
        "of them told to be done": len(told.finished),
        "of those lost": len(told.lost),
        "cut off in the tests or in the look after them": len(told.cut_off),
        "of those read as PASS": len(passing),
        "resumptions": len(told.analysis.run.resumptions),
        "findings": len(told.analysis.findings),
        "reports and tables that differ from a replay of the evidence": len(told.differing),
    }
    for name, number in rows.items():
        print(f"{number:6} {name}")
    print(f"numbering unbroken: {unbroken}; verdict {told.analysis.verdict}")
    print(f"ending: {told.analysis.run.ending}", *told.differing, *told.lost)
    return 1 if told.lost or told.differing or passing or not unbroken else 0


def _kill(campaign: Campaign, chance: random.Random, args: argparse.Namespace) -> Crashes:
    """Kill drivers until there were enough kills, or the time is up."""
    told, until = Crashes(), time.monotonic() + 60 * args.minutes
    while told.kills < args.kills and time.monotonic() < until:
        process = campaign.begin()
        time.sleep(chance.uniform(0, args.longest))
        if process.poll() is not None:
            raise RuntimeError(campaign.drivers[-1].read_text(errors="replace")[-2000:])
        process.kill()
        process.wait()
        told.kills += 1
        print(f"kill {told.kills}, done so far: {len(set(campaign.finished()))}", flush=True)
    return told


def _end(campaign: Campaign) -> None:
    """Let a driver finish two iterations more, and end it."""
    process = campaign.begin()
    said = campaign.drivers[-1]
    while len(_TOLD.findall(said.read_text(errors="replace"))) < 2 and process.poll() is None:
        time.sleep(1)
    process.send_signal(signal.SIGTERM)
    process.wait()
    print(said.read_text(errors="replace")[-400:])


def _compare(campaign: Campaign, told: Crashes) -> None:
    store = campaign.store
    told.finished = set(campaign.finished())
    told.analysis = replay(store, assembly.laws, parse)
    whole = {item.number for item in told.analysis.history if not item.broken}
    told.cut_off = [item.number for item in told.analysis.history if item.cut_off]
    told.lost = sorted(told.finished - whole - set(told.cut_off))
    told.differing = differences(store, told.analysis)
    before = _rows(store.path / NAME)
    words = [_HARNESS, "replay", "crash", "--results", str(campaign.folder)]
    print(f"harness replay: exit code {subprocess.run(words, check=False).returncode}")
    after = _rows(store.path / NAME)
    told.differing += [name for name in after if before[name] != after[name]]


def _rows(book: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of a ledger, by table."""
    with closing(sqlite3.connect(book)) as connection:
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)
            for name in TABLES.tables
        }


if __name__ == "__main__":
    sys.exit(main())
