"""Long lists that are not whole in memory: their items are read one after the other, from text."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import msgspec

from harness.core.answers.json_text import json_value
from harness.core.answers.members import PIECE, member, opened


class Texts(Sequence[Any]):
    """A list of JSON values, each as its text. It is as immutable as a tuple."""

    def __init__(self, parts: Iterable[bytes | msgspec.Raw]) -> None:
        self.parts = tuple(parts)

    def texts(self) -> Iterator[bytes | msgspec.Raw]:
        """Yield the text of each item."""
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return list(type(self)(self.parts[index]))
        return next(iter(type(self)([self.parts[index]])))

    def __iter__(self) -> Iterator[Any]:
        return map(json_value, self.texts())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(len(self.parts))


class Pieces(Texts):
    """The same of values that are packed by themselves: each part is a gzip member of its own, just
    as it is stored. What reads a damaged one raises Unreadable."""

    parts: tuple[bytes, ...]

    def texts(self) -> Iterator[bytes]:
        return map(opened, self.parts)


def in_pieces(values: Iterable[Any]) -> Pieces:
    """Pack each value as it comes, so that no two of them are in memory at once."""
    return Pieces(member(written(value), PIECE) for value in values)


def written(value: Any) -> str:
    """Return a value as JSON text without blanks; names keep their order.

    Raises TypeError, ValueError or RecursionError where it is no JSON.
    """
    return json.dumps(value, separators=(",", ":"), default=_whole)


def _whole(value: Any) -> Any:
    if isinstance(value, Texts):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
