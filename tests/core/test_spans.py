"""Sets of numbers as stretches hold what sets hold."""

from hypothesis import given
from hypothesis import strategies as st

from harness.core.iterations.spans import NONE, spans, union

NUMBERS = st.lists(st.integers(0, 40))


@given(NUMBERS)
def test_adding_one_by_one_gives_the_set(numbers: list[int]) -> None:
    grown = NONE
    for number in numbers:
        grown = grown.plus(number)
    assert grown == spans(numbers)
    assert list(grown) == sorted(set(numbers))
    assert len(grown) == len(set(numbers))


@given(NUMBERS, NUMBERS)
def test_union_and_difference_are_those_of_sets(left: list[int], right: list[int]) -> None:
    assert set(union([spans(left), spans(right)])) == {*left, *right}
    assert spans(left).minus(spans(right)) == spans(set(left) - set(right))


@given(NUMBERS, st.integers(0, 40), st.integers(0, 40))
def test_within_tells_whether_some_number_lies_there(
    numbers: list[int], first: int, last: int
) -> None:
    assert spans(numbers).within(first, last) == any(first <= n <= last for n in numbers)


def test_ten_thousand_in_a_row_are_one_stretch() -> None:
    grown = NONE
    for number in range(10_000):
        grown = grown.plus(number)
    assert grown.runs == ((0, 9_999),)
