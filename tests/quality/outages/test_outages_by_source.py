"""Every URL that a source asks, with every fault: UNKNOWN with the reason, and the rest is judged.

``python -m tests.quality.outages`` prints the table.
"""

import time
from collections.abc import Iterator

import pytest

from harness.core.rules.verdict import Verdict
from harness.core.views.source import CloudSource
from tests.quality.outages.cells import LAWS, LONG, SHORT, SLOW, Bench, bench
from tests.quality.outages.expected import FAILS, SEEN, wrong
from tests.quality.outages.faults import FAULTS
from tests.quality.outages.faulty_server import running
from tests.quality.outages.recorded_cloud import ENDPOINTS, Endpoint

PATIENT = 30.0
"""Seconds that a loaded machine may add: an answer that drips would take over an hour."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with running() as server, bench(server, tmp_path_factory.mktemp("cloud")) as made:
        yield made


def test_the_healthy_cloud_is_seen_whole_and_passes(cloud: Bench) -> None:
    cell = cloud.judged("", "", cloud.healthy)
    assert cell.gaps == {}
    assert cell.named(Verdict.FAIL) | cell.named(Verdict.UNKNOWN) == set()
    assert set(cloud.asks) == {s.name for s in LAWS.sources if isinstance(s, CloudSource)}


def test_every_url_that_is_asked_is_in_the_table(cloud: Bench) -> None:
    assert {name for urls in cloud.asks.values() for name in urls} == {e.name for e in ENDPOINTS}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_what_is_not_seen_is_unknown_and_the_rest_is_judged(
    cloud: Bench, endpoint: Endpoint
) -> None:
    mistakes = {}
    for fault in cloud.cells(endpoint):
        cell = cloud.look(endpoint, fault)
        if lines := wrong(cloud, endpoint, fault, cell):
            mistakes[fault.name] = lines
    assert mistakes == {}


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.name in SLOW], ids=lambda f: f.name)
def test_no_look_outlasts_its_limits(cloud: Bench, fault: object) -> None:
    [slow] = [f for f in FAULTS if f is fault]
    [endpoint] = [e for e in ENDPOINTS if e.name == "images"]
    started = time.monotonic()
    cell = cloud.look(endpoint, slow)
    assert time.monotonic() - started < SHORT + PATIENT
    assert f"no whole answer within {SHORT:g} s" in cell.gaps["images"]
    assert LONG > SHORT


def test_no_exception_is_kept_for_a_cell_that_is_not_there(cloud: Bench) -> None:
    there = {(e.name, f.name) for e in ENDPOINTS for f in cloud.cells(e)}
    assert {cell for cell in (*SEEN, *FAILS) if cell[1] != "every fault"} <= there
