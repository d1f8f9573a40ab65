"""What a kind looked like when it was planted: kept, so that rules are tried on it without a cloud.

A recording is judged by the rules whose views it has; one of a view that is newer is left out.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.adapters.atomic_file import write_atomically
from harness.core.answers.capture import Capture, capture_from_json
from harness.core.rules.invariant import Check
from harness.core.rules.origin import Origin
from harness.core.rules.reading import Patience, confirmed
from harness.core.rules.verdict import Verdict
from harness.core.runs.judging import Laws, look
from harness.selftest.comparison import Comparison, compare
from harness.selftest.court import at_rest, in_first_iteration
from harness.selftest.kind import Expected, Planted

_SUFFIX = ".json.gz"


@dataclass(frozen=True)
class Recording:
    """The captures of a planted leak, and what must be said of them.

    ``baseline`` and ``prefix`` are those of a run, or None and "" where it is judged at rest.
    """

    kind: str
    expected: tuple[Expected, ...]
    captures: tuple[Capture, ...]
    patience: Patience
    baseline: Capture | None = None
    prefix: str = ""

    def judge(self, laws: Laws) -> tuple[Check, ...]:
        """Judge the captures by the rules that have their views in them."""
        laws = self._within(laws)
        around = at_rest(laws)
        if self.baseline:
            around = in_first_iteration(laws, self.baseline, self.prefix)
        readings = [look(capture, laws, around)[1] for capture in self.captures]
        return confirmed(readings, self.patience)

    def compared(self, laws: Laws) -> Comparison:
        """Say what the self-test would: found just as planted, or what is not so."""
        return compare(Planted(self.expected), self.judge(laws))

    def shortened(self, laws: Laws) -> "Recording":
        """Return the recording with its first and last capture alone, where they tell as much."""
        short = replace(self, captures=(self.captures[0], self.captures[-1]))
        return short if short.compared(laws).verdict is Verdict.PASS else self

    @property
    def seen(self) -> set[str]:
        """Return the views that every capture has whole, or that the cloud does not have."""
        answers = [answer for capture in self.captures for answer in capture.answers]
        failed = {one.source for one in answers if one.error is not None and not one.absent}
        return {one.source for one in answers} - failed

    def _within(self, laws: Laws) -> Laws:
        """Return the laws without the views that were not seen when this was recorded."""
        asked = self.seen
        return replace(
            laws,
            sources=tuple(source for source in laws.sources if source.name in asked),
            invariants=tuple(
                replace(law, also=_only(law.also, asked), beside=_only(law.beside, asked))
                for law in laws.invariants
                if set(law.needs) <= asked
            ),
        )


def _only(names: Sequence[str], asked: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in asked)


def store(recording: Recording, folder: Path, hidden: str = "") -> None:
    """Write a recording into a folder, by the name of its kind.

    ``hidden`` is a path of the machine, which need not be in it.
    """
    data = {
        "kind": recording.kind,
        "expected": [_plain(item) for item in recording.expected],
        "captures": [capture.as_json() for capture in recording.captures],
        "patience": {
            "hold": recording.patience.hold,
            "audit_interval": recording.patience.audit_interval,
        },
        "baseline": recording.baseline.as_json() if recording.baseline else None,
        "prefix": recording.prefix,
    }
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    text = text.replace(hidden, "/lab") if hidden else text
    write_atomically(folder / f"{recording.kind}{_SUFFIX}", gzip.compress(text.encode(), mtime=0))


def load(folder: Path) -> dict[str, Recording]:
    """Return kind -> recording for each one in a folder."""
    found = [_read(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
    return {recording.kind: recording for recording in found}


def _read(path: Path) -> Recording:
    data: Mapping[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    captures: Sequence[Any] = data["captures"]
    return Recording(
        data["kind"],
        tuple(_expected(item) for item in data["expected"]),
        tuple(capture_from_json(capture) for capture in captures),
        Patience(**data["patience"]),
        capture_from_json(data["baseline"]) if data["baseline"] else None,
        data["prefix"],
    )


def _plain(item: Expected) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "subject": item.subject,
        "host": item.host,
        "origin": item.origin.name,
        "amounts": dict(item.amounts),
        "words": list(item.words),
    }


def _expected(data: Mapping[str, Any]) -> Expected:
    return Expected(
        data["rule"],
        data["subject"],
        data["host"],
        Origin[data["origin"]],
        data["amounts"],
        tuple(data["words"]),
    )
