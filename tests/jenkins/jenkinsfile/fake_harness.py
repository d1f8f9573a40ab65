"""Stands in for ``harness`` on the agent: logs its calls, ends with FAKE_EXIT.

With FAKE_LONG the soak runs until SIGTERM, then for some moments more; with FAKE_DEAF it ignores
SIGTERM. It leaves in the working directory: ``calls.log``, ``began``, and ``ended``, which counts
the SIGTERMs that came.
"""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    log(arguments)
    if arguments[0] == "soak":
        options = dict(zip(arguments[1::2], arguments[2::2], strict=True))
        evidence = Path(options["--results"], options["--run"], "evidence")
        evidence.mkdir(parents=True, exist_ok=True)
        if "FAKE_LONG" in os.environ:
            run_until_asked()
    return int(os.environ.get("FAKE_EXIT", "0"))


def log(arguments: list[str]) -> None:
    seen = {
        "arguments": arguments,
        "cookie": os.environ.get("JENKINS_SERVER_COOKIE"),
        "cloud": os.environ.get("OS_CLOUD"),
        "ssh": shutil.which("ssh"),
        "ended before": Path("ended").exists(),
    }
    with Path("calls.log").open("a") as file:
        file.write(json.dumps(seen) + "\n")


def run_until_asked() -> None:
    asked: list[int] = []
    deaf = "FAKE_DEAF" in os.environ
    signal.signal(
        signal.SIGTERM, signal.SIG_IGN if deaf else lambda number, _: asked.append(number)
    )
    Path("began").touch()
    end = time.monotonic() + 30  # a test that fails leaves nothing behind for long
    while not asked and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.5)
    Path("ended").write_text(str(len(asked)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
