"""Whatever a file or an answer holds, who reads it yields rows or says why not: never a crash, and
never a PASS that nothing bears out."""

import copy
import gzip
import json
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from subunit import StreamResultToBytes

import harness.sources
from harness import config
from harness.adapters.known_secrets import known_secrets
from harness.adapters.ledger import Ledger
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import masked_stream, parse
from harness.adapters.subunit_stream.packets import packets
from harness.adapters.waiver_file import read_waivers
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.packing import packed, unpacked
from harness.core.errors import HarnessError
from harness.core.redaction import GONE, Secrets
from harness.core.rules.verdict import Verdict
from harness.core.views.catalog import declared
from harness.core.views.snapshot import parse as parse_capture
from harness.core.views.source import SOURCE_KINDS, CloudSource
from harness.replay import replay
from tests.sources.answers import BODIES
from tests.toys import LAWS, RECORD

SOURCES = declared(harness.sources, SOURCE_KINDS, "harness.sources")
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAMAGE = (OSError, ValueError, EOFError, RecursionError, zlib.error)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """Cut, change, double or insert a few bytes."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        piece = draw(st.binary(max_size=6))
        match draw(st.sampled_from(["cut", "change", "insert", "double"])):
            case "cut":
                del content[at : at + draw(st.integers(1, 40))]
            case "change":
                content[at : at + len(piece)] = piece
            case "insert":
                content[at:at] = piece
            case "double":
                content[at:at] = content[max(0, at - 20) : at]
    return bytes(content)


@st.composite
def altered(draw: st.DrawFn, original: Any) -> Any:
    """Put anything in one to three places of a JSON document."""
    document = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        place, key = {"whole": document}, "whole"
        inner: Any = document
        while isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
            keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
            place, key = inner, draw(st.sampled_from(keys))
            inner = place[key]
        if key == "whole":
            return draw(values)
        place[key] = draw(values)
    return document


def _stream() -> bytes:
    out = BytesIO()
    said = StreamResultToBytes(out)
    said.startTestRun()
    for number in range(3):
        test = f"m.C.test_{number}"
        said.status(test_id=test, test_status="inprogress")
        for piece in (b"log hunter2", b"hunter3 \xff and more", b""):
            said.status(
                test_id=test,
                file_name="traceback",
                file_bytes=piece,
                eof=not piece,
                mime_type="text/plain",
                test_tags={"worker-0"},
            )
        said.status(test_id=test, test_status=["success", "fail", "skip"][number])
    said.stopTestRun()
    return out.getvalue()


STREAM = _stream()
EXPECTED = tuple(f"m.C.test_{number}" for number in range(3))


@FEW
@given(mutated(STREAM) | st.binary(max_size=200))
def test_a_stream_of_results(stream: bytes) -> None:
    run = parse(stream, EXPECTED, "finished", "")
    assert {result.name for result in run.results} >= set(EXPECTED)
    assert run.verdict is not Verdict.PASS, "test_1 failed, or was not seen"


@FEW
@given(mutated(STREAM) | st.binary(max_size=200))
def test_covering_a_stream_changes_nothing_else(stream: bytes) -> None:
    assert masked_stream(stream, lambda data: data) == stream
    covered = masked_stream(stream, Secrets.of(["hunter2hunter3"]).masked)
    assert len(covered) == len(stream)
    assert len(list(packets(covered))) == len(list(packets(stream)))
    assert masked_stream(covered, Secrets.of(["hunter2hunter3"]).masked) == covered


def test_a_secret_that_is_torn_between_two_packets_is_covered() -> None:
    covered = masked_stream(STREAM, Secrets.of(["hunter2hunter3"]).masked)
    run = parse(covered, EXPECTED, "finished", "")
    assert [result.status for result in run.results] == ["passed", "failed", "skipped"]
    detail = run.results[1].detail
    assert "log **************" in detail
    assert b"hunter" not in covered


CAPTURE = packed(Capture(tuple(Answer(n, CLOUD, 1.0, 2.0, b) for n, b in BODIES.items())))


@FEW
@given(mutated(CAPTURE) | mutated(gzip.decompress(CAPTURE)).map(gzip.compress))
def test_a_capture(content: bytes) -> None:
    try:
        capture = unpacked(content)
        parse_capture(capture, tuple(SOURCES.values()))
    except DAMAGE:
        return
    except KeyError as error:
        raise AssertionError("a capture that cannot be read is told as such") from error


@pytest.mark.parametrize("name", sorted(BODIES))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_answer_is_read_or_is_a_gap(name: str, data: st.DataObject) -> None:
    body = data.draw(altered(BODIES[name]))
    place = CLOUD if isinstance(SOURCES[name], CloudSource) else "compute1"
    view = parse_capture(Capture((Answer(name, place, 1.0, 2.0, body),)), (SOURCES[name],))[name]
    assert view.gaps or isinstance(view.rows, tuple)


@FEW
@given(data=st.data())
def test_records_of_a_run(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A changed record is refused, or the run is judged: without an iteration it never passes."""
    folder = tmp_path_factory.mktemp("run")
    store = RunStore(folder / "r")
    store.begin(RECORD)
    store.keep_capture(0, 1, Capture((Answer("toys", CLOUD, 1.0, 2.0, {"toys": []}),)))
    mark = {"number": 0, "started": 1.0, "ended": 2.0, "reads": 1, "phases": {"settle": 1.0}}
    store.end_iteration(0, mark)
    store.end({"ending": "iterations done", "ended": 3.0, "iterations": 0})
    path = store.evidence / data.draw(
        st.sampled_from(["run.json", "end.json", "000000/iteration.json"])
    )
    original = path.read_bytes()
    changed = altered(json.loads(original)).map(lambda each: json.dumps(each).encode())
    path.write_bytes(data.draw(mutated(original) | changed))
    try:
        analysis = replay(store, lambda *_: LAWS, parse)
    except HarnessError:
        return
    assert analysis.verdict is not Verdict.PASS, "there is no iteration in it"


@FEW
@given(
    content=st.text()
    | st.binary(max_size=80)
    | mutated(b"waivers:\n- {rule: x, subject: '*', reason: r, bug: '1', until: 2030-01-01}\n")
)
def test_a_file_of_waivers(content: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(errors="replace"))
    try:
        read_waivers(path)
    except HarnessError as error:
        assert "\n" not in str(error)


@FEW
@given(content=st.binary(max_size=80) | mutated(b"[settle]\nlimit = 5\n[cloud]\nname = mine\n"))
def test_a_configuration_file(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "harness.conf"
    path.write_bytes(content)
    try:
        config.load(str(path))
    except HarnessError as error:
        assert "\n" not in str(error)
    known_secrets({}, [path], [path])


@FEW
@given(content=st.binary(max_size=300))
def test_a_ledger(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    assert Ledger(path, "judge").read("toys", 1, "") is None


@FEW
@given(values, st.text(min_size=8, max_size=12))
def test_a_secret_is_in_nothing_that_was_read(document: Any, secret: str) -> None:
    known = Secrets.of([secret])
    text = json.dumps({"a": [document, secret, {"password": document}], secret: f"x{secret}x"})
    said = known.read(text)
    assert said["a"][1] == GONE or secret in GONE
    assert said["a"][2]["password"] in (GONE, None, True, False, "")
    assert secret not in known.shown(f"in the middle {secret} of it") or secret in GONE
    raw = text.encode()
    assert len(known.masked(raw)) == len(raw)
