"""A stream of results is read, whole or torn."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from subunit.v2 import StreamResultToBytes

from harness.adapters.subunit_stream import name_of, parse
from harness.core.iterations import history
from harness.core.rules.verdict import Verdict

START = datetime(2024, 1, 1, tzinfo=UTC)
TEST = "pkg.mod.Cls.test_a[id-1,smoke]"
OTHER = "pkg.mod.Cls.test_b[id-2]"


def event(test: str | None = TEST, status: str | None = None, **rest: Any) -> bytes:
    buffer = BytesIO()
    StreamResultToBytes(buffer).status(test_id=test, test_status=status, **rest)
    return buffer.getvalue()


def text(name: str, content: bytes, test: str = TEST, mime: str = "text/plain") -> bytes:
    return event(test, file_name=name, file_bytes=content, mime_type=mime)


def case(status: str, test: str = TEST, seconds: float = 2.5) -> bytes:
    end = START + timedelta(seconds=seconds)
    return (
        event(test, "exists")
        + event(test, "inprogress", timestamp=START, test_tags={"worker-1"})
        + event(test, status, timestamp=end, test_tags={"worker-1"})
    )


def read(stream: bytes, *expected: str, ending: str = "finished", why: str = "") -> history.TestRun:
    return parse(stream, expected, ending, why)


def statuses(run: history.TestRun) -> dict[str, str]:
    return {result.name: result.status for result in run.results}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("success", "passed"),
        ("xfail", "passed"),
        ("skip", "skipped"),
        ("fail", "failed"),
        ("uxsuccess", "failed"),
    ],
)
def test_statuses(said: str, status: str) -> None:
    assert read(case(said), TEST).results == (
        history.TestResult("pkg.mod.Cls.test_a", status, 2.5),
    )


def test_a_test_that_never_ended_is_unfinished_and_one_never_begun_is_missing() -> None:
    run = read(event(TEST, "inprogress", timestamp=START) + event(OTHER, "exists"), TEST, OTHER)
    assert statuses(run) == {"pkg.mod.Cls.test_a": "unfinished", "pkg.mod.Cls.test_b": "missing"}
    assert [result.seconds for result in run.results] == [None, None]
    assert run.verdict is Verdict.FAIL


def test_the_worst_of_two_ends_counts() -> None:
    assert statuses(read(case("fail") + case("success"))) == {"pkg.mod.Cls.test_a": "failed"}


@pytest.mark.parametrize(
    ("test", "name"),
    [
        (TEST, "pkg.mod.Cls.test_a"),
        ("pkg.Cls.test_a", "pkg.Cls.test_a"),
        ("pkg.Cls.test_a(v2.1)[id-3,slow]", "pkg.Cls.test_a(v2.1)"),
        ("pkg.Cls.test_a[id-3](v2.1)", "pkg.Cls.test_a(v2.1)"),
        ("setUpClass (pkg.mod.Cls)", "pkg.mod.Cls.setUpClass"),
        ("tearDownModule (pkg.mod)", "pkg.mod.tearDownModule"),
    ],
)
def test_names(test: str, name: str) -> None:
    assert name_of(test) == name


def test_a_class_that_skips_itself_skips_its_tests() -> None:
    fixture = "setUpClass (pkg.mod.Cls)"
    run = read(text("reason", b"no volumes", fixture) + case("skip", fixture), TEST, "pkg.mod.D.t")
    assert run.results == (
        history.TestResult("pkg.mod.Cls.test_a", "skipped", None, "no volumes"),
        history.TestResult("pkg.mod.D.t", "missing"),
    )


def test_a_class_whose_fixture_fails_is_one_failure() -> None:
    fixture = "setUpClass (pkg.mod.Cls)"
    run = read(text("traceback", b"E: x", fixture) + case("fail", fixture), TEST, OTHER)
    assert statuses(run) == {
        "pkg.mod.Cls.setUpClass": "failed",
        "pkg.mod.Cls.test_a": "skipped",
        "pkg.mod.Cls.test_b": "skipped",
    }
    assert run.results[1].detail == "pkg.mod.Cls.setUpClass failed"


def test_a_module_whose_fixture_fails_is_one_failure() -> None:
    run = read(case("fail", "setUpModule (pkg.mod)"), TEST)
    assert statuses(run)["pkg.mod.Cls.test_a"] == "skipped"


def test_a_failed_teardown_of_a_class_leaves_its_tests_alone() -> None:
    run = read(case("success") + case("fail", "tearDownClass (pkg.mod.Cls)"), TEST, OTHER)
    assert statuses(run) == {
        "pkg.mod.Cls.tearDownClass": "failed",
        "pkg.mod.Cls.test_a": "passed",
        "pkg.mod.Cls.test_b": "missing",
    }


def test_the_error_is_the_last_line_of_the_detail() -> None:
    said = (
        text("traceback", b"Traceback\n \xff\nValueError: \x1b[31mno\n")
        + text("pythonlogging:''", b"GET /servers")
        + text("picture", b"\x89PNG", mime="image/png")
    )
    (result,) = read(said + case("fail"), TEST).results
    assert result.detail == (
        "pythonlogging:''\nGET /servers\n\n"
        "picture\n4 bytes of image/png\n\n"
        "Traceback\n \ufffd\nValueError: \x1b[31mno\n"
    )


def test_what_passed_has_no_detail() -> None:
    assert read(text("pythonlogging:''", b"GET") + case("success")).results[0].detail == ""


def test_a_long_detail_keeps_head_and_tail() -> None:
    said = b"".join(
        text(f"traceback-{number}", f"<{number}".encode() + b"x" * 90_000 + b">")
        for number in range(9)
    )
    (result,) = read(said + case("fail")).results
    assert len(result.detail) < 40_000
    assert result.detail.startswith("<0xx")
    assert result.detail.endswith("xx>")
    assert "bytes left out]" in result.detail
    assert "characters left out]" in result.detail


def test_a_test_that_we_interrupted_is_unfinished() -> None:
    said = text("traceback", b"  File sleep\nKeyboardInterrupt\n") + case("fail")
    assert statuses(read(said, ending="timeout")) == {"pkg.mod.Cls.test_a": "unfinished"}
    assert statuses(read(said, ending="finished")) == {"pkg.mod.Cls.test_a": "failed"}


def test_what_is_no_packet_is_told_and_hides_nothing() -> None:
    whole = case("success")
    for noise in (b"INFO tempest\n", b"\xb3", b"\xb3\x2a\xff\xff\xff\xff\xff", whole[:-9]):
        run = read(noise + whole + noise, TEST, why="slow")
        assert statuses(run)["pkg.mod.Cls.test_a"] == "passed"
        assert run.explanation.startswith("slow; ")
        assert run.explanation.endswith("bytes of the stream of results cannot be read")


def test_a_packet_cut_at_the_end_loses_only_itself() -> None:
    stream = case("success") + case("success", OTHER)
    run = read(stream[:-3], TEST, OTHER, ending="crashed", why="killed")
    assert statuses(run) == {"pkg.mod.Cls.test_a": "passed", "pkg.mod.Cls.test_b": "unfinished"}


def test_a_damaged_worker_is_no_test() -> None:
    run = read(case("success") + case("fail", "subunit.parser"), TEST)
    assert statuses(run) == {"pkg.mod.Cls.test_a": "passed"}
    assert run.explanation == "a worker died or its results were damaged (1 times)"


def test_output_of_no_test_is_ignored() -> None:
    run = read(text("stdout", b"hello", None) + case("success"), TEST)  # type: ignore[arg-type]
    assert run == history.TestRun(
        "finished", "", (history.TestResult("pkg.mod.Cls.test_a", "passed", 2.5),)
    )


def test_an_empty_stream_is_all_missing() -> None:
    assert statuses(read(b"", TEST)) == {"pkg.mod.Cls.test_a": "missing"}
    assert read(b"", TEST).verdict is Verdict.UNKNOWN


WHOLE = text("traceback", b"Traceback\nE: \xb3") + case("fail") + case("success", OTHER)


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(stream: bytes) -> None:
    assert statuses(read(stream, TEST)).keys() >= {"pkg.mod.Cls.test_a"}


@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)), st.binary(max_size=8))
def test_torn_streams_never_raise_and_lose_no_expected_test(
    start: int, length: int, patch: bytes
) -> None:
    torn = WHOLE[:start] + patch + WHOLE[start + length :]
    run = read(torn, TEST, OTHER)
    assert statuses(run).keys() >= {"pkg.mod.Cls.test_a", "pkg.mod.Cls.test_b"}


@given(st.binary(min_size=1, max_size=60), st.integers(0, 0x0FFF))
def test_packets_with_a_right_checksum_and_nonsense_inside_never_raise(
    body: bytes, flags: int
) -> None:
    import zlib

    length = len(body) + 8 if len(body) + 8 < 64 else len(body) + 9
    size = bytes([length]) if length < 64 else bytes([0x40 | length >> 8, length & 0xFF])
    packet = b"\xb3" + (0x2000 | flags).to_bytes(2, "big") + size + body
    packet += zlib.crc32(packet).to_bytes(4, "big")
    read(packet + case("success"), TEST)
