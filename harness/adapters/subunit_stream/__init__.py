"""Reads what tests said: a subunit v2 stream to a ``TestRun``.

Reading never fails. Only packets whose checksum is right are taken, so that a stream that was cut,
or has something else in it, loses what was hit and no more.
"""

import struct
from collections.abc import Iterable, Mapping
from io import BytesIO

from subunit import ByteStreamToStreamResult  # type: ignore[import-untyped]

from harness.adapters.subunit_stream.cases import FIXTURE, Said, name_of
from harness.adapters.subunit_stream.masking import masked_stream
from harness.adapters.subunit_stream.packets import packets
from harness.core.iterations.history import TestResult, TestRun

__all__ = ["masked_stream", "name_of", "parse"]


def parse(stream: bytes, expected: tuple[str, ...], ending: str, explanation: str) -> TestRun:
    """Return the tests of a run, sorted by name: those that spoke and those that were ``expected``.

    The tests of a class that skipped itself are "skipped" with the class's reason. Where a class's
    fixture failed, "Class.setUpClass" is "failed" and its tests are "skipped". The last line of a
    failure's ``detail`` is the error. A test that we interrupted is "unfinished".
    """
    said = Said()
    unread = len(stream)
    for packet in packets(stream):
        unread -= len(packet) if _feed(packet, said) else 0
    results = {test: case.result(test, ending) for test, case in said.cases.items()}
    silent = [_silent(test, results) for test in expected if test not in results]
    spoken = _without_skipped_fixtures(results, expected)
    notes = [explanation] if explanation else []
    if unread:
        notes.append(f"{unread} bytes of the stream of results cannot be read")
    if said.damaged:
        notes.append(f"a worker died or its results were damaged ({said.damaged} times)")
    ordered = sorted((*spoken, *silent), key=lambda result: result.name)
    return TestRun(ending, "; ".join(notes), tuple(ordered))


def _feed(packet: bytes, said: Said) -> bool:
    """Give a packet to python-subunit; tell whether it made sense."""
    try:
        ByteStreamToStreamResult(BytesIO(packet)).run(said)
    except (ValueError, IndexError, OverflowError, struct.error):
        return False
    return True


def _silent(test: str, results: Mapping[str, TestResult]) -> TestResult:
    """Return the result of an expected test that said nothing: its fixture may have said why."""
    name = name_of(test)
    of_class, of_module = _homes(name)
    for fixture in (f"setUpModule ({of_module})", f"setUpClass ({of_class})"):
        said = results.get(fixture)
        if said and said.status == "skipped":
            return TestResult(name, "skipped", detail=said.detail)
        if said and said.status == "failed":
            return TestResult(name, "skipped", detail=f"{said.name} failed")
    return TestResult(name, "missing")


def _without_skipped_fixtures(
    results: Mapping[str, TestResult], expected: Iterable[str]
) -> list[TestResult]:
    """Leave out the skips of fixtures whose tests are expected: each of the tests tells of it."""
    homes = {home for test in expected for home in _homes(name_of(test))}
    return [
        result
        for test, result in results.items()
        if not (
            result.status == "skipped"
            and (fixture := FIXTURE.fullmatch(test))
            and fixture[2] in homes
        )
    ]


def _homes(name: str) -> tuple[str, str]:
    """Return the class and the module of a test; a scenario's suffix may have dots."""
    of_class = name.split("(")[0].rpartition(".")[0]
    return of_class, of_class.rpartition(".")[0]
