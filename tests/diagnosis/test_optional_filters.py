"""Filters that an operator may have turned on: what they would say, and no more."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from harness.core.iterations.boots import Cause, FailedBoot
from harness.sources.aggregates import Aggregate
from tests.diagnosis.scenes import cause_in, failed
from tests.invariants.clouds import H1, H2, SMALL, Cloud

MINE, YOURS = "project-1", "project-2"
SSD = replace(SMALL, extra_specs={"ssd": "true"})
SCOPED = replace(SMALL, extra_specs={"aggregate_instance_extra_specs:ssd": "true"})
OTHERS = replace(SMALL, extra_specs={"hw:cpu_policy": "shared"})


def _aggregate(metadata: Mapping[str, str | None], *hosts: str) -> Aggregate:
    name = f"on {' '.join(hosts)}"
    return Aggregate(name, name, "", hosts, "", "", metadata=metadata)


def _told(*aggregates: Aggregate, **boot: Any) -> FailedBoot:
    told = cause_in(Cloud(servers=(failed(**boot),), others={"aggregates": aggregates}))
    assert told.cause is Cause.UNKNOWN, "no API says which filters are on"
    assert "placement had room on compute1, compute2" in told.because
    return told


def test_hosts_that_are_kept_for_other_projects() -> None:
    because = _told(_aggregate({"filter_tenant_id": YOURS}, H1, H2)).because
    assert (
        "AggregateMultiTenancyIsolation would leave none of these hosts, if it is on: "
        "compute1 is kept for other projects, compute2 is kept for other projects"
    ) in because
    assert "limit_tenants_to_placement_aggregate" not in because


def test_a_project_that_is_among_those_of_the_host() -> None:
    aggregate = _aggregate({"filter_tenant_id": YOURS, "filter_tenant_id2": MINE}, H1, H2)
    assert "would" not in _told(aggregate).because


def test_one_host_that_is_open_is_enough() -> None:
    assert "would" not in _told(_aggregate({"filter_tenant_id": YOURS}, H1)).because


def test_a_projects_own_aggregate_without_a_host_that_is_seen() -> None:
    because = _told(_aggregate({"filter_tenant_id_a": MINE}, "compute9")).because
    assert "[scheduler] limit_tenants_to_placement_aggregate would leave none" in because
    assert "compute1 is not in the project's aggregate 'on compute9'" in because


@pytest.mark.parametrize("flavor", [SSD, SCOPED])
@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({}, "is in no aggregate with ssd, which the flavor asks for"),
        ({"ssd": "no, maybe"}, "has no aggregate with ssd=true, which the flavor asks for"),
        ({"ssd": "no, true"}, ""),
        ({"ssd": None}, ""),
    ],
)
def test_what_a_flavor_asks_of_aggregates(
    flavor: Any, metadata: dict[str, str | None], said: str
) -> None:
    because = _told(_aggregate(metadata, H1, H2), flavor=flavor).because
    assert ("AggregateInstanceExtraSpecsFilter would leave none" in because) is bool(said)
    assert said in because


def test_a_spec_of_another_scope_is_none_of_the_filters() -> None:
    assert "would" not in _told(flavor=OTHERS).because


def test_an_operator_is_not_worked_out() -> None:
    flavor = replace(SMALL, extra_specs={"ssd": "<or> yes <or> true"})
    assert "would" not in _told(_aggregate({"ssd": "true"}, H1, H2), flavor=flavor).because


def test_an_aggregate_for_those_who_ask_for_a_trait() -> None:
    because = _told(_aggregate({"trait:CUSTOM_GPU": "required"}, H1, H2)).because
    assert "[scheduler] enable_isolated_aggregate_filtering would leave none" in because
    assert "compute1 has an aggregate for those who ask for trait CUSTOM_GPU" in because


def test_filters_that_leave_none_together_only() -> None:
    because = _told(
        _aggregate({"filter_tenant_id": YOURS}, H1),
        _aggregate({"trait:CUSTOM_GPU": "required"}, H2),
    ).because
    assert "would together leave none of these hosts, if on" in because
    assert "AggregateMultiTenancyIsolation: compute1 is kept for other projects" in because


def test_aggregates_that_were_not_seen() -> None:
    gaps = {"aggregates": {"": "HTTP 503"}}
    told = cause_in(Cloud(servers=(failed(SMALL),), gaps=gaps))
    assert told.cause is Cause.UNKNOWN
    assert "aggregates was not seen: HTTP 503" in told.because
