"""Servers that went to ERROR and boots that failed, and why: what is kept of them in a run."""

from dataclasses import dataclass
from enum import StrEnum


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
