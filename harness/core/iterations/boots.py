"""Servers that went to ERROR and boots that failed, and why: what is kept of them in a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN = 3
"""Of how many servers of one cause a run keeps what became of them."""


class Cause(StrEnum):
    """Why there was no room for a server, or what else failed it."""

    LEFT = "tests do not clean up"
    LEAKED = "nova leaks"
    TOO_SMALL = "the cloud is too small for this concurrency"
    TOO_LARGE = "no host could ever take it"
    OTHERS = "servers of no test hold the room"
    OVERCOMMIT = "overcommit"
    STALE = "stale tracker"
    EATEN = "something else has eaten the host"
    NO_HOST = "no host is open to it"
    QUOTA = "quota"
    OTHER = "no matter of room"
    NO_FAULT = "in ERROR without a fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class FailedBoot:
    """One server that failed. ``at`` is nova's ISO 8601 time of the fault, ``request`` the id of
    the request or "", ``wanted`` what it asked for in words, ``maker`` who made it in words.

    ``because`` is the evidence for the cause, one sentence or more.
    """

    server: str
    name: str
    maker: str
    at: str
    fault: str
    request: str
    wanted: str
    cause: Cause
    because: str


@dataclass(frozen=True)
class BootTally:
    """The servers that failed in a run: how many of each cause, and the first of each with the
    iteration."""

    counts: Mapping[Cause, int] = field(default_factory=dict)
    examples: tuple[tuple[int, FailedBoot], ...] = ()

    def plus(self, number: int, boots: Sequence[FailedBoot]) -> "BootTally":
        """Return the tally with what failed in a further iteration."""
        counts, examples = dict(self.counts), list(self.examples)
        for boot in boots:
            if counts.get(boot.cause, 0) < SHOWN:
                examples.append((number, boot))
            counts[boot.cause] = counts.get(boot.cause, 0) + 1
        return BootTally(counts, tuple(examples))

    def __len__(self) -> int:
        return sum(self.counts.values())
