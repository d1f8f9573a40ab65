"""Work grows with the cloud and no faster, counted in lines that run; time is not looked at.

Four times the hosts and servers may make four times the lines. What visits every server for every
host makes sixteen times as many.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import harness.invariants
import harness.sources
from benchmarks.synthetic.cloud import VIEWS, breaches, observed
from benchmarks.synthetic.things import Size
from harness.core.answers.capture import Capture
from harness.core.answers.packing import packed, unpacked
from harness.core.iterations.amounts import measure
from harness.core.rules.invariant import Circumstances, Invariant, judge
from harness.core.views.catalog import declared
from harness.core.views.snapshot import Snapshot, View, parse
from harness.core.views.source import SOURCE_KINDS, Source
from harness.sources.volume_attachments import VolumeAttachment
from harness.sources.volumes import Volume

SMALL, LARGE = Size(10, 1000), Size(40, 4000)
MOST = 5.0
OURS = str(Path(__file__).parents[1])
CAPTURES = {size: observed(size) for size in (SMALL, LARGE)}
SOURCES: dict[str, Source] = declared(harness.sources, SOURCE_KINDS, "harness.sources")
RULES = declared(harness.invariants, Invariant, "harness.invariants")
SNAPSHOTS = {size: parse(CAPTURES[size], list(SOURCES.values())) for size in CAPTURES}


def lines_run(work: Callable[[], object]) -> int:
    """Return how many lines of ours a piece of work runs, each as often as it runs."""
    count = 0

    def line(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, _event: str, _arg: object) -> Any:
        return line if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def fresh(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot of the same rows of which nothing was worked out yet."""
    return Snapshot(snapshot.moment, {name: replace(view) for name, view in snapshot.views.items()})


def growth(work: Callable[[Size], Callable[[], object]]) -> float:
    return lines_run(work(LARGE)) / lines_run(work(SMALL))


def test_the_count_tells_a_loop_in_a_loop() -> None:
    def pairs(size: Size) -> Callable[[], object]:
        nodes: Sequence[Any] = SNAPSHOTS[size]["hypervisors"].rows
        servers = SNAPSHOTS[size]["servers"]
        return lambda: [[row for row in servers if row.host == node.host] for node in nodes]

    assert growth(pairs) > 2 * MOST


@pytest.mark.parametrize("name", RULES)
def test_a_rule_looks_at_each_thing_a_few_times_only(name: str) -> None:
    law = RULES[name]
    around = Circumstances("soak1a2b3c", 1 if law.only_in_run else None)
    assert growth(lambda size: lambda: judge(law, fresh(SNAPSHOTS[size]), around)) < MOST


@pytest.mark.parametrize(
    "name", ["attachment_has_server", "domain_has_its_volumes", "server_volume_has_attachment"]
)
def test_a_rule_of_volumes_looks_at_each_a_few_times_only(name: str) -> None:
    around = Circumstances()
    clouds = {size: with_cinder(snapshot) for size, snapshot in SNAPSHOTS.items()}
    said = judge(RULES[name], clouds[LARGE], around)
    assert (said.breaches, said.skipped) == ((), "")
    assert growth(lambda size: lambda: judge(RULES[name], fresh(clouds[size]), around)) < MOST


def with_cinder(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with a cinder that has the volumes of all its servers in use."""
    held = [(uuid, server) for server in snapshot["servers"] for uuid in server.volumes]
    rows = {
        "volumes": tuple(
            Volume(uuid, "", server.project, "in-use", "", server.updated, 1, ())
            for uuid, server in held
        ),
        "volume_attachments": tuple(
            VolumeAttachment(f"of-{uuid}", uuid, server.uuid, "attached") for uuid, server in held
        ),
    }
    views = {name: View(name, seen) for name, seen in rows.items()}
    return Snapshot(snapshot.moment, {**snapshot.views, **views})


@pytest.mark.parametrize("name", VIEWS)
def test_a_parser_looks_at_each_row_once(name: str) -> None:
    assert growth(lambda size: lambda: parse(CAPTURES[size], [SOURCES[name]])) < MOST


def test_gauges_look_at_each_row_a_few_times_only() -> None:
    hosts = {node.node: node.host for node in SNAPSHOTS[LARGE]["hypervisors"]}
    sources = list(SOURCES.values())
    assert growth(lambda size: lambda: measure(SNAPSHOTS[size], sources, hosts)) < MOST


def test_storing_and_reading_look_at_each_answer_once() -> None:
    def stored(capture: Capture) -> Callable[[], object]:
        return lambda: unpacked(packed(capture))

    assert growth(lambda size: stored(CAPTURES[size])) < MOST


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_the_synthetic_cloud_shows_what_was_lost_and_no_more(size: Size) -> None:
    checks = [judge(law, SNAPSHOTS[size], Circumstances()) for law in RULES.values()]
    seen = {check.invariant: len(check.breaches) for check in checks if check.breaches}
    assert seen == breaches(size)
    assert {name for name in VIEWS if SNAPSHOTS[size][name].gap()} == set()
