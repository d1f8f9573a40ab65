"""Every source is asked, and every failure is kept as an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest

from harness.core.answers.bodies import LONG, Packed, in_short
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.ports import HostReply, Unreachable
from harness.core.views.snapshot import parse
from harness.core.views.source import CloudSource, HostSource, ProbeSource, TableSource
from harness.observe import Observer
from tests.toys import FakeClock


@dataclass
class FakeHypervisors:
    replies: Mapping[str, HostReply]
    asked: list[tuple[str, ...]] = field(default_factory=list)
    questions: list[Mapping[str, str]] = field(default_factory=list)

    def ask(self, hosts: Sequence[str], questions: Mapping[str, str]) -> Mapping[str, HostReply]:
        self.asked.append(tuple(hosts))
        self.questions.append(questions)
        return {host: self.replies.get(host, HostReply()) for host in hosts}


def _raise(error: Exception) -> Any:
    raise error


def _observe(
    listed: Any = ("host1",),
    other: Any = "fine",
    known: tuple[str, ...] = (),
    suspects: tuple[str, ...] = (),
    **replies: HostReply,
) -> tuple[Capture, FakeHypervisors]:
    def read(said: Any) -> Any:
        return lambda cloud: _raise(said) if isinstance(said, Exception) else said

    listing = CloudSource("listing", read(listed), lambda body: [])
    another = CloudSource("another", read(other), lambda body: [])
    domains = HostSource("domains", lambda connection: None, lambda host, body: [])
    hypervisors = FakeHypervisors(replies)
    observer = Observer(
        sources=(another, domains, listing),
        cloud=None,  # type: ignore[arg-type]
        hypervisors=hypervisors,
        clock=FakeClock(),
        host_list="listing",
        hosts_in=lambda answer: tuple(answer.body),
        addresses={"domains": "module:SOURCE"},
        exhibit=("xml", "module:EXHIBIT"),
        suspects=lambda answers: suspects if len(answers) > 2 else ("too early",),
    )
    return observer.observe(known), hypervisors


def _answer(capture: Capture, source: str, place: str = CLOUD) -> Answer:
    (found,) = [answer for answer in capture.of(source) if answer.place == place]
    return found


def test_everything_is_asked_once() -> None:
    capture, hypervisors = _observe(host1=HostReply({"domains": {"domains": []}}))
    assert [(answer.source, answer.place) for answer in capture.answers] == [
        ("listing", ""),
        ("another", ""),
        ("domains", "host1"),
    ]
    assert _answer(capture, "domains", "host1").body == {"domains": []}
    assert hypervisors.asked == [("host1",)]


def test_hosts_are_asked_of_what_looks_wrong_when_all_else_is_known() -> None:
    said = HostReply({"domains": {"domains": []}, "xml": {"domains": ["<domain/>"]}})
    capture, hypervisors = _observe(suspects=("a", "b"), host1=said)
    assert hypervisors.questions[1:] == [{"xml": "module:EXHIBIT#a,b"}]
    assert _answer(capture, "xml", "host1").body == {"domains": ["<domain/>"]}
    assert capture.answers[-1].source == "xml"


def test_an_exhibit_that_fails_is_told_and_costs_no_view() -> None:
    capture, _ = _observe(suspects=("a",), host1=HostReply({"domains": []}))
    assert "did not answer" in str(_answer(capture, "xml", "host1").error)
    assert _answer(capture, "domains", "host1").error is None


def test_a_long_answer_is_packed_as_it_comes() -> None:
    long = {"things": ["x"] * LONG}
    kept = in_short(long)
    capture, _ = _observe(other=long, host1=HostReply({"domains": kept}))
    assert isinstance(_answer(capture, "another").kept, Packed)
    assert _answer(capture, "another").body == long
    assert _answer(capture, "domains", "host1").kept is kept
    assert _answer(capture, "listing").kept == ("host1",), "a short one is not"


def test_an_answer_that_could_not_be_stored_costs_its_own_view_only() -> None:
    capture, _ = _observe(other={"no": object()}, host1=HostReply({"domains": {}}))
    assert "TypeError: object is no JSON" in (_answer(capture, "another").error or "")
    assert _answer(capture, "listing").error is None


@pytest.mark.parametrize(
    ("error", "told"),
    [(Unreachable("HTTP 500"), "HTTP 500"), (TypeError("'int'"), "TypeError: 'int'")],
)
def test_a_view_that_fails_costs_no_other(error: Exception, told: str) -> None:
    capture, _ = _observe(other=error, host1=HostReply({"domains": {}}))
    assert told in (_answer(capture, "another").error or "")
    assert _answer(capture, "listing").error is None
    assert _answer(capture, "domains", "host1").error is None


def test_a_host_that_says_nothing_is_told_so() -> None:
    capture, _ = _observe(
        ("host1", "host2"), host2=HostReply(errors={"domains": "libvirt did not answer"})
    )
    assert _answer(capture, "domains", "host1").error == "it did not answer this question"
    assert _answer(capture, "domains", "host2").error == "libvirt did not answer"


def test_where_no_host_is_known_its_views_say_so() -> None:
    capture, hypervisors = _observe(Unreachable("HTTP 500"))
    assert hypervisors.asked == [()]
    assert "which hosts there are is not known" in (_answer(capture, "domains").error or "")


def test_known_hosts_are_asked_where_there_is_no_list() -> None:
    _, hypervisors = _observe(Unreachable("HTTP 500"), known=("host1",))
    assert hypervisors.asked == [("host1",)]


def test_a_host_that_left_the_list_is_asked_still() -> None:
    capture, hypervisors = _observe(("host2",), known=("host1", "host2"))
    assert hypervisors.asked == [("host1", "host2")]
    assert _answer(capture, "domains", "host1").error


def test_a_cloud_without_hosts_has_not_been_seen_to_be_empty() -> None:
    capture, _ = _observe(())
    domains = HostSource("domains", lambda connection: None, lambda host, body: [])
    assert parse(capture, [domains])["domains"].gap()


def test_the_last_source_is_asked_when_all_else_has_answered() -> None:
    order: list[str] = []

    def noting(name: str) -> CloudSource:
        return CloudSource(name, lambda cloud: order.append(name) or ["host1"], lambda body: [])

    class Noting(FakeHypervisors):
        def ask(
            self, hosts: Sequence[str], questions: Mapping[str, str]
        ) -> Mapping[str, HostReply]:
            order.append("domains")
            return super().ask(hosts, questions)

    observer = Observer(
        sources=(noting("a"), noting("servers"), noting("z"), noting("listing")),
        cloud=None,  # type: ignore[arg-type]
        hypervisors=Noting({}),
        clock=FakeClock(),
        host_list="listing",
        hosts_in=lambda answer: tuple(answer.body),
        addresses={"domains": "module:SOURCE"},
        last="servers",
    )
    observer.observe()
    assert (order[0], order[-1]) == ("listing", "servers")
    assert sorted(order) == ["a", "domains", "listing", "servers", "z"]


def test_sources_are_asked_side_by_side_and_told_in_order() -> None:
    meeting = Barrier(2, timeout=10)
    used: dict[str, object] = {}

    def source(name: str) -> CloudSource:
        def read(cloud: Any) -> Any:
            used[name] = cloud
            meeting.wait()  # nobody gets on before another has come
            return name

        return CloudSource(name, read, lambda body: [])

    names = ("b", "d", "a", "c")
    observer = Observer(
        sources=tuple(map(source, names)),
        cloud="one",  # type: ignore[arg-type]
        beside=("two",),  # type: ignore[arg-type]
        hypervisors=FakeHypervisors({}),
        clock=FakeClock(),
        host_list="",
        hosts_in=lambda answer: (),
        addresses={},
    )
    assert [answer.body for answer in observer.observe().answers] == list(names)
    assert {used["b"], used["d"]} == {used["a"], used["c"]} == {"one", "two"}


FILES = ProbeSource("files", lambda host, body: [])


@dataclass
class FakeProbes:
    replies: Mapping[str, HostReply]
    asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)

    def ask(self, hosts: Sequence[str], views: Sequence[str]) -> Mapping[str, HostReply]:
        self.asked.append((tuple(hosts), tuple(views)))
        return {host: self.replies.get(host, HostReply()) for host in hosts}


def _probed(probes: FakeProbes | None, listed: Any = ("host1", "host2")) -> Capture:
    def read(_cloud: Any) -> Any:
        return _raise(listed) if isinstance(listed, Exception) else listed

    return Observer(
        sources=(CloudSource("listing", read, lambda body: []), FILES),
        cloud=None,  # type: ignore[arg-type]
        hypervisors=FakeHypervisors({}),
        clock=FakeClock(),
        host_list="listing",
        hosts_in=lambda answer: tuple(answer.body),
        addresses={},
        probes=probes,
    ).observe()


def test_each_host_is_probed_once_for_all_views() -> None:
    probes = FakeProbes({"host1": HostReply({"files": {}}), "host2": HostReply({}, {"files": "x"})})
    capture = _probed(probes)
    assert probes.asked == [(("host1", "host2"), ("files",))]
    assert _answer(capture, "files", "host1").body == {}
    assert _answer(capture, "files", "host2").error == "x"


def test_without_a_probe_its_views_are_absent_and_say_how_to_get_one() -> None:
    capture = _probed(None)
    answer = _answer(capture, "files")
    assert answer.absent
    assert "--host-probe" in (answer.error or "")
    assert parse(capture, [FILES])["files"].absent == answer.error


@pytest.mark.parametrize("listed", [Unreachable("HTTP 500"), ()])
def test_where_no_host_is_known_probed_views_say_so(listed: Any) -> None:
    capture = _probed(FakeProbes({}), listed)
    assert parse(capture, [FILES])["files"].gap()
    assert not _answer(capture, "files").absent


TABLE = TableSource("table", "SELECT a FROM b", lambda database, body: [])


@dataclass
class FakeDatabases:
    names: tuple[str, ...] = ("nova_cell0", "nova_cell1")
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def ask(self, statements: Mapping[str, str]) -> Mapping[str, HostReply]:
        self.asked.append(statements)
        return {"nova_cell0": HostReply({"table": {}}), "nova_cell1": HostReply({}, {"table": "x"})}


def _stored(databases: FakeDatabases | None) -> Capture:
    return Observer(
        sources=(TABLE,),
        cloud=None,  # type: ignore[arg-type]
        hypervisors=FakeHypervisors({}),
        clock=FakeClock(),
        host_list="",
        hosts_in=lambda answer: (),
        addresses={},
        databases=databases,
    ).observe()


def test_each_database_is_asked_once_for_all_tables() -> None:
    databases = FakeDatabases()
    view = parse(_stored(databases), [TABLE])["table"]
    assert databases.asked == [{"table": "SELECT a FROM b"}]
    assert (dict(view.gaps), view.absent) == ({"nova_cell1": "x"}, "")


def test_without_a_database_its_views_are_absent_and_say_how_to_get_one() -> None:
    capture = _stored(None)
    assert "--nova-database" in parse(capture, [TABLE])["table"].absent
    assert (
        parse(Capture(()), [TABLE])["table"].absent == "no database was asked in this observation"
    )
