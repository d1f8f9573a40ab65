"""The logs of a lab's services, printed."""

import subprocess
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab.layout import Layout


def show(layout: Layout, service: str | None, lines: int, follow: bool) -> int:
    """Print the last lines of one log or of all, with tail, which also knows how to follow
    a log over its rotation. HarnessError names the logs there are for a service without one.
    """
    if lines < 0:
        raise HarnessError(f"--lines must not be negative, but is {lines}")
    files = chosen(layout, service)
    options = ["-F"] if follow else []
    try:
        return subprocess.run(
            ["tail", "-n", str(lines), *options, *map(str, files)], check=False
        ).returncode
    except KeyboardInterrupt:
        return 0


def chosen(layout: Layout, service: str | None) -> list[Path]:
    """The log of a service, or every log of the lab."""
    logs = sorted(layout.log.glob("*.log"))
    if not logs:
        raise HarnessError(f"no lab in {layout.state}: bring one up with `harness lab up`")
    if service is None:
        return logs
    log = layout.service_log(service)
    if log not in logs:
        raise HarnessError(f"no log of {service!r}: {', '.join(path.stem for path in logs)}")
    return [log]
