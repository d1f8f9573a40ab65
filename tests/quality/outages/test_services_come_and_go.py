"""Outages in mid-run, on real sockets: tokens, keystone, the catalog, and whole services."""

import itertools
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.cloud import OpenStackCloud, connect
from harness.adapters.cloud.breaker import Probing
from harness.core.answers.capture import Capture
from harness.core.iterations.outages import outages, sighting
from harness.core.views.believing import believed
from harness.core.views.snapshot import parse
from tests.quality.outages.cells import LAWS, observer
from tests.quality.outages.faulty_server import FaultyServer, Reply, running

AT_ONCE = Probing(failures=3, first=0.0, longest=0.0)
NEVER = Probing(failures=3, first=3600.0, longest=3600.0)


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with running() as made:
        yield made


def _cloud(server: FaultyServer, folder: Path, probing: Probing = AT_ONCE) -> OpenStackCloud:
    yaml = str(server.clouds_yaml(folder))
    made = connect("fake", timeout=20.0, config_files=[yaml], probing=probing)
    made._sleep = lambda _seconds: None
    return made


def _closed_port() -> str:
    with socket.socket() as lent:
        lent.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{lent.getsockname()[1]}"


def _look(cloud: OpenStackCloud) -> Capture:
    return observer(cloud, LAWS.sources).observe()


def _gaps(capture: Capture) -> set[str]:
    views = parse(capture, LAWS.sources).views
    return {a.source for a in capture.answers if views[a.source].gaps}


def _of(service: str) -> set[str]:
    owners = {"image": {"images"}, "placement": {"providers", "allocations"}}
    return owners[service]


def test_a_token_that_was_revoked_is_renewed_in_silence(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud = _cloud(server, tmp_path)
    assert _gaps(_look(cloud)) == set()
    server.token = "another"
    before = server.logins
    assert _gaps(_look(cloud)) == set()
    assert server.logins == before + 1


def test_keystone_away_costs_nothing_while_the_token_is_good(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud = _cloud(server, tmp_path)
    server.keystone = lambda reply: reply.say({"error": "away"}, 503)
    assert _gaps(_look(cloud)) == set()


def test_keystone_away_and_no_token_is_one_outage_of_the_login(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud = _cloud(server, tmp_path)
    asked = itertools.count()

    def away(reply: Reply) -> None:
        next(asked)
        reply.say({"error": "away"}, 503)

    good = _look(cloud)
    server.token, server.keystone = "another", away
    bad = [_look(cloud) for _ in range(3)]
    assert all(len(_gaps(capture)) == len(good.answers) for capture in bad)
    server.keystone = None
    after = _look(cloud)
    assert _gaps(after) == set()
    [outage] = outages(map(sighting, [good, *bad, after]))
    assert (outage.service, outage.looks, outage.over) == ("login", 3, after.started)
    assert "503" in outage.reason


def test_a_dead_service_is_not_hammered_and_costs_its_own_views_only(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud = _cloud(server, tmp_path, NEVER)
    asked = itertools.count()

    def away(reply: Reply, *_rest: Any) -> None:
        next(asked)
        reply.say({"error": "away"}, 503)

    for name in ("providers", "compute nodes among them"):
        server.acts[name] = away
    looks = [_look(cloud) for _ in range(10)]
    assert all(_gaps(capture) == _of("placement") for capture in looks)
    assert next(asked) == 9, "3 questions of 3 attempts each, and none in the looks after that"
    [outage] = outages(map(sighting, looks))
    assert (outage.service, outage.over) == ("placement", None)


def test_one_bad_url_is_no_outage_of_its_service(server: FaultyServer, tmp_path: Path) -> None:
    cloud = _cloud(server, tmp_path, NEVER)
    server.acts["migrations"] = lambda reply, *_rest: reply.say({"error": "away"}, 503)
    looks = [_look(cloud) for _ in range(5)]
    assert all(_gaps(capture) == {"migrations"} for capture in looks)
    assert outages(map(sighting, looks)) == ()


def test_a_service_that_comes_back_at_another_place_is_found(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud = _cloud(server, tmp_path)
    assert _gaps(_look(cloud)) == set()
    old = server.served.pop("image")
    server.served["image"] = "/moved"
    server.urls["image"] = f"{server.url}/moved"
    assert old != "/moved"
    capture = _look(cloud)
    assert _gaps(capture) == _of("image"), "the token still has the old catalog"
    server.token = "another"
    assert _gaps(_look(cloud)) == set()


def test_a_service_that_moved_and_left_404_behind_is_found_before_the_token_ends(
    server: FaultyServer, tmp_path: Path
) -> None:
    cloud, now = _cloud(server, tmp_path), [0.0]
    cloud._clock = lambda: now[0]
    cloud._connected = 0.0
    assert _gaps(_look(cloud)) == set()
    server.served["image"] = "/moved"
    server.urls["image"] = f"{server.url}/moved"
    before = server.logins
    assert _gaps(_look(cloud)) == _of("image")
    assert server.logins == before, "things that are gone say 404 as well: no login for each"
    now[0] = 61.0
    assert _gaps(_look(cloud)) == set()
    assert server.logins == before + 1
    assert _gaps(_look(cloud)) == set()
    assert server.logins == before + 1


@pytest.mark.parametrize("service", ["image", "placement"])
def test_a_refused_connection_is_an_outage_until_the_catalog_has_it_right(
    server: FaultyServer, tmp_path: Path, service: str
) -> None:
    right = server.urls[service]
    server.urls[service] = _closed_port()
    cloud = _cloud(server, tmp_path)
    looks = [_look(cloud) for _ in range(4)]
    assert all(_gaps(capture) == _of(service) for capture in looks)
    server.urls[service] = right
    looks.append(_look(cloud))
    assert _gaps(looks[-1]) == set()
    [outage] = outages(map(sighting, looks))
    assert (outage.service, outage.over) == (service, looks[-1].started)
    assert "refused" in outage.reason or "supported versions" in outage.reason


def test_a_service_that_leaves_the_catalog_is_not_taken_for_one_that_never_was(
    server: FaultyServer, tmp_path: Path
) -> None:
    before = parse(_look(_cloud(server, tmp_path)), LAWS.sources)
    del server.urls["block_storage"]
    after = parse(_look(_cloud(server, tmp_path)), LAWS.sources)
    assert after["volumes"].absent
    assert after["volumes"].gaps == {}
    [gap] = believed(after, LAWS.sources, before)["volumes"].gaps.values()
    assert "at the baseline it had one" in gap
