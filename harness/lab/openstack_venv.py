"""The virtual environment that holds OpenStack, pinned by the package's constraints."""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab import processes
from harness.lab.layout import Layout

MARKER = "harness-lab-installed"


def fingerprint(requirements: str, constraints: str, python: str) -> str:
    """What an installed environment must have been made from to be good."""
    text = "\0".join((requirements, constraints, python))
    return hashlib.sha256(text.encode()).hexdigest()


def ensure(layout: Layout, say: Callable[[str], None]) -> bool:
    """Make the environment unless it is there and made from today's pins; whether it was made.

    The marker is written last, so an installation that was cut off is thrown away and done again.
    """
    package = resources.files("harness.lab")
    wanted = fingerprint(
        (package / "requirements.txt").read_text(),
        (package / "constraints.txt").read_text(),
        f"{sys.base_prefix} {sys.version}",
    )
    if installed(layout) == wanted:
        return False
    say(f"installing OpenStack into {layout.venv}")
    if layout.venv.exists():
        shutil.rmtree(layout.venv)
    log = layout.log / "pip.log"
    _run(layout, [sys.executable, "-m", "venv", str(layout.venv)], log)
    with resources.as_file(package) as folder:
        _run(layout, _pip(layout, folder), log)
    (layout.venv / MARKER).write_text(wanted)
    return True


def installed(layout: Layout) -> str:
    """The fingerprint of what is installed; empty where nothing is, or only half."""
    marker = layout.venv / MARKER
    return marker.read_text() if marker.exists() else ""


def _pip(layout: Layout, folder: Path) -> list[str]:
    return [
        str(layout.venv / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-r",
        str(folder / "requirements.txt"),
        "-c",
        str(folder / "constraints.txt"),
    ]


def _outside() -> dict[str, str]:
    """What the operator set for pip and for the way out: indexes, proxies, certificates."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.upper().endswith("_PROXY") or "CERT" in name
    }


def _run(layout: Layout, command: list[str], log: Path) -> None:
    environment = {**_outside(), **processes.environment_of(layout.state, layout.venv, "setup")}
    environment["HOME"] = os.environ.get("HOME", "/root")
    if processes.run_into(log, command, environment) != 0:
        raise HarnessError(f"{' '.join(command[1:5])} failed; its last words are in {log}")
