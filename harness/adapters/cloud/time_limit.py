"""HTTP with a limit on the whole of an answer, not on each read of it.

The timeout of requests starts anew with every byte, so that a service that drips is waited for
for ever. Here each read is given what is left.
"""

import http.client
import io
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
from keystoneauth1.session import TCPKeepAliveAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class TimeLimit:
    """How long a question may take with all that it needs: login, redirects, repetitions.

    ``seconds`` is the limit, on a clock that nobody sets. Before ``begin`` there is none.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until: float | None = None

    def begin(self) -> None:
        self._until = self._clock() + self.seconds

    @property
    def over(self) -> bool:
        return self._until is not None and self._clock() >= self._until

    def left(self) -> float:
        """Return the seconds that are left. Raises TimeoutError where none are."""
        if self.over:
            raise TimeoutError("the time is up")
        return self.seconds if self._until is None else self._until - self._clock()


class TimelyAdapter(TCPKeepAliveAdapter):
    """Sends requests whose answers must be whole when the limit is over."""

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._limit)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        found = super().proxy_manager_for(*args, **kwargs)
        found.pool_classes_by_scheme = _pools(self._limit)
        return found

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send within what is left. Raises requests.Timeout where nothing is."""
        try:
            options["timeout"] = self._limit.left()
        except TimeoutError as error:
            raise requests.Timeout(str(error)) from error
        return super().send(request, **options)


def _pools(limit: TimeLimit) -> dict[str, Any]:
    """Return urllib3's pools by scheme, whose connections read within the limit."""

    def bound(connection: type[Any]) -> type[Any]:
        return type(connection.__name__, (connection,), {"response_class": partial(_reply, limit)})

    plain = {"ConnectionCls": bound(HTTPConnection)}
    secure = {"ConnectionCls": bound(HTTPSConnection)}
    return {
        "http": type("Pool", (HTTPConnectionPool,), plain),
        "https": type("SecurePool", (HTTPSConnectionPool,), secure),
    }


def _reply(limit: TimeLimit, sock: socket.socket, **rest: Any) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(_Opens(sock, limit), **rest)  # type: ignore[arg-type]


class _Opens:
    """What http.client takes for a socket: all that it does with one is to open it as a file."""

    def __init__(self, sock: socket.socket, limit: TimeLimit) -> None:
        self._sock, self._limit = sock, limit

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timely(self._sock, self._limit))


class _Timely(io.RawIOBase):
    def __init__(self, sock: socket.socket, limit: TimeLimit) -> None:
        self._sock, self._limit = sock, limit
        self._raw: Any = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._limit.left())
        got: int | None = self._raw.readinto(buffer)
        return got

    def close(self) -> None:
        self._raw.close()
        super().close()
