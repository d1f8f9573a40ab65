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
_ANSWER = re.compile(r"RESP: (?P<status>\[\d+\]).*|RESP BODY:.*|(?<= )-d .*", re.DOTALL)
"""What keystoneauth logs of answers, and of bodies that are sent: they hold everybody's metadata
and user data, and an answer may echo the token that it was asked with."""
_REQUEST = re.compile(r"\breq-[0-9a-f-]{36}\b")


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
        told = _ANSWER.sub(_left_out, super().format(record))
        return block(self._secrets().shown(told), _LONGEST)


def _left_out(answer: re.Match[str]) -> str:
    """Return the status of an answer and its request id, by which a service's log can be found."""
    request = _REQUEST.search(answer[0])
    told = (answer["status"] or "", request[0] if request else "", "(left out)")
    return " ".join(filter(None, told))


def private_log(path: str) -> logging.Handler:
    """Return a log file that only its owner reads. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    return logging.FileHandler(path, encoding="utf-8")
