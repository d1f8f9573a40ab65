"""Which secrets there are here, by value: so that no output holds one, whoever echoes it.

A file that cannot be read has none to tell: who needs it says what is wrong with it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from oslo_config import cfg
from yaml import YAMLError, safe_load

from harness.core.redaction import Secrets, secrets_in

_MOST = 10_000_000
"""Bytes of a file that are looked at; what is longer is no configuration."""


def known_secrets(
    environ: Mapping[str, str],
    yaml_files: Iterable[Path] = (),
    ini_files: Iterable[Path] = (),
    texts: Iterable[str] = (),
) -> Secrets:
    """Return the secrets of an environment, of files of clouds or accounts, of files for
    oslo.config and of texts that may hold a URL with a password."""
    found = [*secrets_in(dict(environ)), *secrets_in(list(texts))]
    for path in yaml_files:
        found += secrets_in(_yaml(path))
    for path in ini_files:
        sections = _sections(path)
        found += secrets_in(sections)
        for accounts in sections.get("auth", {}).get("test_accounts_file", []):
            found += secrets_in(_yaml(Path(accounts)))
    return Secrets.of(found)


def _yaml(path: Path) -> Any:
    try:
        return safe_load(_text(path))
    except (OSError, YAMLError, ValueError, RecursionError):
        return None


def _sections(path: Path) -> dict[str, dict[str, list[str]]]:
    sections: dict[str, dict[str, list[str]]] = {}
    try:
        parser = cfg.ConfigParser(str(path), sections)
        if len(_text(path)) <= _MOST:
            parser.parse()
    except (OSError, cfg.ParseError, ValueError):
        return sections  # what stands before the mistake is known all the same
    return sections


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_MOST + 1).decode("utf-8", "replace")
