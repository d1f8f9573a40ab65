"""Text from the cloud, made safe to show: what cannot be seen is written out, what is long is cut.

A name, a message or a log of the cloud may hold anything: terminal escapes, marks that turn the
writing direction, halves of characters. Each is shown as its number (``\\x1b``, ``\\u202e``), so
that the reader sees that it was there; only colour sequences are left out.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from harness.core.iterations.spans import Spans, spans

LINE = 300
BLOCK = 4000
"""How many characters of one foreign text are shown, in a line and in a block."""

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_NO_CHARACTERS = "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff"
    r"\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff" + _NO_CHARACTERS + "]"
)
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def line(text: str, limit: int = LINE) -> str:
    """Return the text as one line. Of a longer one than ``limit`` the first so many characters are
    shown, and how many more there are, unless to say so is as long as these."""
    note = f" ... {len(text) - limit} more characters"
    if len(text) > limit + len(note):
        text = f"{text[:limit]}{note}"
    return " ".join(_seen(text).split())


def block(text: str, limit: int = BLOCK) -> str:
    """Return the text with its line ends; of a long one the beginning and the end, unless to say so
    is as long as what is left out."""
    head, tail = text[: limit // 2], text[-(limit // 2) :]
    rest = len(text) - len(head) - len(tail)
    note = f"\n... {rest} more characters ...\n"
    if rest > len(note):
        text = f"{head}{note}{tail}"
    return _seen(text.replace("\r\n", "\n"))


def last_line(text: str) -> str:
    """Return the last line that is not blank: of a traceback, what went wrong."""
    lines = [each for each in text[-BLOCK:].splitlines() if each.strip()]
    return line(lines[-1]) if lines else ""


def cell(text: str, limit: int = LINE) -> str:
    """Return the text as a cell that no spreadsheet takes for a formula."""
    shown = line(text, limit)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def csv_table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of cells as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def some(items: Sequence[str], limit: int, what: str = "", number: int = 0) -> list[str]:
    """Return the first ``limit`` items, and how many more there are where there are more.

    ``number`` is how many there are in all, where ``items`` are not all of them.
    """
    rest = max(len(items), number) - limit
    return [*items[:limit], f"... {rest} more{what}"] if rest > 0 else list(items)


def ranges(numbers: Iterable[int], limit: int = 12) -> str:
    """Return "1-3, 7" for 1, 2, 3, 7; "none" where there is none."""
    runs = (numbers if isinstance(numbers, Spans) else spans(numbers)).runs
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
    return ", ".join(some(shown, limit)) or "none"


def iterations(numbers: Iterable[int], limit: int = 12) -> str:
    """Return "iteration 2", "iterations 1-3, 7"."""
    found = numbers if isinstance(numbers, Spans) else spans(numbers)
    return f"iteration{'' if len(found) == 1 else 's'} {ranges(found, limit)}"


def count(number: int, noun: str) -> str:
    """Return "1 leak", "2 leaks", "2 breaches"."""
    plural = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda match: _written_out(match[0]), _COLOUR.sub("", text))


def _written_out(character: str) -> str:
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
