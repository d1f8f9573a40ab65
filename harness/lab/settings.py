"""What the operator chose for a lab, remembered in its state directory."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab import files

FILE_NAME = "settings.json"


@dataclass(frozen=True)
class Settings:
    """``port_offset`` shifts every port; ``audit_interval`` is nova's, in seconds."""

    port_offset: int = 0
    audit_interval: int = 10


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


def chosen(remembered: Settings, port_offset: int | None, audit_interval: int | None) -> Settings:
    """The remembered settings with what was chosen now laid over them."""
    if audit_interval is not None and audit_interval < 1:
        raise HarnessError(f"--audit-interval must be at least 1 second, not {audit_interval}")
    settings = remembered
    if port_offset is not None:
        settings = replace(settings, port_offset=port_offset)
    if audit_interval is not None:
        settings = replace(settings, audit_interval=audit_interval)
    return settings
