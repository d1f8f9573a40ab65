"""The newest of a row that has no end: what comes and goes for weeks takes no more memory."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 500
"""How many are kept."""


@dataclass(frozen=True)
class Newest(Generic[T]):
    """The newest of them in their order, and the ``number`` of all that there were."""

    number: int = 0
    kept: tuple[T, ...] = ()

    def plus(self, more: Iterable[T]) -> "Newest[T]":
        """Return them with more that came."""
        added = tuple(more)
        kept = (*self.kept, *added)[-MOST:]
        return replace(self, number=self.number + len(added), kept=kept) if added else self

    @property
    def numbered(self) -> list[tuple[int, T]]:
        """Those that are kept, each with its number in the whole row, from 1 on."""
        return list(enumerate(self.kept, self.number - len(self.kept) + 1))
