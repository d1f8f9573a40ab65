"""Numbers of iterations as the stretches that they make: small, however many they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Spans:
    """A set of numbers. ``runs`` are (first, last), ascending, with a gap between any two."""

    runs: tuple[tuple[int, int], ...] = ()

    def plus(self, number: int) -> "Spans":
        """Return the set with one more number, which is most often larger than all others."""
        if not self.runs or number > self.runs[-1][1] + 1:
            return Spans((*self.runs, (number, number)))
        first, last = self.runs[-1]
        if number == last + 1:
            return Spans((*self.runs[:-1], (first, number)))
        return self if number in self else union([self, Spans(((number, number),))])

    def minus(self, other: "Spans") -> "Spans":
        """Return the numbers that the other set does not have."""
        kept: list[tuple[int, int]] = []
        for begin, end in self.runs:
            first = begin
            for taken, until in other.runs:
                if until < first or taken > end:
                    continue
                kept += [(first, taken - 1)] if taken > first else []
                first = until + 1
            kept += [(first, end)] if first <= end else []
        return Spans(tuple(kept))

    def within(self, first: int, last: int) -> bool:
        """Tell whether there is a number from ``first`` to ``last``."""
        held = reversed(self.runs) if first <= last else ()
        return any(begin <= last and end >= first for begin, end in held)

    def __contains__(self, number: int) -> bool:
        return self.within(number, number)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.runs:
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.runs)


NONE = Spans()


def spans(numbers: Iterable[int]) -> Spans:
    """Return the set of some numbers."""
    ordered = sorted(set(numbers))
    breaks = [i for i, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1]
    edges = [0, *breaks, len(ordered)]
    return Spans(tuple((ordered[a], ordered[b - 1]) for a, b in pairwise(edges) if b > a))


def union(sets: Iterable[Spans]) -> Spans:
    """Return the numbers that any of the sets has."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(run for each in sets for run in each.runs):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return Spans(tuple(merged))
