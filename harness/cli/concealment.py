"""What no output may hold, and log lines without it."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from openstack.config.loader import CONFIG_FILES, SECURE_FILES

from harness.adapters.known_secrets import known_secrets
from harness.core.redaction import Secrets
from harness.reports.plain_text import block

_LONGEST = 20_000
_BODY = re.compile(r"(?P<what>RESP BODY:|(?<= )-d )\s*\S.*", re.DOTALL)
"""What keystoneauth logs of bodies: they hold the metadata and the user data of everybody."""


def secrets_here(
    environ: Mapping[str, str],
    config_files: Sequence[str] | None = None,
    tempest_confs: Iterable[Path] = (),
    texts: Iterable[str] = (),
) -> Secrets:
    """Return the secrets of the environment, of the files of clouds, of configurations of tempest
    and of texts such as URIs."""
    chosen = (environ.get("OS_CLIENT_CONFIG_FILE"), environ.get("OS_CLIENT_SECURE_FILE"))
    places = [*(config_files or ()), *filter(None, chosen), *CONFIG_FILES, *SECURE_FILES]
    confs = [*tempest_confs, *_confs_beside(environ)]
    return known_secrets(environ, map(Path, dict.fromkeys(places)), confs, texts)


def _confs_beside(environ: Mapping[str, str]) -> list[Path]:
    folder, name = environ.get("TEMPEST_CONFIG_DIR"), environ.get("TEMPEST_CONFIG", "tempest.conf")
    return [Path(folder, name)] if folder else []


class Concealing(logging.Formatter):
    """Formats a record without secrets, bodies of answers and control characters."""

    def __init__(self, text: str, secrets: Callable[[], Secrets]) -> None:
        super().__init__(text)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        told = _BODY.sub(r"\g<what> (left out)", super().format(record))
        return block(self._secrets().shown(told), _LONGEST)


def private_log(path: str) -> logging.Handler:
    """Return a log file that only its owner reads. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    return logging.FileHandler(path, encoding="utf-8")
