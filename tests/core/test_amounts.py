"""What each host holds: missing is None, empty is 0."""

from collections import Counter

from harness.core.iterations.amounts import difference, measure
from harness.core.views.snapshot import Snapshot, View
from harness.core.views.source import DRIVER, CloudSource, DriverSource, Gauge, HostSource
from tests.core.test_snapshot import Thing

GAUGE = Gauge("things", "", lambda rows: Counter(row.host for row in rows))
CLOUDY = CloudSource("cloudy", lambda cloud: None, lambda body: [], (GAUGE,))
HOSTLY = HostSource("hostly", lambda connection: None, lambda host, body: [], (GAUGE,))
HOSTS = {"host1": "host1", "host1.example.org": "host1", "host2": "host2"}


def _measure(source: CloudSource | HostSource, view: View) -> dict[str, object]:
    snapshot = Snapshot(0.0, {source.name: view})
    return {host: row["things"] for host, row in measure(snapshot, [source], HOSTS).items()}


def test_a_host_without_rows_holds_nothing() -> None:
    view = View("cloudy", (Thing("a", "host1"),))
    assert _measure(CLOUDY, view) == {"host1": 1.0, "host2": 0.0}


def test_what_a_node_holds_is_its_hosts() -> None:
    view = View("cloudy", (Thing("a", "host1.example.org"), Thing("b", "host1")))
    assert _measure(CLOUDY, view)["host1"] == 2.0


def test_a_view_with_a_gap_is_not_zero() -> None:
    assert _measure(CLOUDY, View("cloudy", gaps={"": "HTTP 500"})) == {"host1": None, "host2": None}


def test_a_host_with_a_gap_is_not_zero() -> None:
    view = View("hostly", gaps={"host2": "no route"}, asked=frozenset(["host1", "host2"]))
    assert _measure(HOSTLY, view) == {"host1": 0.0, "host2": None}


def test_a_host_that_was_not_asked_is_not_zero() -> None:
    view = View("hostly", asked=frozenset(["host1"]))
    assert _measure(HOSTLY, view) == {"host1": 0.0, "host2": None}


def test_a_difference_is_known_where_both_are() -> None:
    now = {"host1": {"things": 3.0, "more": None}, "new": {"things": 1.0}}
    then = {"host1": {"things": 5.0, "more": 1.0}, "gone": {"things": 2.0}}
    assert difference(now, then) == {
        "gone": {"things": None},
        "host1": {"things": -2.0, "more": None},
        "new": {"things": None},
    }


def test_the_driver_holds_its_own_and_nothing_of_a_hosts() -> None:
    own = DriverSource(
        "own", lambda process: process, (Gauge("files", "", lambda rows: {DRIVER: 7}),)
    )
    snapshot = Snapshot(
        0.0,
        {
            "own": View("own", (Thing("a", DRIVER),)),
            "cloudy": View("cloudy", (Thing("b", "host1"),)),
        },
    )
    held = measure(snapshot, [own, CLOUDY], HOSTS)
    assert held == {"host1": {"things": 1.0}, "host2": {"things": 0.0}, DRIVER: {"files": 7}}
