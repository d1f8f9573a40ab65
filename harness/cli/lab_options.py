"""What every ``harness lab`` command takes, and how it tells what it does."""

import argparse
import os
import sys
from pathlib import Path

from harness.lab import environment
from harness.lab.layout import Layout, layout_of


def add_state_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state-dir",
        metavar="DIR",
        type=Path,
        help="where the lab keeps everything (default: $HARNESS_LAB_DIR, else "
        "$XDG_STATE_HOME/harness/lab)",
    )


def add_start(parser: argparse.ArgumentParser) -> None:
    """The options of the commands that bring a lab up; what they choose is remembered."""
    add_state_dir(parser)
    parser.add_argument(
        "--port-offset",
        metavar="N",
        type=int,
        help="add N to every port, for a second lab beside the first (default: as before, else 0)",
    )
    parser.add_argument(
        "--audit-interval",
        metavar="SECONDS",
        type=int,
        help="nova's update_resources_interval (default: as before, else 10)",
    )


def state_dir(parsed_args: argparse.Namespace) -> Path:
    return parsed_args.state_dir or environment.default_state_dir(os.environ)


def layout(parsed_args: argparse.Namespace) -> Layout:
    return layout_of(state_dir(parsed_args))


def say(text: str) -> None:
    """Progress goes to stderr, one line each."""
    sys.stderr.write(f"lab: {text}\n")
    sys.stderr.flush()
