"""The system packages that the lab needs, and apt."""

import os
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab import processes

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = (
    "#!/bin/sh\n# harness lab: no daemon starts while its packages are installed\nexit 101\n"
)


def names(text: str) -> list[str]:
    """The package names of a list with one name per line and ``#`` comments."""
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def wanted() -> list[str]:
    return names((resources.files("harness.lab") / "packages.txt").read_text())


def missing(packages: list[str]) -> list[str]:
    """Those of ``packages`` that dpkg does not call installed."""
    if shutil.which("dpkg-query") is None:
        raise HarnessError("the lab needs Debian or Ubuntu: there is no dpkg-query here")
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {
        line.split()[0] for line in shown.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in packages if package not in installed]


def command_line(packages: list[str]) -> list[str]:
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def _unattended(packages: list[str]) -> list[str]:
    options = ["DPkg::Lock::Timeout=300", "Dpkg::Options::=--force-confold"]
    return [*command_line(packages), *(word for option in options for word in ("-o", option))]


def ensure(log: Path, say: Callable[[str], None]) -> None:
    """Install what is missing when root; else HarnessError with the line to run."""
    remove_policy()
    lacking = missing(wanted())
    if not lacking:
        return
    if os.geteuid() != 0:
        raise HarnessError(
            f"system packages are missing; run: sudo {' '.join(command_line(lacking))}"
        )
    say(f"installing {len(lacking)} system packages: {' '.join(lacking)}")
    try:
        # What an installation that was cut off had unpacked.
        _apt(["dpkg", "--force-confold", "--configure", "-a"], log)
        _apt(["apt-get", "update", "-q"], log)
        _apt(_unattended(lacking), log)
    finally:
        remove_policy()


def remove_policy() -> None:
    """Remove our policy-rc.d, also the one of an ``up`` that was killed; leave any other alone."""
    if POLICY.exists() and POLICY.read_text(errors="replace") == POLICY_TEXT:
        POLICY.unlink()


def _apt(command: list[str], log: Path) -> None:
    """Run apt so that no package starts its daemon.

    A policy-rc.d that is already there stays as it is: ours is bound over it in a mount namespace
    that ends with apt.
    """
    if POLICY.exists():
        ours = log.parent / "policy-rc.d"
        ours.write_text(POLICY_TEXT)
        ours.chmod(0o755)
        script = f'mount --bind "{ours}" "{POLICY}" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", script, "apt", *command]
    else:
        POLICY.write_text(POLICY_TEXT)
        POLICY.chmod(0o755)
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
    }
    if code := processes.run_into(log, command, environment):
        raise HarnessError(f"apt failed with {code}; its last words are in {log}")
