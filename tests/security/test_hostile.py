"""Hostile names come out harmless, in every report and every table, wherever they were put."""

import copy
import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import parse as parse_tests
from harness.cli import assembly
from harness.cli.app import main
from harness.cli.progress import LiveShow, PlainShow
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.iterations.history import TestResult, TestRun
from harness.core.runs.analysis import Analysis
from harness.replay import replay
from harness.reports.everything import render_all
from tests.sources.answers import BODIES
from tests.toys import RECORD

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of data": "]]></failure></testcase>&nbsp;<!--",
    "formula": "=cmd|' /C calc'!A0",
    "other formulas": "\t@SUM(1+1)*cmd|'/C'!A0",
    "escapes": "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m",
    "newlines": "a\r\nharness: error: forged\n\nPASS  no leak\u2028x\u0085y",
    "right to left": "\u202egpj.exe\u2066\u200f\u061c",
    "nothing": "a\x00b\ufffe\uffff",
    "halves": "\ud800x\udfff",
    "long": "long " + "w" * 10_000_000,
}
FREE = re.compile(
    r"(^|_)(name|description|display_name|hostname|reason|message|fault|metadata|fingerprint|"
    r"zone|policy|device|addr.*|uptime|task_state|dest_host|status|type)$|instance_name$"
)
"""The fields whose text is somebody's choice, and those that a broken service may fill oddly."""
NAME = re.compile(r"^name$")
LONGEST = 2_000_000
SAFE = {"\n", "\t"}
_WHOLE = 1000
"""What is longer is put into one view only."""


def _poisoned(body: Any, poison: str) -> Any:
    """Put the poison into each field of a body that is text and free; a long one into names."""
    free = NAME if len(poison) > _WHOLE else FREE
    if isinstance(body, dict):
        return {
            name: poison
            if isinstance(value, str) and free.search(name)
            else _poisoned(value, poison)
            for name, value in body.items()
        }
    return [_poisoned(item, poison) for item in body] if isinstance(body, list) else body


def _answers(poison: str) -> Iterator[Answer]:
    for name, body in BODIES.items():
        spared = len(poison) > _WHOLE and name != "servers"
        bad = body if spared else _poisoned(copy.deepcopy(body), poison)
        places = ("compute1", poison[:300]) if name in ("domains", "nodes") else (CLOUD,)
        for place in places:
            yield Answer(name, place, 1e9, 1e9 + 1, bad)
    yield Answer("volume_attachments", CLOUD, 1e9, 1e9 + 1, None, poison)


def stored(folder: Path, poison: str) -> RunStore:
    """Return a run whose iteration saw the poison twice, and whose tests said it."""
    store = ResultsDirectory(folder).new_run("hostile")
    store.begin({**RECORD, "name": "hostile", "cloud": poison[:1000], "started": 1e9})
    for number in (0, 1):
        for look in (1, 2):
            moved = [
                Answer(
                    a.source, a.place, a.started + 60 * look, a.ended + 60 * look, a.body, a.error
                )
                for a in _answers(poison)
            ]
            store.keep_capture(number, look, Capture(tuple(moved)))
        record = {"started": 1e9, "ended": 1e9 + 200, "reads": 2, "phases": {"settle": 1.0}}
        if number:
            store.keep_stream(number, b"")
            record["tests"] = {"ending": "crashed", "explanation": poison, "expected": [poison]}
        store.end_iteration(number, record)
    store.end({"ending": poison[:1000], "ended": 1e9 + 300, "iterations": 1})
    return store


def _tests(poison: str) -> Any:
    result = TestResult(f"m.C.{poison}", "failed", 1.0, f"log\n{poison}\nlast {poison}")
    return lambda *_: TestRun("finished", poison, (result,))


def _unseen(text: str) -> set[str]:
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp", "Cn")
    return {c for c in set(text) if unicodedata.category(c) in bad} - SAFE


@pytest.fixture(scope="module", params=sorted(HOSTILE))
def poisoned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, RunStore, Analysis]:
    poison = HOSTILE[request.param]
    store = stored(tmp_path_factory.mktemp("hostile"), poison)
    return poison, store, replay(store, assembly.laws, _tests(poison))


def test_the_poison_is_seen(poisoned: tuple[str, RunStore, Analysis]) -> None:
    """A cloud that was refused as a whole would prove nothing."""
    poison, _, analysis = poisoned
    messages = "".join(finding.breach.message for finding in analysis.findings)
    assert poison[:6] in messages
    assert len(analysis.findings) >= 3


def test_every_report_is_harmless(poisoned: tuple[str, RunStore, Analysis]) -> None:
    _, _, analysis = poisoned
    files = render_all(analysis)
    for name, text in files.items():
        assert _unseen(text) == set(), name
        assert len(text) < LONGEST, name
        if name.endswith(".xml"):
            assert not set(ET.fromstring(text).itertext()) & {"alert(1)"}
            assert "script" not in {element.tag for element in ET.fromstring(text).iter()}
        if name.endswith(".html"):
            assert "<script>alert" not in text
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(text, newline="")))
            assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t")]
        if name.endswith(".json"):
            json.loads(text)
    first = files["report.txt"].splitlines()[0]
    assert first.startswith(("FAIL  ", "UNKNOWN  "))
    assert not any(each.startswith("PASS  no leak") for each in files["report.txt"].splitlines())


@pytest.mark.parametrize(
    "words",
    [
        ["show", "hostile"],
        ["show", "hostile", "1"],
        ["list"],
        ["findings", "hostile"],
        ["findings", "hostile", "-f", "csv"],
        ["findings", "hostile", "-f", "value"],
        ["findings", "hostile", "-f", "yaml"],
    ],
    ids=" ".join,
)
def test_every_table_is_harmless(
    poisoned: tuple[str, RunStore, Analysis], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    poison, store, _ = poisoned
    if len(poison) > 1000 and words != ["show", "hostile"]:
        pytest.skip("of ten million characters one command is enough")
    assert main([*words, "--results", str(store.path.parent)]) == 0
    said = capsys.readouterr()
    assert _unseen(said.out + said.err) == set()
    assert len(said.out) < LONGEST
    if words[-1] == "csv":
        rows = list(csv.reader(io.StringIO(said.out, newline="")))
        assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t")]


def test_an_explanation_is_harmless(
    poisoned: tuple[str, RunStore, Analysis], capsys: pytest.CaptureFixture[str]
) -> None:
    poison, store, analysis = poisoned
    if len(poison) > 1000:
        pytest.skip("of ten million characters one command is enough")
    for finding in analysis.findings[:3]:
        assert main(["explain", "hostile", finding.id, "--results", str(store.path.parent)]) == 0
    said = capsys.readouterr()
    assert _unseen(said.out + said.err) == set()


class _Clock:
    def now(self) -> float:
        return 1e9

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


def test_what_is_shown_while_a_run_goes_on_is_harmless(
    poisoned: tuple[str, RunStore, Analysis],
) -> None:
    _, _, analysis = poisoned
    said: list[str] = []
    with PlainShow(said.append, _Clock(), deadline=None) as show:
        show.judged(analysis, analysis.history[1])
    assert _unseen("\n".join(said)) == set()
    assert not any("\n" in each for each in said)
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)
    with LiveShow(console, _Clock(), deadline=None) as live:
        live.judged(analysis, analysis.history[1])
    drawn = re.sub(r"\x1b\[(\?25[lh]|\d?[AK]|2K|1A)", "", out.getvalue()).replace("\r", "")
    assert _unseen(drawn) == set()
    assert len(drawn) < LONGEST


def test_the_parser_of_tests_takes_any_name() -> None:
    run = parse_tests(b"", ("../../x", "a\0b", "\x1b[2J"), "finished", "")
    assert [result.status for result in run.results] == ["missing"] * 3
