"""Small files written whole or not at all."""

import os
from pathlib import Path


def replace(path: Path, text: str, mode: int = 0o600) -> bool:
    """Write a file unless it holds this text with this mode; whether it was written.

    A reader, or a power cut, finds the old file or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text() == text and path.stat().st_mode & 0o777 == mode:
        return False
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half.replace(path)
    return True
