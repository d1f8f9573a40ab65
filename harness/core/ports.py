"""What the inner rooms need from the world outside; the adapters give it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.core.faults.fault_plan import Step


class Unreachable(Exception):
    """A view could not be read; the text is one line that says why.

    ``status`` is the HTTP status of the answer, or None where none came or it was no JSON.
    ``silent`` names the service that is taken not to answer at all, or is "".
    """

    def __init__(self, reason: str, status: int | None = None, silent: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.silent = silent

    @property
    def gone(self) -> bool:
        """True where the service answered that there is no such thing."""
        return self.status == 404


class Cloud(Protocol):
    """The REST APIs of a cloud."""

    def get(
        self,
        service: str,
        path: str,
        *,
        microversion: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """GET ``path`` of a service type such as "compute" and return its JSON.

        Raises Absent where the catalog has no such service, and Unreachable for anything else but a
        JSON answer with a status below 400.
        """
        ...


def went(
    cloud: Cloud, service: str, path: str, error: Unreachable, microversion: str | None = None
) -> None:
    """Return where the thing at ``path``, of which a part was not found, is gone. Raises ``error``
    where it is still there: then its part cannot be told, and is not missing."""
    if not error.gone:
        raise error
    try:
        cloud.get(service, path, microversion=microversion)
    except Unreachable as answer:
        if answer.gone:
            return
    raise error


class Absent(Unreachable):
    """The cloud has no such service or extension at all, as its catalog or API says."""


@dataclass(frozen=True)
class HostReply:
    """What a host said to each question: source name -> JSON, or source name -> why not.

    A body may be kept as ``bodies.Packed``; there may be thousands of hosts.
    """

    bodies: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


class Hypervisors(Protocol):
    """The hypervisors of the compute hosts."""

    def ask(self, hosts: Sequence[str], questions: Mapping[str, str]) -> Mapping[str, HostReply]:
        """Put questions (source name -> "module:attribute" of its HostSource) to each host.

        That of an Exhibit is followed by "#" and the uuids that it is asked of, with commas.

        Returns a reply for every host within a time limit; never raises for a host's sake.
        """
        ...


class HostProbes(Protocol):
    """What the compute hosts themselves hold: files, processes, interfaces."""

    def ask(self, hosts: Sequence[str], views: Sequence[str]) -> Mapping[str, HostReply]:
        """Probe each host; a reply has a body or an error for each of the views.

        Returns a reply for every host within a time limit; never raises for a host's sake.
        """
        ...


class FaultFailed(Exception):
    """A fault could not be made or healed; the text is one line that says why."""


class FaultMaker(Protocol):
    """Breaks something on purpose, and mends it."""

    def make(self, step: Step) -> str:
        """Make the fault of a step; return what was said of it. Raises FaultFailed, also where it
        may be half made. Ends within a time limit."""
        ...

    def heal(self, step: Step) -> str:
        """Take the fault of a step back, as far as it was made, and bear to find nothing; return
        what was said of it. Raises FaultFailed. Ends within a time limit."""
        ...


class Faults(Protocol):
    """The faults that are made in a run."""

    def begin(self, iteration: int, now: float, /) -> None:
        """The tests of an iteration begin at ``now``: seconds since the epoch."""
        ...

    def events(self) -> Sequence[Mapping[str, Any]]:
        """Return what is stored of faults so far, as ``fault_windows.windows_of`` reads it."""
        ...

    def close(self) -> None:
        """Heal all that is open, and make no more."""
        ...


class NoFaults:
    """A run in which nothing is broken on purpose."""

    def begin(self, _iteration: int, _now: float) -> None:
        return

    def events(self) -> Sequence[Mapping[str, Any]]:
        return ()

    def close(self) -> None:
        return


class Databases(Protocol):
    """The databases of nova's cells."""

    @property
    def names(self) -> Sequence[str]:
        """The name of each database, by which its rows and failures are told apart."""
        ...

    def ask(self, statements: Mapping[str, str]) -> Mapping[str, HostReply]:
        """Put statements (source name -> its SELECT) to each database, in one read-only look.

        Returns database name -> a body or an error for each of the sources, within a time limit;
        never raises for a database's sake.
        """
        ...


class Clock(Protocol):
    """Time, so that nothing else asks for it."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class TestOrder:
    """One run of tests to make.

    ``prefix`` begins the names of what the tests create. ``time_limit`` is in seconds.
    """

    iteration: int
    prefix: str
    time_limit: float


@dataclass(frozen=True)
class TestOutcome:
    """How a run of tests ended, without any reading of what the tests said.

    ``ending`` is "finished", "timeout", "interrupted" or "crashed"; ``explanation`` is one line, or
    "" when it finished. ``stream`` is the subunit v2 stream as it came. ``expected`` are the ids
    that were to run. ``exit_code`` is None where the processes had to be killed.
    """

    ending: str
    explanation: str
    exit_code: int | None
    started: float
    ended: float
    stream: bytes
    expected: tuple[str, ...]
    command: tuple[str, ...] = ()


class TestRunner(Protocol):
    """Runs tempest."""

    def run(self, order: TestOrder) -> TestOutcome:
        """Run all tests once. Returns however they end; raises HarnessError if none can start."""
        ...

    def stop(self) -> None:
        """End the tests that run now, so that ``run`` returns soon with ``interrupted``.

        Called from a signal handler; may be called when nothing runs, and more than once.
        """
        ...
