"""Numbers as they are shown."""

import pytest

from harness.reports.figures import readable, shown, signed


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, "unknown"),
        (float("nan"), "unknown"),
        (3.0, "3"),
        (0.0, "0"),
        (25.1022148132, "25.102"),
        (0.001, "0.001"),
        (3.81469726562e-06, "0.000004"),
        (-0.0004, "-0.0004"),
        (1e-30, "0.000000000000000000000000000001"),
        (1234567.5, "1234567.5"),
        (1e300, str(int(1e300))),
    ],
)
def test_a_person_reads_a_thousandth_and_never_an_exponent(value: float | None, read: str) -> None:
    assert readable(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [(0.267570495605, "+0.268"), (-2.0, "-2"), (0.0, "0"), (None, "unknown")]
)
def test_a_change_has_its_sign(value: float | None, read: str) -> None:
    assert signed(value) == read


def test_a_machine_reads_all_of_it() -> None:
    assert shown(25.1022148132) == "25.1022148132"
