"""Kills a driver at random instants, lets it go on each time, and counts what was lost."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness.adapters.store import RunStore
from harness.core.rules.reading import Patience
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Laws
from harness.replay import replay
from harness.reports.everything import render_all
from tests.toys import LAWS, parse_tests


@dataclass
class Crashes:
    """What came of a campaign. ``finished`` are the iterations that a driver said to be done;
    ``lost`` those of them that the evidence has not whole; ``cut_off`` those that a driver died in
    the tests of; ``differing`` the reports that are not what a replay of the evidence gives."""

    kills: int = 0
    finished: set[int] = field(default_factory=set)
    lost: list[int] = field(default_factory=list)
    cut_off: list[int] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    analysis: Analysis | None = None


def campaign(folder: Path, kills: int, seed: int, longest: float = 0.25) -> Crashes:
    """Kill a driver ``kills`` times, each within ``longest`` seconds after it was ready; then let
    the run end after 10 more iterations."""
    chance, told = random.Random(seed), Crashes()
    while told.kills < kills:
        with _driver(folder, 100_000) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, longest))
            process.kill()
            told.finished |= {int(line) for line in process.stdout if line.endswith("\n")}
        told.kills += 1
    store = RunStore(folder)
    last = max(item.number for item in store.evidences())
    with _driver(folder, last + 10) as process:
        assert process.stdout
        told.finished |= {int(line) for line in process.stdout if line != "ready\n"}
        assert process.wait() == 0
    _compare(store, told)
    return told


def _driver(folder: Path, iterations: int) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "tests.durability.driver", str(folder), str(iterations)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def _compare(store: RunStore, told: Crashes) -> None:
    def laws(_patience: Patience, _stuck_after: float) -> Laws:
        return LAWS

    told.analysis = replay(store, laws, parse_tests)
    whole = {item.number for item in told.analysis.history if not item.broken}
    told.cut_off = [item.number for item in told.analysis.history if item.cut_off]
    told.lost = sorted(told.finished - whole - set(told.cut_off))
    told.differing = differences(store, told.analysis)


def differences(store: RunStore, analysis: Analysis) -> list[str]:
    """Return the reports that are not what a replay of the evidence gives, or are missing."""
    files = render_all(analysis)
    there = {
        path.relative_to(store.derived).as_posix(): path.read_bytes()
        for path in store.derived.rglob("*")
        if path.is_file() and not path.name.endswith(".tmp")
    }
    return sorted(
        name
        for name in {*files, *there}
        if there.get(name) != (files[name].encode() if name in files else None)
    )
