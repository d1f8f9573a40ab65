"""The compute hosts themselves, probed by a script that each runs and that is killed in time.

A command such as ssh starts a Python on the host; the script goes over its standard input, so that
nothing is installed there. Each host is asked by a process of its own.
"""

import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from harness.adapters.host_probe import script
from harness.core.answers.bodies import in_short
from harness.core.answers.shape import ShapeError, take
from harness.core.host_command import HOST, words
from harness.core.ports import HostReply
from harness.core.redaction import NOTHING, Secrets

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_AT_ONCE = 64
_MARGIN = 0.8
"""Which part of the time limit the script has on the host: the rest is for the way there."""
_LARGEST = 64 * 2**20
"""Bytes of an answer: a host of 10,000 files says less."""
_LONGEST = 8192
"""Bytes of what the command complains that are kept."""
_DYING_SECONDS = 5.0
_TICK = 0.2
FOLDERS: Mapping[str, str] = {
    "instances": "/var/lib/nova/instances",
    "libvirt": "/var/lib/libvirt",
}


@dataclass(frozen=True)
class CommandProbes:
    """Host probes through a command.

    ``command`` is a template such as ``ssh nova@{host} python3 -`` (``core.host_command``).
    ``time_limit`` is in seconds for one host, all hosts being asked at the same time. ``folders``
    are ``instances`` and ``libvirt``, as a host has them; ``most`` is how many things one may have.
    ``secrets`` show in no reply.
    """

    command: str
    time_limit: float = 30.0
    folders: Mapping[str, str] = field(default_factory=lambda: FOLDERS)
    most: int = 10_000
    secrets: Secrets = NOTHING

    def ask(self, hosts: Sequence[str], views: Sequence[str]) -> Mapping[str, HostReply]:
        """Probe all hosts at the same time; see ``ports.HostProbes``."""
        if not hosts:
            return {}
        if len(hosts) > 1 and HOST not in self.command:
            reason = (
                f"the host probe has no {HOST}, so that all hosts would be one: put {HOST} into "
                "--host-probe or [host] probe"
            )
            return {host: _all(views, reason) for host in hosts}
        text = script(self.folders, views, self.time_limit * _MARGIN, self.most)
        with ThreadPoolExecutor(max_workers=min(len(hosts), _AT_ONCE)) as pool:
            replies = pool.map(lambda host: self._ask_one(host, text, views), hosts)
            return dict(zip(hosts, replies, strict=True))

    def _ask_one(self, host: str, text: str, views: Sequence[str]) -> HostReply:
        if not _HOST.fullmatch(host):
            return _all(views, "the host's name cannot stand in a command")
        try:
            said = _said(words(self.command, host), text, self.time_limit)
        except OSError as error:
            return _all(views, f"the host probe could not be started: {error}")
        if said.ending:
            return _all(views, f"the host probe {said.ending}")
        return self._read(said, views)

    def _read(self, said: "_Said", views: Sequence[str]) -> HostReply:
        try:
            answer = self.secrets.read(said.output.decode("utf-8"))
            bodies, errors = take(answer, "bodies", dict), take(answer, "errors", dict)
            told = {name: take(errors, name, str)[:300] for name in views if name in errors}
            said_of = {name: in_short(bodies[name]) for name in views if name in bodies}
            return HostReply(said_of, told)
        except (ShapeError, ValueError, RecursionError):
            complaint = self.secrets.shown(said.complaint.decode("utf-8", errors="replace"))
            last = complaint.strip().splitlines()[-1:] or ["no output"]
            return _all(views, f"the host probe failed (exit {said.code}): {last[0][:300]}")


@dataclass(frozen=True)
class _Said:
    """What a command said and how it ended; ``ending`` says why it was cut off, or is ""."""

    code: int | None
    output: bytes
    complaint: bytes
    ending: str = ""


def _said(command: Sequence[str], text: str, seconds: float) -> _Said:
    """Run a command with a text on its standard input, within a time and a size. Raises OSError."""
    with tempfile.TemporaryFile() as told:
        told.write(text.encode("utf-8"))
        told.seek(0)
        process = subprocess.Popen(
            command,
            stdin=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    heard: dict[str, bytearray] = {"output": bytearray(), "complaint": bytearray()}
    try:
        ending = _listen(process, heard, time.monotonic() + seconds, seconds)
    finally:
        _end(process)
    return _Said(process.returncode, bytes(heard["output"]), bytes(heard["complaint"]), ending)


def _listen(
    process: subprocess.Popen[bytes], heard: dict[str, bytearray], until: float, seconds: float
) -> str:
    """Keep what a process says until it has ended. Return why it must be cut off, or "".

    What it left behind may keep the pipes open for ever: nothing is waited for once it is gone and
    silent. That it is gone is asked first, since it may speak and go between the two.
    """
    with selectors.DefaultSelector() as pipes:
        for pipe, name in ((process.stdout, "output"), (process.stderr, "complaint")):
            assert pipe is not None
            pipes.register(pipe, selectors.EVENT_READ, name)
        while pipes.get_map():
            left = until - time.monotonic()
            if left <= 0:
                return f"did not answer within {seconds:g} s"
            gone = process.poll() is not None
            ready = pipes.select(min(left, _TICK))
            if gone and not ready:
                break
            for key, _events in ready:
                part = os.read(key.fd, 65536)
                if not part:
                    pipes.unregister(key.fileobj)
                heard[key.data] += part
            del heard["complaint"][:-_LONGEST]
            if len(heard["output"]) > _LARGEST:
                return f"said more than {_LARGEST} bytes"
    try:
        process.wait(max(until - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        return f"did not end within {seconds:g} s"
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that runs on, and its group; close its pipes."""
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_DYING_SECONDS)
    except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        return


def _all(views: Sequence[str], reason: str) -> HostReply:
    return HostReply(errors=dict.fromkeys(views, reason))
