"""Secrets, taken out of what is kept and shown: by their value where it is known, by the name of
their field, and by their place in a URL.

A value counts when it has ``SHORTEST`` characters or more: the word "admin" as somebody's password
must not blot out the project of that name. Shorter ones go by the names of their fields.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

GONE = "***"
SHORTEST = 8

_WORD = r"""(?: pass(?:word|wd|phrase|code) | (?:(?<=admin)|(?<=admin_))pass | user_?data
    | secret(?:_?key)? | (?:(?<=private)|(?<=private_)|(?<=access_)|(?<=api)|(?<=api_))key | token
    | credentials? | authorization )"""
_NAME = re.compile(rf"{_WORD}$", re.IGNORECASE | re.VERBOSE)
_VALUE = re.compile(
    rf"""{_WORD}\\?["']?\s*[:=]\s*(?!(?:null|none|true|false)\b)"""
    r"""(?: "(?P<double>(?:\\.|[^"\\\n])*)
      | '(?P<single>(?:\\.|[^'\\\n])*)
      | \\(?P<quote>["'])(?P<escaped>(?:(?!\\?["'])[^\n])*)
      | (?:(?:basic|bearer|digest)\s+)?(?P<bare>[^\s"'\\,;&<>{}\])(|\[]+) )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_NESTED = re.compile(rf"{_WORD}\"\s*:\s*[{{\[]", re.VERBOSE)
_IN_URL = re.compile(r"://[^\s/@:\"'<>]*:(?P<bare>[^\s/@\"'<>]+)@")
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<bare>[^\"'<>]*?)(?:-----END |\Z|[\"'<>])")
_STEMS = ("pass", "user_data", "userdata", "secret", "key", "token", "credential", "authorization")
_SIGNS = (*((stem, _VALUE) for stem in _STEMS), ("://", _IN_URL), ("-----begin ", _KEY))
"""What shows that a secret may follow, in small letters, and the pattern that then tells where."""


def is_secret(name: str) -> bool:
    """Tell whether a field of this name holds a secret: "adminPass", "OS_PASSWORD"."""
    return bool(_NAME.search(name))


@dataclass(frozen=True)
class Secrets:
    """Values that must show nowhere, in none of the forms in which they travel."""

    values: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: Iterable[object]) -> "Secrets":
        """Return those of the values that are texts long enough to be told from common words."""
        return cls(frozenset(v for v in values if isinstance(v, str) and len(v) >= SHORTEST))

    def __or__(self, others: "Secrets") -> "Secrets":
        return Secrets(self.values | others.values)

    def __repr__(self) -> str:
        return f"Secrets({len(self.values)})"

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Every form of every value, the longest first."""
        found = {form for value in self.values for form in _forms(value)}
        return tuple(sorted(found, key=lambda form: (-len(form), form)))

    @cached_property
    def _encoded(self) -> tuple[bytes, ...]:
        return tuple(form.encode("utf-8", "surrogateescape") for form in self.forms)

    def shown(self, text: str) -> str:
        """Return a text as it may be shown."""
        text = self._by_value(text)
        for start, end in reversed(_spans(text)):
            text = f"{text[:start]}{GONE}{text[end:]}"
        return text

    def read(self, text: str) -> Any:
        """Return what a JSON text says, without what fields of secrets hold and known values.

        Raises ValueError and RecursionError as ``json.loads`` does.
        """
        try:
            data = json.loads(self._by_value(text))
        except ValueError:  # a known value that is a number may have been one in the text
            return self._public(json.loads(text))
        return self._public(data) if _spans(text) or _nested(text) else data

    def _public(self, data: Any) -> Any:
        """Return JSON without secrets: what their fields hold, whatever it is, is one text."""
        if isinstance(data, Mapping):
            return {self._by_value(name): self._field(name, data[name]) for name in data}
        if isinstance(data, list):
            return [self._public(item) for item in data]
        if not isinstance(data, str):
            return data
        return self.shown(data) if _hints(data) else self._by_value(data)

    def _field(self, name: str, value: Any) -> Any:
        kept = value is None or isinstance(value, bool) or not is_secret(name)
        return self._public(value) if kept else GONE

    def masked(self, data: bytes) -> bytes:
        """Return data of the same length with the secrets in it covered: each byte is a "*"."""
        for form in self._encoded:
            if form in data:
                data = data.replace(form, b"*" * len(form))
        spans = _spans(data.decode("latin-1"))
        if not spans:
            return data
        covered = bytearray(data)
        for start, end in spans:
            covered[start:end] = re.sub(rb"[^\n]", b"*", data[start:end])
        return bytes(covered)

    def _by_value(self, text: str) -> str:
        for form in self.forms:
            if form in text:
                text = text.replace(form, GONE)
        return text


NOTHING = Secrets()


def secrets_in(data: Any, name: str = "") -> Iterator[str]:
    """Yield what fields of secrets hold in a mapping of any depth, and passwords in URLs."""
    if isinstance(data, Mapping):
        for inner, value in data.items():
            yield from secrets_in(value, str(inner))
    elif isinstance(data, list | tuple):
        for value in data:
            yield from secrets_in(value, name)
    elif isinstance(data, str):
        if is_secret(name):
            yield data
        yield from (match["bare"] for match in _IN_URL.finditer(data))


def _forms(value: str) -> Iterator[str]:
    yield from (value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
    yield repr(value)[1:-1]
    raw = value.encode("utf-8", "surrogateescape")
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield _certain(encode(b"\0" * before + raw).decode(), before, len(raw))


def _certain(encoded: str, before: int, length: int) -> str:
    """Return the digits of base64 that depend on nothing but the value."""
    return encoded[-(-before * 8 // 6) : (before + length) * 8 // 6]


def _hints(text: str) -> bool:
    small = text.lower()
    return any(sign in small for sign, _ in _SIGNS)


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where secrets stand that are told by their names or places, in order, none twice."""
    small = _small(text)
    found = sorted(span for sign, pattern in _SIGNS for span in _told(text, small, sign, pattern))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _told(text: str, small: str, sign: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for at in _places(small, sign):
        if match := pattern.match(text, at):
            name = _group(match)
            if match.end(name) > match.start(name):
                yield match.span(name)


def _nested(text: str) -> bool:
    """Tell whether a list or an object stands under the name of a secret in a JSON text."""
    small = _small(text)
    return any(_NESTED.match(small, at) for stem in _STEMS for at in _places(small, stem))


def _places(small: str, sign: str) -> Iterator[int]:
    at = small.find(sign)
    while at >= 0:
        yield at
        at = small.find(sign, at + len(sign))


def _small(text: str) -> str:
    """Return a text of the same length in small letters, with what is not ASCII left out."""
    return text.encode("ascii", "replace").lower().decode()


def _group(match: re.Match[str]) -> str:
    names = ("double", "single", "escaped", "bare")
    return next(name for name in names if match.groupdict().get(name) is not None)
