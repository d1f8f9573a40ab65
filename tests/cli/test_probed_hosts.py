"""Fifty hosts are probed with real processes, over the command that is configured."""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from harness import config
from harness.adapters.clock import SystemClock
from harness.adapters.host import CommandProbes
from harness.cli import assembly, target
from harness.core.ports import HostReply
from harness.core.rules.invariant import judge
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot, parse
from harness.invariants.process_has_domain import process_has_domain
from harness.observe import Observer
from harness.sources import host_interfaces, qemu_processes
from tests.invariants.clouds import RUN, Cloud
from tests.sources.answers import CloudOf

LIMIT = 20.0
LATE = 25.0
"""Seconds that the scheduling of fifty processes on a busy machine may add to the limit."""
HUNG = tuple(f"hung{number}.example.org" for number in range(10))
WELL = tuple(f"compute{number}.example.org" for number in range(40))
SOURCES = (qemu_processes.SOURCE, host_interfaces.SOURCE)
SSH = """#!/bin/sh
# Stands for ssh: runs what it is told here, but for some hosts, which never answer.
for word in "$@"; do case $word in nova@*) host=${word#nova@} ;; esac; done
echo $$ > "%(folder)s/$host"
case $host in hung*) sleep 600 & echo $! >> "%(folder)s/$host"; wait ;; esac
exec "%(python)s" -I -S -
"""


class _NoLibvirt:
    def ask(self, _hosts: Sequence[str], _asked: Mapping[str, str]) -> Mapping[str, HostReply]:
        return {}


def _configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandProbes:
    """Return the probes of a cloud as its configuration file says."""
    ssh = tmp_path / "ssh"
    (tmp_path / "pids").mkdir()
    ssh.write_text(SSH % {"folder": tmp_path / "pids", "python": sys.executable})
    ssh.chmod(0o755)
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text("clouds: {prod: {auth: {auth_url: 'http://127.0.0.1:1/'}}}\n")
    conf_file = tmp_path / "harness.conf"
    probe = f"{ssh} nova@{{host}} python3 -"
    conf_file.write_text(
        f"[cloud]\nname = prod\n[host]\nprobe = {probe}\ntimeout = {LIMIT:g}\n"
        f"instances_path = {tmp_path}\nlibvirt_path = {tmp_path}\n"
    )
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    monkeypatch.setenv("HARNESS_LAB_DIR", str(tmp_path / "none"))
    parser = argparse.ArgumentParser()
    target.add_options(parser)
    args = parser.parse_args(["--config-file", str(conf_file)])
    conf = config.load(args.config_file)
    found = assembly.probes(target.resolve(args, conf, os.environ), conf)
    assert found
    return found


def _observed(probes: CommandProbes) -> tuple[Snapshot, float]:
    observer = Observer(
        SOURCES, CloudOf(), _NoLibvirt(), SystemClock(), "", lambda _: (), {}, probes=probes
    )
    started = time.monotonic()
    capture = observer.observe((*HUNG, *WELL))
    return parse(capture, SOURCES), time.monotonic() - started


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_ten_of_fifty_hang_and_cost_one_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those ten are UNKNOWN by name, the others are told, and nothing runs on."""
    snapshot, seconds = _observed(_configured(tmp_path, monkeypatch))
    assert seconds < LIMIT + LATE < 3 * LIMIT
    for source in SOURCES:
        gaps = snapshot[source.name].gaps
        assert gaps == dict.fromkeys(HUNG, f"the host probe did not answer within {LIMIT:g} s")
    assert {row.host for row in snapshot["host_interfaces"]} == set(WELL)

    views = {**Cloud().snapshot().views, "qemu_processes": snapshot["qemu_processes"]}
    check = judge(process_has_domain, Snapshot(snapshot.moment, views), RUN)
    assert check.verdict is Verdict.UNKNOWN
    assert {doubt.host for doubt in check.doubts} == set(HUNG)

    pids = [int(pid) for file in (tmp_path / "pids").iterdir() for pid in file.read_text().split()]
    assert len(pids) == len(WELL) + 2 * len(HUNG)
    assert [pid for pid in pids if _runs(pid)] == []
