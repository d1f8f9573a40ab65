"""Whatever tests do, the iteration says so, the loop goes on, and nothing is left of it."""

import os
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from harness.adapters import process_tree
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.subunit_stream import parse
from harness.adapters.tempest import Selection, TempestRunner
from harness.adapters.tempest.child import Bounds
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.reports.everything import render_all, render_iteration, render_run
from tests.security.misbehaving import HEAD, MISBEHAVIOURS, Misbehaviour
from tests.toys import RECORD, soak

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
BOUNDS = Bounds(
    stream=500_000, stderr=20_000, log=20_000, gentle=0.3, grace=0.3, hold=0.2, patience=0.0
)
MOST = 4_000_000
"""Bytes that a run may take on the disk: its tests wrote up to 2.6 GB."""


def play(case: Misbehaviour, folder: Path) -> Analysis:
    """Soak a healthy cloud of toys with real tests: iteration 1 misbehaves, iteration 2 is well."""
    suite, once, conf = folder / "suite", folder / "once", folder / "tempest.conf"
    suite.mkdir()
    (suite / "__init__.py").touch()
    (suite / "test_case.py").write_text(textwrap.dedent(HEAD) + textwrap.dedent(case.body))
    conf.write_text("[auth]\nadmin_password = x\n")
    store = ResultsDirectory(folder / "results").new_run("toys")
    store.begin(RECORD)
    runner = TempestRunner(
        store.workspace,
        conf,
        Path(sys.executable),
        Selection(concurrency=1),
        {"ONCE": str(once), "PATH": os.environ["PATH"]},
        BOUNDS,
        suite,
    )
    assert len(runner.tests()) == 1
    once.touch()
    loop: Any = soak(
        iterations=2,
        iteration_timeout=4.0 if case.name == "hang" else 60.0,
        runner=runner,
        store=store,
        parse_tests=parse,
        render_iteration=render_iteration,
        render_run=render_run,
    )
    analysis: Analysis = loop.go()
    assert not once.exists(), "it did misbehave"
    assert process_tree.carrying(str(store.workspace)) == []
    return analysis


@pytest.mark.parametrize("case", MISBEHAVIOURS, ids=lambda case: case.name)
def test_an_iteration_that_misbehaves(case: Misbehaviour, tmp_path: Path) -> None:
    analysis = play(case, tmp_path)
    _, first, second = analysis.history
    assert first.verdict.value == case.verdict
    assert first.tests
    told = [first.tests.explanation, *(result.detail for result in first.tests.results)]
    files = render_all(analysis)
    texts = [*told, files["junit/iterations/iteration-000001.xml"]]
    assert any(case.said in text for text in texts), texts
    assert second.verdict is Verdict.PASS, "the loop went on, and the next iteration is well"
    for name, text in files.items():
        if name.endswith(".xml"):
            ET.fromstring(text)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size < MOST
    assert len(files["report.txt"]) < 20_000


def test_the_page_has_the_table() -> None:
    page = PAGE.read_text("utf-8")
    for case in MISBEHAVIOURS:
        assert f"| {case.story} | {case.verdict} |" in page, case.story
