"""Whose XML is asked for: domains that lie where nova has no server of theirs."""

from typing import Any

from harness.cli.assembly import suspects
from harness.core.answers.capture import CLOUD, Answer
from harness.sources.domain_xml import MOST, read
from tests.sources.answers import BODIES

DOMAIN = BODIES["domains"]["domains"][0]
SERVER = BODIES["servers"]["pages"][0]["servers"][0]


def _answers(*domains: dict[str, Any], servers: Any = BODIES["servers"]) -> list[Answer]:
    host = SERVER["OS-EXT-SRV-ATTR:host"]
    return [
        Answer("domains", host, 0.0, 1.0, {"domains": list(domains)}),
        Answer("servers", CLOUD, 0.0, 1.0, servers),
    ]


def test_a_domain_of_no_server_is_suspect() -> None:
    stray = {**DOMAIN, "uuid": "00000000-0000-4000-8000-000000000001"}
    mine = {**DOMAIN, "uuid": SERVER["id"]}
    assert suspects(_answers(mine, stray)) == (stray["uuid"],)
    assert suspects(_answers(mine)) == ()


def test_nobody_is_suspect_where_the_servers_are_not_known() -> None:
    stray = {**DOMAIN, "uuid": "00000000-0000-4000-8000-000000000001"}
    assert suspects(_answers(stray)[:1]) == ()
    assert suspects(_answers(stray, servers={"no": "list"})) == ()
    assert suspects(_answers({**stray, "uuid": None})) == ()


def test_only_so_many_are_asked_for() -> None:
    many = [{**DOMAIN, "uuid": f"00000000-0000-4000-8000-{n:012d}"} for n in range(MOST + 5)]
    assert len(suspects(_answers(*many))) == MOST


def test_what_looks_like_a_password_is_taken_out() -> None:
    class Domain:
        def lookupByUUIDString(self, _uuid: str) -> "Domain":  # noqa: N802
            return self

        def XMLDesc(self, _flags: int) -> str:  # noqa: N802
            return "<graphics type='vnc' passwd='hunter2' port='5900'/>"

    [found] = read(Domain(), ["a"])["domains"]
    assert found["xml"] == "<graphics type='vnc' passwd='…' port='5900'/>"
