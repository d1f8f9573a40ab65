"""A Jenkins agent's workspace: runs scripts as durable-task does, aborts as ProcessTree does."""

import json
import os
import shlex
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psutil

FAKE_HARNESS = Path(__file__).with_name("fake_harness.py")


@dataclass(frozen=True)
class Step:
    """A ``sh`` step under way."""

    process: subprocess.Popen
    result: Path
    log: Path

    def code(self, seconds: float = 20) -> int:
        """The exit code of the script, once its wrapper has written it."""
        self.process.wait(seconds)
        return int(self.result.read_text())


@dataclass(frozen=True)
class Workspace:
    """The folder of a job on an agent, with the environment that the Jenkinsfile sets."""

    folder: Path
    variables: dict[str, str]
    cookie: str = field(default_factory=lambda: f"durable-{uuid.uuid4().hex}")

    def start(self, script: str, shell: str = "sh", **variables: str) -> Step:
        """Start a script as BourneShellScript does: in a wrapper that keeps the exit code."""
        name = uuid.uuid4().hex
        control = self.folder.with_name(self.folder.name + "@tmp")
        control.mkdir(exist_ok=True)
        body, log, result = (control / f"{name}.{end}" for end in ("sh", "log", "result"))
        body.write_text(script)
        wrapper = (
            f"JENKINS_SERVER_COOKIE={self.cookie} {shell} -xe {shlex.quote(str(body))}"
            f" >{shlex.quote(str(log))} 2>&1; echo $? >{shlex.quote(str(result))}"
        )
        outside = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "JENKINS_SERVER_COOKIE": "please-do-not-kill-me",
        }
        process = subprocess.Popen(
            ["nohup", "sh", "-c", f"({wrapper})"],
            cwd=self.folder,
            env=self.variables | outside | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return Step(process, result, log)

    def run(self, script: str, shell: str = "sh", **variables: str) -> tuple[int, str]:
        """Run a script to its end; its exit code and what it printed."""
        step = self.start(script, shell, **variables)
        return step.code(), step.log.read_text()

    def abort(self) -> None:
        """SIGTERM as ProcessTree sends it: all with the cookie, children before parents."""
        for process in self._processes():
            for child in process.children(recursive=True)[::-1]:
                _terminate(child)
            _terminate(process)

    def _processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("JENKINS_SERVER_COOKIE") == self.cookie:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def wait_for(self, name: str, seconds: float = 10) -> None:
        """Wait until a file is in the workspace."""
        end = time.monotonic() + seconds
        while not (self.folder / name).exists():
            assert time.monotonic() < end, f"no {name} within {seconds} s"
            time.sleep(0.01)

    def calls(self) -> list[dict]:
        """What the fake harness was called with, in order."""
        log = self.folder / "calls.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def prepare(folder: Path, root: Path, variables: dict[str, str]) -> Workspace:
    """A workspace with a checkout's ``jenkins``, and the fake harness in its venv."""
    harness = folder / ".venv/bin/harness"
    harness.parent.mkdir(parents=True)
    harness.write_text(f'#!/bin/sh\nexec {sys.executable} -S {FAKE_HARNESS} "$@"\n')
    harness.chmod(0o755)
    (folder / "jenkins").symlink_to(root / "jenkins")
    return Workspace(folder, variables)


def _terminate(process: psutil.Process) -> None:
    try:
        process.terminate()
    except psutil.NoSuchProcess:
        return
