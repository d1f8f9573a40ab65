"""What must hold of the reports of any run, however hostile its texts."""

import csv
import io
import json
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from lxml import etree

from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, analyse, analysis_of
from harness.core.runs.course import Course
from harness.core.runs.growing import Growing
from harness.reports import deltas_csv
from harness.reports.everything import render_all, render_iteration, render_run
from tests.reports.examples import good, leaking
from tests.reports.strategies import analyses

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit-10.xsd")))
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(analyses())
def test_junit_is_valid_and_says_what_the_verdict_says(analysis: Analysis) -> None:
    files = render_all(analysis)
    _agrees(files["junit/run.xml"], analysis.verdict)
    for iteration in analysis.history:
        name = f"junit/iterations/iteration-{iteration.number:06d}.xml"
        _agrees(files[name], iteration.verdict)


def _agrees(text: str, verdict: Verdict) -> None:
    SCHEMA.assertValid(etree.fromstring(text.encode()))
    root = ET.fromstring(text)
    failures, errors = root.findall(".//failure"), root.findall(".//error")
    assert int(root.get("failures", "")) == len(failures)
    assert int(root.get("errors", "")) == len(errors)
    assert bool(failures) == (verdict is Verdict.FAIL)
    assert bool(failures or errors) == (verdict is not Verdict.PASS)


@MANY
@given(analyses())
def test_no_report_holds_a_character_that_cannot_be_seen(analysis: Analysis) -> None:
    for name, text in render_all(analysis).items():
        text.encode("utf-8")
        unseen = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert unseen <= {"\n", "\t"}, name


@MANY
@given(analyses())
def test_rendering_iteration_by_iteration_gives_the_same_bytes(analysis: Analysis) -> None:
    course = Course(analysis.truths, analysis.terms)
    files: dict[str, str] = dict(deltas_csv.render(analyse(analysis.run, [], {})))
    for iteration in analysis.history:
        course = course.plus(iteration)
        so_far = analysis_of(analysis.run, course)
        assert len(so_far.history) <= 2
        assert course.newest
        for name, text in render_iteration(so_far, course.newest).items():
            files[name] = text.onto(files.get(name)) if isinstance(text, Growing) else text
        files |= render_run(so_far)
    files |= render_run(analysis_of(analysis.run, course))
    whole = render_all(analysis)
    assert files == (whole if analysis.history else files | whole)


@MANY
@given(analyses())
def test_only_a_pass_says_that_all_is_well(analysis: Analysis) -> None:
    text = render_all(analysis)["report.txt"]
    first = text.splitlines()[0]
    assert first.startswith(f"{analysis.verdict}  ")
    assert ("invariants held" in first or "invariant held" in first) <= (
        analysis.verdict is Verdict.PASS
    )


@MANY
@given(analyses())
def test_json_and_csv_can_be_read(analysis: Analysis) -> None:
    files = render_all(analysis)
    assert json.loads(files["summary.json"])["verdict"] == analysis.verdict.value
    for name, rows in (
        ("deltas.csv", len(analysis.history) + 1),
        ("plot/deltas.csv", 2),
        ("findings.csv", len(analysis.findings) + 1),
    ):
        table = list(csv.reader(io.StringIO(files[name], newline="")))
        assert len(table) == rows
        assert len({len(row) for row in table}) == 1
        assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)


def test_a_run_has_a_fixed_set_of_files() -> None:
    assert sorted(render_all(good())) == [
        "deltas.csv",
        "findings.csv",
        "junit/iterations/iteration-000000.xml",
        "junit/iterations/iteration-000001.xml",
        "junit/iterations/iteration-000002.xml",
        "junit/run.xml",
        "plot/deltas.csv",
        "report.txt",
        "summary.json",
    ]


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert render_all(leaking()) == render_all(leaking())
