"""What every ``harness lab`` command takes, and how it tells what it does."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.lab import environment
from harness.lab.layout import Layout, layout_of
from harness.lab.settings import Settings

CHOICES: Mapping[str, tuple[str, str]] = {
    "port_offset": ("N", "add N to every port, for a second lab beside the first"),
    "audit_interval": ("SECONDS", "nova's update_resources_interval"),
    "reaper_interval": ("SECONDS", "nova's running_deleted_instance_poll_interval"),
    "power_sync_interval": ("SECONDS", "nova's sync_power_state_interval"),
    "fake_hosts": ("N", "compute hosts on nova's fake driver, beside the two on libvirt"),
}


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
    for name, (unit, text) in CHOICES.items():
        default = getattr(Settings, name)
        parser.add_argument(
            "--" + name.replace("_", "-"),
            metavar=unit,
            type=int,
            help=f"{text} (default: as before, else {default})",
        )
    parser.add_argument(
        "--virt-type",
        choices=("auto", "kvm", "qemu"),
        help="auto is KVM where a guest runs on it, else TCG, which qemu means "
        "(default: as before, else auto)",
    )


def choices(parsed_args: argparse.Namespace) -> dict[str, Any]:
    """What was chosen now, by the field of the settings."""
    given = {name: getattr(parsed_args, name) for name in (*CHOICES, "virt_type")}
    return {name: value for name, value in given.items() if value is not None}


def state_dir(parsed_args: argparse.Namespace) -> Path:
    return parsed_args.state_dir or environment.default_state_dir(os.environ)


def layout(parsed_args: argparse.Namespace) -> Layout:
    return layout_of(state_dir(parsed_args))


def say(text: str) -> None:
    """Progress goes to stderr, one line each."""
    sys.stderr.write(f"lab: {text}\n")
    sys.stderr.flush()
