"""The hypervisors of the compute hosts, asked in processes that can be killed.

libvirt has no time limit for a call, so that a hung libvirtd or an ssh that never answers would
stop everything: each host is asked by a process of its own, and what outlives its time is killed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from harness.core.answers.bodies import in_short
from harness.core.answers.shape import ShapeError, take
from harness.core.ports import HostReply
from harness.core.redaction import NOTHING, Secrets

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_AT_ONCE = 64
_DYING_SECONDS = 5.0
PROBE = (sys.executable, "-m", "harness.adapters.libvirt_probe")


@dataclass(frozen=True)
class LibvirtHypervisors:
    """Hypervisors at libvirt URIs.

    ``uri`` is a template such as ``qemu+ssh://nova@{host}/system``, or "" where none is
    configured. ``time_limit`` is in seconds for one host, all hosts being asked at the same time.
    ``probe`` is the command that asks; it is given a URI and the questions as JSON, on its standard
    input: whoever lists processes sees their arguments. ``secrets`` show in no reply.
    """

    uri: str
    time_limit: float = 30.0
    probe: tuple[str, ...] = PROBE
    secrets: Secrets = NOTHING

    def ask(self, hosts: Sequence[str], questions: Mapping[str, str]) -> Mapping[str, HostReply]:
        """Ask all hosts at the same time; see ``ports.Hypervisors``."""
        if not hosts:
            return {}
        if len(hosts) > 1 and self.uri and "{host}" not in self.uri:
            reason = (
                "the libvirt URI has no {host}, so that all hosts would be one: put {host} into "
                "--libvirt-uri or [libvirt] uri"
            )
            return {host: _all(questions, reason) for host in hosts}
        with ThreadPoolExecutor(max_workers=min(len(hosts), _AT_ONCE)) as pool:
            replies = pool.map(lambda host: self._ask_one(host, questions), hosts)
            return dict(zip(hosts, replies, strict=True))

    def _ask_one(self, host: str, questions: Mapping[str, str]) -> HostReply:
        if not self.uri:
            return _all(
                questions, "no libvirt URI is configured: set [libvirt] uri or --libvirt-uri"
            )
        if not _HOST.fullmatch(host):
            return _all(questions, "the host's name cannot stand in a URI")
        order = json.dumps({"uri": self.uri.replace("{host}", host), "questions": {**questions}})
        try:
            with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaint:
                code = _run(self.probe, order, self.time_limit, output, complaint)
                if code is None:
                    return _all(questions, f"libvirt did not answer within {self.time_limit:g} s")
                said = _text(complaint)
                return _reply(
                    questions, code, self.secrets, _text(output), self.secrets.shown(said)
                )
        except OSError as error:
            return _all(questions, f"the libvirt probe could not be started: {error}")


def _run(
    command: Sequence[str], order: str, seconds: float, output: IO[bytes], complaint: IO[bytes]
) -> int | None:
    """Run a command with an order on its standard input and return its exit code, or None where it
    outlived its time and was killed.

    It writes to files: an ssh that stays behind would keep a pipe open for ever.
    """
    with tempfile.TemporaryFile() as told:
        told.write(order.encode("utf-8"))
        told.seek(0)
        process = subprocess.Popen(
            command, stdin=told, stdout=output, stderr=complaint, start_new_session=True
        )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was not waited for, and its group; one that cannot die is left behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_DYING_SECONDS)
    except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        return


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def _reply(
    questions: Mapping[str, str], code: int, secrets: Secrets, output: str, complaint: str
) -> HostReply:
    try:
        said = secrets.read(output)
        bodies, errors = take(said, "bodies", dict), take(said, "errors", dict)
        return HostReply(
            {name: in_short(body) for name, body in bodies.items()},
            {name: take(errors, name, str) for name in errors},
        )
    except (ShapeError, ValueError, RecursionError):
        last = complaint.strip().splitlines()[-1:] or ["no output"]
        return _all(questions, f"the libvirt probe failed (exit {code}): {last[0][:300]}")


def _all(questions: Mapping[str, str], reason: str) -> HostReply:
    return HostReply(errors=dict.fromkeys(questions, reason))
