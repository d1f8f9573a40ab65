"""How hosts stood at the moment of a boot, by the looks before and after it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from harness.accounting.cloud_clock import since_epoch
from harness.core.apis.standing import Standing
from harness.core.iterations.boots import Cause, FailedBoot
from harness.diagnosis.boots import demand_of, diagnose
from harness.diagnosis.standings import nearest, standing_of
from harness.sources.aggregates import Aggregate
from tests.diagnosis.scenes import AT, NO_HOST, failed
from tests.invariants.clouds import H1, H2, NOW, RUN, SMALL, Cloud, service

THEN = since_epoch(AT) or 0.0
ZONES = {H1: "nova", H2: "nova"}
OPEN = Standing(0.0, ZONES, {})
SHUT = ("its nova-compute is disabled: kernel",)
BOTH = replace(OPEN, closed={H1: SHUT, H2: SHUT})


def _at(standing: Standing, later: float) -> Standing:
    return replace(standing, moment=THEN + later)


def _told(*reads: Standing, services: Sequence[Any] = (), **boot: Any) -> FailedBoot:
    cloud = Cloud(servers=(failed(SMALL, **boot),), services=tuple(services) or None)
    (told,) = diagnose(cloud.snapshot(), RUN, (), since=NOW - 3600, reads=reads)
    return told


def test_closed_before_and_after_and_open_again_at_the_look() -> None:
    boot = _told(_at(BOTH, -40.0), _at(BOTH, 12.0))
    assert boot.cause is Cause.NO_HOST
    assert f"compute1: {SHUT[0]} (40 s before and 12 s later)" in boot.because


def test_closed_at_the_look_only_is_not_the_cause() -> None:
    now = (service(H1, enabled=False), service(H2, enabled=False))
    boot = _told(_at(OPEN, -40.0), _at(OPEN, 12.0), services=now)
    assert boot.cause is Cause.UNKNOWN
    assert "nothing that was seen speaks against these hosts" in boot.because


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (BOTH, OPEN, f"{SHUT[0]} (40 s before), it was open (12 s later)"),
        (OPEN, BOTH, f"it was open (40 s before), {SHUT[0]} (12 s later)"),
    ],
)
def test_closed_in_one_of_both_looks_is_told_and_not_judged(
    before: Standing, after: Standing, said: str
) -> None:
    boot = _told(_at(before, -40.0), _at(after, 12.0))
    assert boot.cause is Cause.UNKNOWN
    assert "nothing that was seen speaks for certain" in boot.because
    assert f"closed in one of the looks around it: compute1: {said}" in boot.because


def test_a_zone_as_it_was_then() -> None:
    then = replace(OPEN, zones={H1: "west", H2: "east"})
    failure = failed().failure
    assert failure
    asked = replace(failure, zone="east")
    boot = _told(_at(then, -40.0), _at(then, 12.0), failure=asked)
    assert "compute1: it is in zone west, and east was asked for (40 s before" in boot.because
    north = replace(asked, zone="north")
    assert _told(_at(then, -40.0), _at(then, 12.0), failure=north).cause is Cause.NO_HOST


@pytest.mark.parametrize(
    "changes",
    [{"host": H1}, {"message": "Exceeded maximum number of retries."}],
    ids=["it has a host", "hosts were tried"],
)
def test_the_zone_of_a_host_that_was_chosen_is_not_taken_for_asked(changes: dict[str, str]) -> None:
    boot = failed(SMALL, message=changes.get("message", NO_HOST))
    assert boot.failure
    moved = structs.replace(
        boot, host=changes.get("host", ""), failure=replace(boot.failure, zone="east")
    )
    assert demand_of(moved).zone == ""
    assert demand_of(
        structs.replace(moved, host="", failure=replace(moved.failure, message=NO_HOST))
    ).zone


def test_a_host_that_was_not_there_before() -> None:
    before = replace(OPEN, zones={H1: "nova"}, closed={H1: SHUT})
    boot = _told(_at(before, -40.0), _at(replace(OPEN, closed={H1: SHUT}), 12.0))
    assert boot.cause is Cause.UNKNOWN
    assert "compute2: nova lists no such compute node (40 s before), it was open" in boot.because


def test_the_nearest_of_many_looks_count() -> None:
    looks = [replace(OPEN, moment=moment) for moment in (9.0, 1.0, 5.0, 7.0)]
    assert [each.moment for each in nearest(looks, 6.0)] == [5.0, 7.0]
    assert [each.moment for each in nearest(looks, 0.0)] == [1.0]
    assert [each.moment for each in nearest(looks, None)] == [9.0]
    assert nearest([], 6.0) == ()


def test_what_a_look_says_of_each_host() -> None:
    east = Aggregate("a", "a", "east", (H2,), "", "")
    services = (service(H1, forced_down=True), service(H2))
    cloud = Cloud(services=services, others={"aggregates": (east,)})
    stood = standing_of(cloud.snapshot())
    assert stood
    assert (stood.zones, dict(stood.closed)) == (
        {H1: "nova", H2: "east"},
        {H1: ("its nova-compute is forced down",)},
    )
    assert stood.reports == {H1: services[0].updated, H2: services[1].updated}


def test_a_look_that_did_not_see_the_services_says_nothing() -> None:
    assert standing_of(Cloud(gaps={"services": {"": "HTTP 503"}}).snapshot()) is None


def test_zones_that_were_not_seen_close_no_host() -> None:
    stood = standing_of(Cloud(gaps={"aggregates": {"": "HTTP 503"}}).snapshot())
    assert stood
    assert stood.zones == {H1: "", H2: ""}
    failure = failed().failure
    assert failure
    boot = _told(_at(stood, -1.0), failure=replace(failure, zone="east"))
    assert "zone east" not in boot.because.replace("(600 s later)", "")
