"""Tests per hour of `harness soak` against a shell loop of `tempest run`.

Both run the same tests of the lab, in turn, in one go of this script; the ratio counts, since
machines are noisy. Settling, judging and publishing are included, and so is the start of either.

    python benchmarks/tests_per_hour.py --pairs 3 --iterations 3
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
REGEX = r"^tempest\.api\.compute\.servers\.test_(create_server|list_server_filters|servers)\."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--regex", default=REGEX)
    args = parser.parse_args()
    environ = _lab()
    rows = []
    with tempfile.TemporaryDirectory(prefix="tests-per-hour-") as folder:
        for pair in range(args.pairs):
            soaked = _soak(args, environ, Path(folder) / f"soak-{pair}")
            looped = soaked[0], _loop(args, environ, Path(folder) / f"loop-{pair}")
            rows.append((soaked, looped))
            print(
                f"pair {pair + 1}: soak {_per_hour(*soaked):.0f} tests/h ({soaked[1]:.1f} s), "
                f"loop {_per_hour(*looped):.0f} tests/h ({looped[1]:.1f} s), "
                f"ratio {_ratio(soaked, looped):.3f}",
                flush=True,
            )
    ratios = sorted(_ratio(*row) for row in rows)
    print(
        f"ratio: min {ratios[0]:.3f}, median {statistics.median(ratios):.3f}, max {ratios[-1]:.3f}"
    )
    return 0


def _lab() -> dict[str, str]:
    """Bring the lab up and return an environment that knows it."""
    subprocess.run([BIN / "harness", "lab", "up"], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run(
        [BIN / "harness", "lab", "env"], check=True, capture_output=True, text=True
    ).stdout
    exported = (line.removeprefix("export ") for line in told.splitlines())
    pairs = (shlex.split(line)[0].split("=", 1) for line in exported)
    return {**os.environ, **dict(pairs)}


def _soak(args: argparse.Namespace, environ: dict[str, str], folder: Path) -> tuple[int, float]:
    command = [BIN / "harness", "soak", "--iterations", args.iterations, "--regex", args.regex]
    command += ["--concurrency", args.concurrency, "--results", folder, "--run", "run"]
    took = _timed(command, environ, folder.parent)
    summary = json.loads((folder / "run" / "derived" / "summary.json").read_text())
    if summary["verdict"] != "PASS":
        raise SystemExit(f"the soak did not pass: see {folder}/run/derived/report.txt")
    ran = int((folder / "run" / "workspace" / "selected-tests.txt").read_text().count("\n"))
    return ran * args.iterations, took


def _loop(args: argparse.Namespace, environ: dict[str, str], folder: Path) -> float:
    """Loop `tempest run` over the same selection in a workspace of its own, as a shell would."""
    folder.mkdir()
    conf = f"{environ['TEMPEST_CONFIG_DIR']}/{environ['TEMPEST_CONFIG']}"
    run = [BIN / "tempest", "run", "--config-file", conf, "--regex", args.regex]
    run += ["--concurrency", args.concurrency]
    once = shlex.join(map(str, run))
    loop = f"for i in $(seq {args.iterations}); do {once} > run-$i.txt || exit 1; done"
    return _timed(["bash", "-c", loop], environ, folder)


def _timed(command: list[object], environ: dict[str, str], folder: Path) -> float:
    began = time.monotonic()
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environ, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"exit code {done.returncode} of {shlex.join(words)}")
    return time.monotonic() - began


def _per_hour(tests: int, seconds: float) -> float:
    return tests / seconds * 3600


def _ratio(soaked: tuple[int, float], looped: tuple[int, float]) -> float:
    return _per_hour(*soaked) / _per_hour(*looped)


if __name__ == "__main__":
    sys.exit(main())
