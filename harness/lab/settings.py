"""What the operator chose for a lab, remembered in its state directory."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness.core.errors import HarnessError
from harness.lab import files

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class Settings:
    """``port_offset`` shifts every port. The intervals are nova's, in seconds: how often it audits
    what each host holds, ends deleted servers that still run, and synchronises power states.
    ``fake_hosts`` is how many compute hosts there are on nova's fake driver.
    ``virt_type`` is ``kvm``, ``qemu``, which means TCG, or ``auto``: KVM where a guest runs on it.
    """

    port_offset: int = 0
    audit_interval: int = 10
    reaper_interval: int = 1800
    power_sync_interval: int = 600
    virt_type: str = "auto"
    fake_hosts: int = 0


# To nova, 0 means another interval or that the task never runs.
LEAST: Mapping[str, int] = {
    "audit_interval": 1,
    "reaper_interval": 1,
    "power_sync_interval": 1,
    "fake_hosts": 0,
}


def is_lab(state: Path) -> bool:
    """Whether a lab was ever begun in this directory."""
    return (state / FILE_NAME).exists()


def load(state: Path) -> Settings:
    """The remembered settings, or the defaults where there are none yet."""
    path = state / FILE_NAME
    try:
        return Settings(**json.loads(path.read_text()))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, TypeError) as error:
        raise HarnessError(
            f"cannot read {path}: {error}: remove it, `harness lab up` writes it anew"
        ) from None


def store(state: Path, settings: Settings) -> None:
    files.replace(state / FILE_NAME, json.dumps(asdict(settings), indent=2))


def chosen(remembered: Settings, choices: Mapping[str, Any]) -> Settings:
    """The remembered settings with what was chosen now, by field, laid over them."""
    for name, least in LEAST.items():
        if choices.get(name, least) < least:
            option = "--" + name.replace("_", "-")
            raise HarnessError(f"{option} must be at least {least}, not {choices[name]}")
    return replace(remembered, **choices)
