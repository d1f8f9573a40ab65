"""A report that gets a line with each iteration: it is added to, and not written anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Growing:
    """A further line of a file. ``head`` is the file's first line as it must be by now.

    ``first``: the file begins with this line, whatever is there. ``widened`` returns the text of
    an earlier head as it is below this one. Lines end with a line end.
    """

    head: str
    line: str
    first: bool
    widened: Callable[[str], str]

    def onto(self, old: str | None) -> str:
        """Return the file's text with the line; ``old`` is what is there, None for nothing."""
        if self.first or old is None:
            return self.head + self.line
        return (old if old.startswith(self.head) else self.widened(old)) + self.line


Files = Mapping[str, str | Growing]
"""File name -> its text, or what is to be added to it."""
