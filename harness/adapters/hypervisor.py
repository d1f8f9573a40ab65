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
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness.core.ports import HostReply

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_AT_ONCE = 64


@dataclass(frozen=True)
class LibvirtHypervisors:
    """Hypervisors at libvirt URIs.

    ``uri`` is a template such as ``qemu+ssh://nova@{host}/system``, or "" where none is
    configured. ``time_limit`` is in seconds for one host, all hosts being asked at the same time.
    """

    uri: str
    time_limit: float = 30.0

    def ask(self, hosts: Sequence[str], questions: Mapping[str, str]) -> Mapping[str, HostReply]:
        """Ask all hosts at the same time; see ``ports.Hypervisors``."""
        if not hosts:
            return {}
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
        command = [sys.executable, "-m", "harness.adapters.libvirt_probe"]
        command += [self.uri.replace("{host}", host), json.dumps(dict(questions))]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            errors="replace",
        ) as process:
            try:
                output, complaint = process.communicate(timeout=self.time_limit)
            except subprocess.TimeoutExpired:
                _kill_group(process)
                return _all(questions, f"libvirt did not answer within {self.time_limit:g} s")
        return _reply(questions, process.returncode, output, complaint)


def _reply(questions: Mapping[str, str], code: int, output: str, complaint: str) -> HostReply:
    try:
        said = json.loads(output)
        return HostReply(said["bodies"], said["errors"])
    except (ValueError, KeyError, TypeError):
        last = complaint.strip().splitlines()[-1:] or ["no output"]
        return _all(questions, f"the libvirt probe failed (exit {code}): {last[0][:300]}")


def _all(questions: Mapping[str, str], reason: str) -> HostReply:
    return HostReply(errors=dict.fromkeys(questions, reason))


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.communicate()
