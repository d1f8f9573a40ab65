"""Where in the evidence a thing is named."""

from dataclasses import dataclass
from typing import Any

import pytest

from harness.core.answers.bodies import LONG, Packed, in_short, packed_text
from harness.core.answers.capture import Answer, Capture
from harness.core.answers.pieces import Pieces, in_pieces
from harness.core.views.mentions import named_in, records_about, request_ids, rows_about
from harness.core.views.snapshot import View

UUID = "5f3c1a2b-0000-4000-8000-000000000001"
REQUEST = "req-5f3c1a2b-0000-4000-8000-00000000000f"


@dataclass(frozen=True)
class Row:
    key: str
    held: dict[str, int]
    other: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "subject", "named"),
    [
        (UUID, UUID, True),
        (f"{UUID}@compute1", UUID, True),
        (f"tap{UUID[:8]}", UUID, False),
        ("compute1", "compute1", True),
        ("compute10", "compute1", False),
        ("nova-compute@compute1", "compute1", True),
        ("nova-compute@compute1", "nova-compute@compute1", True),
        ("anything", "", False),
        ("", "", False),
    ],
)
def test_what_names_a_subject(text: str, subject: str, named: bool) -> None:
    assert named_in(text, subject) == named


def test_rows_that_name_it_in_any_field_are_found() -> None:
    key, held, inner = Row(f"{UUID}@h", {}), Row("a", {UUID: 1}), Row("b", {}, ("x", UUID))
    assert rows_about(View("v", (key, held, inner, Row("c", {}))), UUID) == [key, held, inner]


def test_the_smallest_records_that_name_it_are_found_with_their_place() -> None:
    body = {"all": [{"id": UUID, "fault": {"message": f"({REQUEST})"}}, {"id": "other"}]}
    held = {"held": {"p1": {"allocations": {UUID: {"resources": {"VCPU": 1}}}}}}
    capture = Capture(
        (
            Answer("servers", "", 0.0, 1.0, body),
            Answer("allocations", "", 0.0, 1.0, held),
            Answer("servers", "h", 0.0, 1.0, None, "HTTP 500"),
        )
    )
    assert list(records_about(capture, "servers", UUID)) == [("", body["all"][0])]
    assert list(records_about(capture, "allocations", UUID)) == [
        ("", {UUID: {"resources": {"VCPU": 1}}})
    ]
    assert request_ids(body["all"][0]) == {REQUEST}


@pytest.mark.parametrize("where", ["in a list", "in pieces", "in a packed body"])
def test_a_record_in_a_long_list_is_found(where: str) -> None:
    record = {"id": UUID, "fault": {"message": f"({REQUEST})"}}
    listed = [{"id": "other", "name": "x" * LONG}, record]
    body: Any = {"listed": in_pieces(listed) if where == "in pieces" else listed}
    kept = in_short(body) if where == "in a packed body" else body
    capture = Capture((Answer("servers", "", 0.0, 1.0, kept),))
    assert list(records_about(capture, "servers", UUID)) == [("", record)]
    whole = Capture((Answer("servers", "", 0.0, 1.0, in_short({**body, "by": UUID})),))
    [(_, found)] = records_about(whole, "servers", UUID)
    assert request_ids(found) == {REQUEST}


@pytest.mark.parametrize(
    "body",
    [Packed(b"none"), packed_text("{no json"), {"listed": Pieces([b"none"])}],
    ids=["damaged", "no JSON", "a damaged piece"],
)
def test_an_answer_that_cannot_be_read_has_no_records(body: Any) -> None:
    right = Answer("servers", "b", 0.0, 1.0, {"id": UUID})
    capture = Capture((Answer("servers", "a", 0.0, 1.0, body), right))
    assert list(records_about(capture, "servers", UUID)) == [("b", {"id": UUID})]


def test_what_is_nested_without_end_is_not_followed_for_ever() -> None:
    deep: dict[str, object] = {"id": UUID}
    for _ in range(500):
        deep = {"in": deep}
    capture = Capture((Answer("servers", "", 0.0, 1.0, deep),))
    assert list(records_about(capture, "servers", UUID)) == []
