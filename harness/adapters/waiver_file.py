"""Waivers in a YAML file.

waivers:
  - rule: domain_has_server
    subject: "1f3c*"
    host: compute2
    reason: left by the crash of 12 May, kept for the vendor
    bug: https://bugs.example.org/4711
    until: 2026-12-31
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from yaml import YAMLError, safe_load

from harness.core.errors import HarnessError
from harness.core.waiver import Waiver, waivers_from


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers. Raises HarnessError, one line, where it cannot be read as one."""
    try:
        content = safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, Mapping) or set(content) != {"waivers"}:
            raise ValueError("expected a mapping with 'waivers' and nothing else")
        return waivers_from(_plain(content["waivers"]))
    except OSError as error:
        reason = error.strerror or str(error)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
    raise HarnessError(f"waivers file {path}: {reason}")


def _plain(data: Any) -> Any:
    """Return YAML's days and numbers as text: a day and a bug's number need no quotes then."""
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if isinstance(data, Mapping):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, date) and not isinstance(data, datetime):
        return data.isoformat()
    return str(data) if isinstance(data, int) and not isinstance(data, bool) else data
