"""Compute hosts that come, leave and come back in the middle of a run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.core.answers.capture import Answer
from harness.core.ports import HostReply, Unreachable
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.reading import Patience
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.judged_json import Judged, judged_as_json, judged_from_json
from harness.core.runs.judging import Evidence, Laws, judge_all
from harness.core.views.host_changes import BACK, CAME, LEFT, UNSEEN
from harness.core.views.snapshot import Snapshot
from harness.core.views.source import CloudSource, HostSource, ProbeSource
from harness.observe import Observer
from harness.reports.everything import render_all
from tests.toys import RUN, FakeClock, FakeRunner, FakeStore, parse_tests, soak


@dataclass(frozen=True)
class Row:
    key: str
    host: str
    binary: str = "nova-compute"
    node: str = ""
    audit_stamp: str = ""


@invariant("domains", also=("files",))
def nothing_lies_about(snapshot: Snapshot, _around: Circumstances) -> Iterator[Breach | Doubt]:
    """Nothing is orphaned."""
    for row in (*snapshot["domains"], *snapshot["files"]):
        yield Breach(row.key, row.host, f"orphan on {row.host}")


@dataclass
class World:
    """Hosts with what lies there; ``listed`` are those that nova knows, ``blind`` views fail."""

    listed: set[str]
    domains: dict[str, list[str]]
    blind: set[str] = field(default_factory=set)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    files: dict[str, list[str]] | None = None

    def read(self, view: str) -> list[str]:
        if view in self.blind:
            raise Unreachable(f"{view}: HTTP 500")
        return [] if view == "servers" else sorted(self.listed)

    def ask(self, hosts: Sequence[str], questions: Mapping[str, str]) -> Mapping[str, HostReply]:
        self.asked.append(tuple(hosts))
        return {host: self._reply(host, questions) for host in hosts}

    def _reply(self, host: str, questions: Mapping[str, str]) -> HostReply:
        held = self.files if "files" in questions else self.domains
        if held is None or host not in held:
            return HostReply(errors=dict.fromkeys(questions, "no route to host"))
        return HostReply({name: list(held[host]) for name in questions})


@dataclass
class _Files:
    """The host probe of a world."""

    world: World

    def ask(self, hosts: Sequence[str], views: Sequence[str]) -> Mapping[str, HostReply]:
        return self.world.ask(hosts, dict.fromkeys(views, ""))


def _rows(body: Any) -> Iterator[Row]:
    return (Row(host, host) for host in body)


SOURCES = (
    *(
        CloudSource(name, lambda cloud, name=name: cloud.read(name), _rows)  # type: ignore[misc]
        for name in ("hypervisors", "services", "servers")
    ),
    HostSource("domains", lambda _connection: None, lambda h, b: (Row(name, h) for name in b)),
    ProbeSource("files", lambda h, b: (Row(name, h) for name in b)),
)


@dataclass
class Keeper(FakeStore):
    """A store that has all captures."""

    captures: dict[int, list[Any]] = field(default_factory=dict)

    def keep_capture(self, iteration: int, read: int, capture: Any) -> None:
        self.captures.setdefault(iteration, []).append(capture)


LAWS = Laws(SOURCES, (nothing_lies_about,), Patience(hold=1.5), 600.0)


def _hosts_in(answer: Answer) -> tuple[str, ...]:
    return tuple(answer.body)


def _soak(world: World, *then: Any) -> tuple[Analysis, Keeper]:
    """Run one iteration for each of ``then``, which changes the world while its tests run."""
    clock, store = FakeClock(), Keeper()
    observer = Observer(
        sources=SOURCES,
        cloud=world,  # type: ignore[arg-type]
        hypervisors=world,
        clock=clock,
        host_list="hypervisors",
        hosts_in=_hosts_in,
        addresses={"domains": "module:SOURCE"},
        probes=_Files(world) if world.files is not None else None,
    )
    runner = FakeRunner(clock, during=lambda number: then[number - 1]())
    run = soak(
        clock=clock,
        laws=LAWS,
        observe=observer.observe,
        runner=runner,
        store=store,
        iterations=len(then),
    )
    return run.go(), store


def _told(analysis: Analysis) -> list[tuple[int, str, str]]:
    return [(number, change.host, change.what) for number, change in analysis.host_changes.kept]


def _verdicts(analysis: Analysis) -> list[str]:
    return [item.rules_verdict.value for item in analysis.history]


def nothing() -> None:
    return


def _two() -> World:
    return World({"one", "two"}, {"one": [], "two": []})


def _what_becomes_of_two(world: World) -> tuple[Callable[[], None], ...]:
    """Return what leaves something on host two, what takes the host away, and what brings it back
    empty."""

    def planted() -> None:
        world.domains["two"].append("orphan")

    def leaves() -> None:
        world.listed.remove("two")
        del world.domains["two"]

    def comes_back() -> None:
        world.listed.add("two")
        world.domains["two"] = []

    return planted, leaves, comes_back


def test_a_host_that_leaves_is_told_once_and_makes_nothing_unknown() -> None:
    world = _two()

    def leaves() -> None:
        world.listed.remove("two")
        del world.domains["two"]

    analysis, _ = _soak(world, nothing, leaves, nothing, nothing)
    assert _verdicts(analysis) == ["PASS"] * 5
    assert _told(analysis) == [(2, "two", UNSEEN)]
    report = render_all(analysis)
    assert "compute host two left the cloud since iteration 2" in report["report.txt"]
    assert 'name="host.1"' in report["junit/run.xml"]
    assert world.asked[-2:] == [("one",), ("one",)], "nobody waits for it any more"


def test_a_host_that_is_down_is_unknown_by_name_while_nova_knows_it() -> None:
    world = _two()
    analysis, _ = _soak(world, lambda: world.domains.pop("two"), nothing)
    assert _verdicts(analysis) == ["PASS", "UNKNOWN", "UNKNOWN"]
    (doubt,) = analysis.history[2].checks[0].doubts
    assert (doubt.host, doubt.message) == ("two", "domains on two was not seen: no route to host")
    assert _told(analysis) == []


def test_a_host_that_nova_forgot_and_that_answers_is_judged_as_ever() -> None:
    world = _two()

    def forgotten() -> None:
        world.listed.remove("two")
        world.domains["two"] = ["orphan"]

    analysis, _ = _soak(world, forgotten, nothing)
    assert _verdicts(analysis) == ["PASS", "FAIL", "FAIL"]
    assert _told(analysis) == [(1, "two", LEFT)]


def test_a_host_of_which_only_a_part_answers_is_asked_still() -> None:
    """Its libvirt is gone, and its files are seen."""
    world = _two()
    world.files = {"one": [], "two": []}

    def forgotten() -> None:
        world.listed.remove("two")
        del world.domains["two"]

    def left_there() -> None:
        assert world.files is not None
        world.files["two"] = ["file"]

    analysis, _ = _soak(world, forgotten, left_there, nothing)
    assert _verdicts(analysis) == ["PASS", "PASS", "FAIL", "FAIL"]
    assert _told(analysis) == [(1, "two", LEFT)]
    assert world.asked[-1] == ("one", "two")


@pytest.mark.parametrize("view", ["services", "hypervisors", "servers"])
def test_nobody_left_where_nova_does_not_say_whom_it_knows(view: str) -> None:
    world = _two()

    def leaves_unseen() -> None:
        world.listed.remove("two")
        del world.domains["two"]
        world.blind.add(view)

    analysis, _ = _soak(world, leaves_unseen, world.blind.clear)
    assert _verdicts(analysis) == ["PASS", "UNKNOWN", "PASS"]
    assert _told(analysis) == [(2, "two", UNSEEN)]


def test_what_stood_on_a_host_that_left_is_not_said_to_be_gone() -> None:
    world = _two()
    planted, leaves, comes_back = _what_becomes_of_two(world)
    analysis, _ = _soak(world, planted, leaves, nothing)
    (finding,) = analysis.findings
    assert (finding.since, finding.last, finding.closed) == (1, 1, None)
    assert analysis.verdict is Verdict.FAIL
    comes_back()
    analysis, _ = _soak(world, planted, leaves, nothing, comes_back, nothing)
    (finding,) = analysis.findings
    assert (finding.last, finding.closed) == (1, 4)
    assert _told(analysis) == [(2, "two", UNSEEN), (4, "two", BACK)]


def test_a_host_that_comes_is_looked_at_from_then_on() -> None:
    world = _two()

    def comes() -> None:
        world.listed.add("three")
        world.domains["three"] = ["orphan"]

    analysis, _ = _soak(world, nothing, comes, nothing)
    assert _verdicts(analysis) == ["PASS", "PASS", "FAIL", "FAIL"]
    assert _told(analysis) == [(2, "three", CAME)]
    assert "compute host three was first seen in iteration 2" in render_all(analysis)["report.txt"]


def test_a_host_that_comes_and_cannot_be_reached_is_unknown() -> None:
    world = _two()
    analysis, _ = _soak(world, lambda: world.listed.add("three"))
    assert _verdicts(analysis) == ["PASS", "UNKNOWN"]
    assert analysis.history[1].checks[0].doubts[0].host == "three"


def test_a_host_that_comes_back_under_another_name() -> None:
    world = _two()

    def renamed() -> None:
        world.listed ^= {"two", "new"}
        world.domains["new"] = world.domains.pop("two")

    analysis, _ = _soak(world, renamed, lambda: world.domains["new"].append("orphan"))
    assert _verdicts(analysis) == ["PASS", "PASS", "FAIL"]
    assert _told(analysis) == [(1, "new", CAME), (1, "two", UNSEEN)]


def test_evidence_tells_the_same_also_of_what_gave_up_its_captures() -> None:
    world = _two()
    planted, leaves, comes_back = _what_becomes_of_two(world)
    live, store = _soak(world, planted, leaves, nothing, comes_back, nothing)
    whole = [
        Evidence(number, store.records[number], tuple(captures), b"finished" if number else None)
        for number, captures in sorted(store.captures.items())
    ]
    again = tuple(judge_all(whole, LAWS, RUN, parse_tests))
    assert [item.changes for item in again] == [item.changes for item in live.history]
    assert [item.rules_verdict for item in again] == [i.rules_verdict for i in live.history]
    for thinned in range(1, 5):
        judged = judged_from_json(judged_as_json(Judged(again[thinned])))
        parts = [
            Evidence(e.number, e.record, (), judged=judged) if e.number == thinned else e
            for e in whole
        ]
        some = tuple(judge_all(parts, LAWS, RUN, parse_tests))
        assert [item.changes for item in some] == [item.changes for item in again]
        assert some[thinned].checks == again[thinned].checks
