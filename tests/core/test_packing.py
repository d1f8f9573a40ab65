"""A packed capture is what it was, whatever is in it; one that is not whole is told."""

import gzip
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.answers.bodies import LONG, Packed, in_short
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.members import BODY, Unreadable, member, members
from harness.core.answers.packing import packed, unpacked
from harness.core.answers.pieces import Pieces, Texts, in_pieces
from harness.core.views.snapshot import parse
from harness.core.views.source import HostSource
from tests.core.test_capture import times, values

texts = st.text(max_size=20)
names = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
bodies = values | st.dictionaries(names, values | st.lists(values, max_size=4).map(in_pieces))
longer = st.dictionaries(names, values, max_size=2).map(lambda b: {**b, "long": ["x"] * LONG})
answers = st.builds(Answer, texts, texts, times, times, bodies, st.none() | texts, st.booleans())
captures = st.lists(answers, max_size=4).map(lambda found: Capture(tuple(found)))
DAMAGE = (ValueError, KeyError, OSError, EOFError, zlib.error)


def _servers(*pages: Any) -> Capture:
    body = {"pages": in_pieces(pages), "silent": [], "more": in_pieces([])}
    return Capture((Answer("ports", CLOUD, 1.0, 2.0, {}), Answer("servers", CLOUD, 1.0, 2.0, body)))


@given(captures)
def test_a_capture_survives_packing(capture: Capture) -> None:
    again = unpacked(packed(capture))
    assert again == capture
    assert again.as_json() == capture.as_json()


@given(captures)
def test_any_gzip_reader_sees_one_json_document(capture: Capture) -> None:
    assert json.loads(gzip.decompress(packed(capture))) == capture.as_json()


@given(captures)
def test_what_was_written_in_one_member_is_read(capture: Capture) -> None:
    assert unpacked(gzip.compress(json.dumps(capture.as_json()).encode())) == capture


def test_pieces_stay_packed_until_they_are_looked_at() -> None:
    body = unpacked(packed(_servers({"servers": [1]}, {"servers": [2]}))).answers[1].body
    assert isinstance(body["pages"], Pieces)
    assert len(body["pages"]) == 2
    assert body["pages"][1] == {"servers": [2]}
    assert body["pages"][:1] == [{"servers": [1]}]
    assert [page["servers"] for page in body["pages"]] == [[1], [2]]


@pytest.mark.parametrize("hostile", ['"pages":[', '{"answers":[', "\x1f\x8b\x08\x04", '":['])
def test_text_of_the_cloud_cannot_pose_as_structure(hostile: str) -> None:
    capture = _servers({"servers": [hostile, {hostile: hostile}]}, hostile)
    assert unpacked(packed(capture)).as_json() == capture.as_json()


def test_what_is_not_whole_is_told() -> None:
    content = packed(_servers({"servers": [1]}, {"servers": [2]}))
    for end in range(len(content)):
        with pytest.raises(DAMAGE):
            unpacked(content[:end])


def test_what_is_damaged_is_told_where_it_is_read() -> None:
    content = packed(_servers({"servers": [1]}, {"servers": [2]}))
    whole = unpacked(content).as_json()
    for at in range(len(content)):
        damaged = content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1 :]
        try:
            assert unpacked(damaged).as_json() == whole  # a byte of a header that says nothing
        except DAMAGE:
            continue


LISTED = [{"name": f"thing-{number}", "size": number} for number in range(LONG // 10)]
LARGE: dict[str, Any] = {"path": "/p", "things": LISTED, "few": [1, 2], "by": {"a": LISTED}}
UNUSUAL = [float("inf"), 10**400, "\ud800", 1e22, {"": None}]


def _large(body: Any = LARGE) -> Capture:
    return Capture((Answer("domains", "a", 1.0, 2.0, body), Answer("nodes", "a", 1.0, 2.0, {})))


def _offset(content: bytes, kind: bytes) -> int:
    """Return where the first member of a kind begins."""
    at = 0
    for told, part in members(content):
        if told == kind:
            return at
        at += len(part)
    raise AssertionError(f"there is no {kind!r}")


def _with_body(content: bytes, text: str) -> bytes:
    """Return the file with another body, whole and sealed."""
    parts = [member(text, BODY) if kind == BODY else part for kind, part in members(content)]
    return b"".join(parts)


@given(st.lists(st.builds(Answer, texts, texts, times, times, longer), max_size=3))
def test_a_capture_with_long_bodies_survives_packing(answers: list[Answer]) -> None:
    capture = Capture(tuple(answers))
    content = packed(capture)
    again = unpacked(content)
    assert all(isinstance(answer.kept, Packed) for answer in again.answers)
    assert again == capture
    assert again.as_json() == capture.as_json()
    assert json.loads(gzip.decompress(content)) == capture.as_json()
    assert packed(again) == content
    assert unpacked(gzip.compress(json.dumps(capture.as_json()).encode())) == capture


@pytest.mark.parametrize("body", [LARGE, [LISTED], "x" * LONG, {"u": UNUSUAL, "things": LISTED}])
def test_a_long_body_stays_packed_and_is_not_packed_anew(body: Any) -> None:
    content = packed(_large(body))
    read = unpacked(content).answers[0]
    assert isinstance(read.kept, Packed)
    assert str(list(read.body)) == str(list(body))
    assert read.body is not read.body, "what was looked at is not kept"
    moved = Capture((replace(read, body=read.kept, place="b"),))
    [kept] = [part for kind, part in members(content) if kind == BODY]
    assert [part for kind, part in members(packed(moved)) if kind == BODY] == [kept]


def test_a_body_that_was_looked_at_can_be_stored_too() -> None:
    read = unpacked(packed(_large())).answers[0]
    other = replace(read, place="b")
    assert isinstance(other.kept["things"], Texts)
    assert unpacked(packed(Capture((other,)))) == Capture((replace(read, place="b", body=LARGE),))


def test_the_long_lists_of_a_body_are_text() -> None:
    body = unpacked(packed(_large())).answers[0].body
    assert isinstance(body["things"], Texts)
    assert (len(body["things"]), body["things"][-1]) == (len(LISTED), LISTED[-1])
    assert body["things"][1:3] == LISTED[1:3]
    assert list(body["things"]) == LISTED
    assert type(body["few"]) is list
    assert type(body["by"]) is dict
    assert body == LARGE


def test_a_short_body_is_in_its_answers_member() -> None:
    capture = _large({"things": LISTED[:2]})
    assert [kind for kind, _ in members(packed(capture))] == [b"hb", b"ha", b"hb", b"ha", b"he"]
    assert in_short({"things": LISTED[:2]}) == {"things": LISTED[:2]}


def test_what_came_packed_is_stored_as_it_is() -> None:
    kept = in_short(LARGE)
    assert isinstance(kept, Packed)
    assert in_short(kept) is kept
    assert packed(_large(kept)) == packed(_large())
    paged = {"pages": in_pieces([LISTED])}
    assert in_short(paged) is paged


def test_damage_of_a_long_body_is_told_at_once() -> None:
    content = packed(_large())
    begin, whole = _offset(content, BODY), unpacked(content).as_json()
    for at in range(begin, _offset(content, b"hr")):
        damaged = content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1 :]
        if 4 <= at - begin < 10:  # what a header says of times and systems
            assert unpacked(damaged).as_json() == whole
            continue
        with pytest.raises(DAMAGE):
            unpacked(damaged)


@pytest.mark.parametrize("text", ["", "{no json", '{"things":[1,]}', "[" * 100_000])
def test_a_body_that_is_no_json_is_told_where_it_is_read(text: str) -> None:
    (answer, other) = unpacked(_with_body(packed(_large()), text)).answers
    with pytest.raises(Unreadable):
        _ = answer.body
    assert other.body == {}
    hosts = HostSource("domains", lambda _connection: None, lambda _host, body: body["things"])
    view = parse(Capture((answer, other)), [hosts])["domains"]
    assert "cannot be read: Unreadable" in (view.gap("a") or "")


@pytest.mark.parametrize("before", ['{"answers":[', '"source":"s"', '{"body":{},"x":'])
def test_a_body_in_a_wrong_place_is_refused(before: str) -> None:
    about = '"source":"s","place":"","started":1,"ended":2,"error":null}'
    parts = [(before, b"ha"), ("{}", BODY), (f",{about}", b"hr"), ("]}", b"he")]
    with pytest.raises(ValueError, match=r"."):
        unpacked(b"".join(member(text, kind) for text, kind in parts))
