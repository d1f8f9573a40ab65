"""Runs one command with its output in bounded files, and ends all of its tree when it must."""

import contextlib
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.adapters import process_tree
from harness.adapters.tempest.bounded_pipe import BoundedPipe

_TICK = 0.1
_LOOK = 1.0
_WORKER = "stestr.subunit_runner.run"


@dataclass(frozen=True)
class Bounds:
    """What a run may take. Bytes, and seconds.

    ``gentle`` is the time for the workers to finish after an interrupt, ``grace`` from SIGTERM to
    SIGKILL; ``hold`` is how long nothing but a left-behind process may keep the run from ending;
    ``patience`` is how long after a signal from outside the order to stop may come.
    """

    stream: int = 256 << 20
    stderr: int = 1 << 20
    log: int = 64 << 20
    gentle: float = 6.0
    grace: float = 3.0
    hold: float = 5.0
    patience: float = 6.0


@dataclass(frozen=True)
class Command:
    """What to run, where, with which environment, and where its output goes."""

    words: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str]
    cookie: str
    stdout: Path
    stderr: Path


@dataclass(frozen=True)
class Ending:
    """How a command ended, with ``ending`` as in ports.TestOutcome.

    ``code`` is None where it had to be killed; ``ended`` is what had to be; ``trouble`` says what
    was wrong with its output, or is "".
    """

    ending: str
    code: int | None
    ended: tuple[process_tree.Ended, ...]
    trouble: str


class Child:
    """A command that runs, in a session of its own."""

    def __init__(self, command: Command, bounds: Bounds, tick: Callable[[], None]) -> None:
        self.command, self.bounds, self.tick = command, bounds, tick
        self.process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env={**command.environ, process_tree.COOKIE: command.cookie},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout and self.process.stderr
        self.out = BoundedPipe(self.process.stdout, command.stdout, bounds.stream)
        self.err = BoundedPipe(self.process.stderr, command.stderr, bounds.stderr)
        self.selector = selectors.DefaultSelector()
        for sink in (self.out, self.err):
            self.selector.register(sink.pipe, selectors.EVENT_READ, sink)
        self.ended: list[process_tree.Ended] = []
        self.held_since: float | None = None

    def see_through(self, seconds: float, stopping: Callable[[], bool]) -> Ending:
        """Wait for the end, or make it; nothing of the tree is left then."""
        try:
            ending = self._watch(time.monotonic() + seconds, stopping)
            if ending in ("timeout", "interrupted"):
                self._interrupt()
            code = self.process.poll()
            if ending == "finished" and code and code < 0 and self._stops_too(stopping):
                ending = "interrupted"
        finally:
            self.ended += process_tree.end(self.process, self.command.cookie, self.bounds.grace)
            self._close()
        return Ending(ending, code, tuple(self.ended), self.out.trouble)

    def _watch(self, deadline: float, stopping: Callable[[], bool]) -> str:
        """Move output until the end, or a reason to make it; return which."""
        next_look = 0.0
        while self.process.poll() is None:
            self._move(_TICK)
            now = time.monotonic()
            if stopping():
                return "interrupted"
            if self.out.trouble:
                return "crashed"
            if now > deadline:
                return "timeout"
            if now > next_look:
                next_look = now + _LOOK
                self.tick()
                self._free(now)
        return "finished"

    def _free(self, now: float) -> None:
        """End what dead workers left behind, if it holds their output open for too long."""
        if not _only_zombies(self.process.pid):
            self.held_since = None
        elif self.held_since is None:
            self.held_since = now
        elif now - self.held_since > self.bounds.hold:
            self.ended += process_tree.end(
                None, self.command.cookie, self.bounds.grace, spare={self.process.pid}
            )

    def _interrupt(self) -> None:
        """Let the workers clean up after the test they are in, and say where they were."""
        deadline = time.monotonic() + self.bounds.gentle
        if not _interrupt_workers(self.process.pid):
            return
        while self.process.poll() is None and time.monotonic() < deadline:
            self._move(_TICK)

    def _stops_too(self, stopping: Callable[[], bool]) -> bool:
        """Tell whether the command's death by a signal was the beginning of our own stop.

        Jenkins ends a build's processes children first (hudson/util/ProcessTree.java).
        """
        deadline = time.monotonic() + self.bounds.patience
        while not stopping() and time.monotonic() < deadline:
            time.sleep(_TICK)
        return stopping()

    def _move(self, seconds: float) -> bool:
        """Move what comes within a time; tell whether something came."""
        events = self.selector.select(seconds)
        for key, _ in events:
            if not key.data.move():
                self.selector.unregister(key.fileobj)
        return bool(events)

    def _close(self) -> None:
        while self._move(0):
            continue
        for sink in (self.out, self.err):
            sink.close()
        self.selector.close()


def _only_zombies(pid: int) -> bool:
    """Tell whether all children have ended, and their parent still waits for their output."""
    try:
        states = [child.status() for child in psutil.Process(pid).children()]
    except psutil.Error:
        return False
    return bool(states) and all(state == psutil.STATUS_ZOMBIE for state in states)


def _interrupt_workers(pid: int) -> int:
    """Send SIGINT to stestr's workers; return how many there are.

    testtools then runs the test's cleanups, and its traceback says where it was.
    """
    told = 0
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if _WORKER in process.cmdline():
                    process.send_signal(signal.SIGINT)
                    told += 1
    return told
