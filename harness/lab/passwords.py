"""The random passwords of one lab."""

import json
import secrets
from pathlib import Path

from harness.lab import files

NAMES = ("admin", "service", "database", "reader", "rabbitmq", "erlang_cookie", "metadata")
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
        files.replace(path, json.dumps(known, indent=2))
    return known


def _password() -> str:
    """Random and plain: safe in URLs, INI files and YAML, never starting with a dash."""
    return "p" + secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
