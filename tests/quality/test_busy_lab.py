"""A busy, healthy cloud stays quiet: what the lab looked like while tempest worked on it.

``busy/`` holds the rounds of looks that deceived single looks most, out of those that
``benchmarks/precision.py watch`` kept while tests at concurrency 4 resized, moved, shelved, rescued
and deleted servers: in each, one look by itself accuses somebody.
"""

from pathlib import Path

import pytest

import harness.invariants
import harness.sources
from harness.adapters.store import RunStore
from harness.core.rules.invariant import Circumstances, Invariant
from harness.core.rules.reading import Patience, Reading, confirmed
from harness.core.runs.judging import Laws, look
from harness.core.views.catalog import declared
from harness.core.views.source import SOURCE_KINDS

FOLDER = Path(__file__).parent / "busy"
ROUNDS = sorted(path.name for path in FOLDER.iterdir())
SOURCES = declared(harness.sources, SOURCE_KINDS, "harness.sources")
RULES = declared(harness.invariants, Invariant, "harness.invariants")
LAWS = Laws(tuple(SOURCES.values()), tuple(RULES.values()), Patience(audit_interval=10.0))


def readings(looks: Path, tmp_path: Path) -> list[Reading]:
    """Return the looks in a folder, each judged by itself."""
    folder = tmp_path / "evidence" / "000000"
    folder.parent.mkdir()
    folder.symlink_to(looks)
    (evidence,) = RunStore(tmp_path).evidences()
    assert not evidence.damage
    return [look(capture, LAWS, Circumstances())[1] for capture in evidence.captures]


@pytest.mark.parametrize("name", ROUNDS)
def test_a_round_under_load_accuses_nobody(name: str, tmp_path: Path) -> None:
    said = confirmed(readings(FOLDER / name, tmp_path), LAWS.patience)
    assert [(check.invariant, check.breaches) for check in said if check.breaches] == []
    assert not any("rule itself failed" in item.message for check in said for item in check.doubts)


def test_single_looks_would_have_accused(tmp_path: Path) -> None:
    deceived = set()
    for name in ROUNDS:
        (tmp_path / name).mkdir()
        for reading in readings(FOLDER / name, tmp_path / name):
            deceived |= {check.invariant for check in reading.checks if check.breaches}
    assert {"domain_has_server", "tracker_equals_flavors", "allocation_equals_flavor"} <= deceived
