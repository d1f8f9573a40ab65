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

FAILURES = (ksa.ClientException, sdk.SDKException, requests.RequestException, OSError, ValueError)
ATTEMPTS = 3
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


def answer_of(send: Callable[[], requests.Response], limit: TimeLimit, version: str | None) -> Any:
    """Send a request and return the JSON of its answer, which must be of microversion ``version``.

    Raises NoAnswer.
    """
    try:
        answer = send()
    except FAILURES as error:
        raise failure(error, limit) from error
    if answer.status_code >= 400:
        raise _refusal(answer)
    said = answer.headers.get("OpenStack-API-Version", "")
    if version and said and version not in said.replace(",", " ").split():
        raise NoAnswer(f"answered at microversion {one_line(said)!r}, asked for {version}")
    try:
        return json.loads(answer.content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        kind = answer.headers.get("Content-Type", "of no type")
        raise NoAnswer(f"the answer ({one_line(kind)}) is no JSON: {one_line(error)}") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON's")


def failure(error: BaseException, limit: TimeLimit) -> NoAnswer:
    """Return what an error of the libraries means."""
    if limit.over:
        return NoAnswer(f"no whole answer within {limit.seconds:g} s", silent=True)
    timeout = isinstance(error, ksa.ConnectTimeout | requests.Timeout | TimeoutError)
    lost = isinstance(error, ksa.ConnectionError | requests.ConnectionError | OSError)
    status = getattr(error, "http_status", None) or getattr(error, "status_code", None)
    away = status in _AWAY or status is None
    return NoAnswer(
        one_line(_root(error) if lost else error),
        status if isinstance(status, int) else None,
        silent=away,
        passing=away and not timeout,
    )


def _root(error: BaseException) -> BaseException:
    """Return where an error began: the libraries put the whole URL before what happened."""
    while before := error.__cause__ or error.__context__:
        error = before
    return error


def _refusal(answer: requests.Response) -> NoAnswer:
    status = answer.status_code
    wait = _asked_to_wait(answer)
    told = f" (it asks to wait {wait:g} s)" if wait is not None else ""
    return NoAnswer(
        f"HTTP {status}{told}: {one_line(answer.text)[:200]}",
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


def one_line(said: object) -> str:
    """Return an error or a text as one line, not too long."""
    text = " ".join(str(said).split()) or type(said).__name__
    return text[:300]
