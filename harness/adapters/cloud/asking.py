"""One question to a service: repeated where that may help, and why there is no answer."""

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from harness.adapters.cloud.time_limit import TimeLimit
from harness.core.redaction import Secrets

FAILURES = (ksa.ClientException, sdk.SDKException, requests.RequestException, OSError, ValueError)
ATTEMPTS = 3
_NO_NUMBERS = ("NaN", "Infinity")
_TOO_MANY = 429
_AWAY = frozenset({502, 503, 504})
"""What a proxy or a service says of itself while it is not there."""

_backoff = wait_random_exponential(multiplier=0.5, max=5.0)


class NoAnswer(Exception):
    """A question was not answered with JSON; the text is one line that says why.

    ``status`` is that of the answer, None where there was none. ``silent``: it is the service that
    is not there, and not the question that it does not like. ``passing``: asking again may help,
    after ``wait`` seconds where the service says so.
    """

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        *,
        silent: bool = False,
        passing: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.status, self.silent, self.passing, self.wait = status, silent, passing, wait


def repeated(ask: Callable[[], Any], limit: TimeLimit, sleep: Callable[[float], None]) -> Any:
    """Ask until there is an answer, it is of no use, or the limit would be passed.

    The waits grow at random, so that many who wait do not come back at once. Raises NoAnswer.
    """
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, NoAnswer) and error.passing),
        stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(limit.seconds),
        wait=_wait,
        sleep=sleep,
        reraise=True,
    )
    return retrying(ask)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    told = getattr(error, "wait", None)
    return float(told) if told is not None else _backoff(state)


def answer_of(
    send: Callable[[], requests.Response],
    limit: TimeLimit,
    version: str | None,
    secrets: Secrets,
) -> Any:
    """Send a request and return the JSON of its answer, which must be of microversion ``version``.

    What fields of secrets hold (``core.redaction``) is in neither the answer nor the error. Raises
    NoAnswer.
    """
    try:
        answer = send()
    except FAILURES as error:
        raise failure(error, limit, secrets) from error
    if answer.status_code >= 400:
        raise _refusal(answer, secrets)
    said = answer.headers.get("OpenStack-API-Version", "")
    if version and said and version not in said.replace(",", " ").split():
        raise NoAnswer(f"answered at microversion {one_line(said, secrets)!r}, asked for {version}")
    try:
        text = answer.content.decode(json.detect_encoding(answer.content))
        if any(name in text for name in _NO_NUMBERS):
            json.loads(text, parse_constant=_no_number)
        return secrets.read(text)
    except (ValueError, RecursionError) as error:
        kind = answer.headers.get("Content-Type", "of no type")
        told = f"the answer ({one_line(kind, secrets)}) is no JSON: {one_line(error, secrets)}"
        raise NoAnswer(told) from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON's")


def failure(error: BaseException, limit: TimeLimit, secrets: Secrets) -> NoAnswer:
    """Return what an error of the libraries means."""
    if limit.over:
        return NoAnswer(f"no whole answer within {limit.seconds:g} s", silent=True)
    timeout = isinstance(error, ksa.ConnectTimeout | requests.Timeout | TimeoutError)
    lost = isinstance(error, ksa.ConnectionError | requests.ConnectionError | OSError)
    status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
    away = status in _AWAY or status is None
    return NoAnswer(
        one_line(_root(error) if lost else error, secrets),
        status if isinstance(status, int) else None,
        silent=away,
        passing=away and not timeout,
    )


def _root(error: BaseException) -> BaseException:
    """Return where an error began: the libraries put the whole URL before what happened."""
    while before := error.__cause__ or error.__context__:
        error = before
    return error


def _refusal(answer: requests.Response, secrets: Secrets) -> NoAnswer:
    status = answer.status_code
    wait = _asked_to_wait(answer)
    told = f" (it asks to wait {wait:g} s)" if wait is not None else ""
    return NoAnswer(
        f"HTTP {status}{told}: {one_line(answer.text, secrets)[:200]}",
        status,
        silent=status in _AWAY,
        passing=status in _AWAY or status == _TOO_MANY,
        wait=wait,
    )


def _asked_to_wait(answer: requests.Response) -> float | None:
    """Return Retry-After in seconds; a date there is told from the service's own clock."""
    told = answer.headers.get("Retry-After", "")
    if told.isdecimal():
        return float(told)
    try:
        then, now = (parsedate_to_datetime(t) for t in (told, answer.headers.get("Date", "")))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError):
        return None


def one_line(said: object, secrets: Secrets) -> str:
    """Return an error or a text as one line without secrets, not too long."""
    text = " ".join(str(said).split()) or type(said).__name__
    return secrets.shown(text)[:300]
