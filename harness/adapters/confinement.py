"""Keeps what is written inside the folder where it belongs, whatever names and links say."""

import os
import re
from pathlib import Path

from harness.core.errors import HarnessError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

LATEST = "latest"
"""What stands for the newest run where one is asked for."""


def is_name(name: str) -> bool:
    """Tell whether a run's name can be a folder's."""
    return bool(_NAME.fullmatch(name))


def check_name(name: str) -> None:
    """Raise HarnessError where a run's name could not be a folder's."""
    if not is_name(name):
        raise HarnessError(
            f"{name!r} cannot name a run: use letters, digits, '.', '_' and '-', at most 100"
        )
    if name == LATEST:
        raise HarnessError(f"{name!r} cannot name a run: it stands for the newest; take another")


def within(root: Path, path: Path) -> Path:
    """Return a path if it lies below ``root`` and no symbolic link is on its way there.

    Raises ValueError for a path that leads out by its name, and HarnessError for a link among its
    folders. What the last name is, link or not, does not matter: it is replaced and not followed.
    """
    plain, base = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100
    if base not in plain.parents:
        raise ValueError(f"{str(path)!r} leads out of {root}")
    for folder in plain.parents:
        if folder == base:
            break
        if folder.is_symlink():
            raise HarnessError(
                f"{folder} is a symbolic link that leads out of the run's folder: remove it"
            )
    return path


def inside(root: Path, path: Path) -> Path:
    """Return a path below ``root``. Raises HarnessError where it is a link to somewhere else."""
    if leads_out(root, path):
        raise HarnessError(f"{path} is a symbolic link out of {root}: give the run's own folder")
    return path


def leads_out(root: Path, path: Path) -> bool:
    """Tell whether a path below ``root`` is somewhere else in truth."""
    try:
        return root.resolve() not in path.resolve().parents
    except (OSError, RuntimeError):
        return True  # links in a circle
