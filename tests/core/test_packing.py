"""A packed capture is what it was, whatever is in it; one that is not whole is told."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.capture import CLOUD, Answer, Capture
from harness.core.packing import packed, unpacked
from harness.core.pieces import Pieces, in_pieces
from tests.core.test_capture import times, values

texts = st.text(max_size=20)
names = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
bodies = values | st.dictionaries(names, values | st.lists(values, max_size=4).map(in_pieces))
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
