"""The random passwords of one lab."""

import json
import os
import secrets
from pathlib import Path

NAMES = ("admin", "service", "database", "rabbitmq", "erlang_cookie", "metadata")
FILE_NAME = "passwords.json"


def load_or_make(state: Path) -> dict[str, str]:
    """The lab's passwords by name; made once, kept in a file that only the owner can read."""
    path = state / FILE_NAME
    known: dict[str, str] = {}
    if path.exists():
        known = json.loads(path.read_text())
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: _password() for name in missing}
        half = path.with_suffix(".new")
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(known, file, indent=2)
        half.replace(path)
    return known


def _password() -> str:
    """Random and plain: safe in URLs, INI files and YAML, never starting with a dash."""
    return "p" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
