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
from pathlib import Path
from typing import Any

from harness.adapters.plain_yaml import read_plain
from harness.core.findings.waiver import Waiver, waivers_from


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers. Raises HarnessError, one line, where it cannot be read as one."""
    return read_plain(path, "waivers file", _waivers)


def _waivers(content: Any) -> tuple[Waiver, ...]:
    if not isinstance(content, Mapping) or set(content) != {"waivers"}:
        raise ValueError("expected a mapping with 'waivers' and nothing else")
    return waivers_from(content["waivers"])
