"""What comes and goes for weeks is counted without an end, and kept up to a bound."""

from hypothesis import given
from hypothesis import strategies as st

from harness.core.iterations.newest import MOST, Newest
from harness.core.iterations.outages import Outages, Sighting
from harness.core.views.host_changes import BACK, LEFT, HostChange


@given(st.lists(st.integers(0, 3 * MOST), max_size=5))
def test_the_newest_are_kept_and_all_are_counted(sizes: list[int]) -> None:
    row, found = list(range(sum(sizes))), Newest[int]()
    rest = iter(row)
    for size in sizes:
        found = found.plus([next(rest) for _ in range(size)])
    assert (found.number, list(found.kept)) == (len(row), row[-MOST:])
    assert found.numbered == [(n + 1, n) for n in row[-MOST:]]


def test_a_service_that_flaps_for_weeks_takes_no_more_memory() -> None:
    told = Outages()
    for look in range(4 * MOST):
        silent = {"compute": "refused"} if look % 2 else {}
        told = told.plus(Sighting(10.0 * look, 10.0 * look + 1, silent))
    assert len(told.over.kept) == MOST
    assert told.all.number == 2 * MOST
    number, newest = told.all.numbered[-1]
    assert (number, newest.since, newest.over) == (2 * MOST, 10.0 * (4 * MOST - 1), None)


def test_a_host_that_flaps_for_weeks_takes_no_more_memory() -> None:
    told = Newest[tuple[int, HostChange]]()
    for number in range(3 * MOST):
        told = told.plus([(number, HostChange("compute1", BACK if number % 2 else LEFT))])
    assert (len(told.kept), told.number) == (MOST, 3 * MOST)
    assert told.kept[-1] == (3 * MOST - 1, HostChange("compute1", BACK))
