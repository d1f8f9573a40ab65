"""The cloud's REST APIs, through openstacksdk's adapters.

Resources of the SDK are not used: a thousand servers cost seconds of CPU as SDK objects, and a
failed version discovery makes them fall back in silence to microversion 2.1.
"""

import random
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from harness.adapters.cloud.asking import FAILURES, NoAnswer, answer_of, failure, repeated
from harness.adapters.cloud.breaker import Breaker, Probing
from harness.adapters.cloud.time_limit import TimeLimit
from harness.core.ports import Absent, Unreachable
from harness.core.redaction import NOTHING, Secrets

_SERVICES = {"compute", "placement", "identity", "network", "image", "block_storage"}
_OPTIONAL = {"block_storage": {"block-storage", "block-store", "volumev3"}}
"""The services that a cloud may do without, and the types that stand for them in a catalog."""

_LOGIN = "login"
_UNAUTHORIZED = 401
_MOVED = frozenset({301, 404, 410})
"""What an old address may say when a service has moved, and a service of a thing that is gone."""
_CATALOG_AGE = 60.0
"""Seconds after which a catalog is fetched anew when a service may have moved."""


class OpenStackCloud:
    """A cloud of clouds.yaml, asked with a time limit and few repetitions.

    A service that does not answer at all is probed now and then until it does; ``breakers`` know
    which, and are shared by all connections. ``secrets`` show in no answer and in no error.
    """

    def __init__(
        self,
        connection: Any,
        name: str,
        opened: Callable[[TimeLimit], Any],
        limit: TimeLimit,
        breakers: Mapping[str, Breaker],
        sleep: Callable[[float], None] = time.sleep,
        secrets: Secrets = NOTHING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._clock = clock
        self._connected, self._moved = clock(), False
        self.secrets = secrets
        self._opened = opened
        self._connection = connection
        self._limit = limit
        self._breakers = breakers
        self._sleep = sleep
        self._recoveries = {service: known.recoveries for service, known in breakers.items()}

    @classmethod
    def first(
        cls,
        connection: Any,
        name: str,
        opened: Callable[[TimeLimit], Any],
        limit: TimeLimit,
        probing: Probing,
        secrets: Secrets,
    ) -> "OpenStackCloud":
        """Return a cloud of which nothing is known yet. ``opened`` makes further connections."""
        return cls(connection, name, opened, limit, breakers_for(probing), secrets=secrets)

    def connection(self) -> Any:
        """Return a connection of openstacksdk of its own, for who changes the cloud: each read has
        the time limit to itself, and the connection is not replaced when a service comes back."""
        return self._opened(TimeLimit(self._limit.seconds))

    def get(
        self,
        service: str,
        path: str,
        *,
        microversion: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """GET a path of a service; see ``ports.Cloud``. Raises Unreachable."""
        if service not in _SERVICES:
            raise KeyError(service)
        self._limit.begin()
        where = f"{service} {path.split('?')[0]}"
        self._through(_LOGIN, where, self._log_in)
        if service in _OPTIONAL and not _OPTIONAL[service] & self._listed():
            raise Absent(
                f"{where}: the catalog of the cloud has no {service.replace('_', ' ')} service"
            )
        send = partial(self._send, service, path, microversion, dict(params or {}))
        return self._through(service, where, send)

    def _through(self, service: str, where: str, ask: Callable[[], Any]) -> Any:
        """Ask if the service is not taken for dead, and tell its breaker. Raises Unreachable."""
        breaker = self._breakers[service]
        if not breaker.admits():
            reason = f"{where}: not asked: {service} does not answer ({breaker.last})"
            raise Unreachable(reason, silent=service)
        try:
            self._renew(service)
            answer = repeated(ask, self._limit, self._sleep)
        except NoAnswer as error:
            if error.silent:
                breaker.failed(str(error)[:200])
            else:
                breaker.answered()
            self._moved |= error.status in _MOVED
            silent = service if breaker.open else ""
            raise Unreachable(f"{where}: {error}", error.status, silent=silent) from error
        except BaseException:
            breaker.untold()
            raise
        breaker.answered()
        return answer

    def _log_in(self) -> None:
        """Get a token unless there is one that is good for a while."""
        session = self._connection.session
        try:
            session.auth.get_access(session)
        except FAILURES as error:
            told = failure(error, self._limit, self._told())
            raise NoAnswer(
                f"no login: {told}", told.status, silent=told.silent, passing=told.passing
            ) from error

    def _send(
        self, service: str, path: str, microversion: str | None, params: dict[str, str]
    ) -> Any:
        def once() -> Any:
            return getattr(self._connection, service).get(
                path,
                microversion=microversion,
                params=params,
                connect_retries=0,
                status_code_retries=0,
                allow_reauth=False,
            )

        try:
            return answer_of(once, self._limit, microversion, self._told())
        except NoAnswer as error:
            if error.status != _UNAUTHORIZED:
                raise
        self._connection.session.invalidate()
        self._through(_LOGIN, f"{service} {path.split('?')[0]}", self._log_in)
        return answer_of(once, self._limit, microversion, self._told())

    def _renew(self, service: str) -> None:
        """In an outage and after it, connect anew: a service may come back at another place. So it
        is when an address was not found, for that may be an old one; but not often, since things
        that are gone say the same.

        Where no login can be had the old connection is kept, since its token may still be good.
        """
        breaker = self._breakers[service]
        seen = breaker.recoveries
        if service == _LOGIN or self._breakers[_LOGIN].open:
            return
        moved = self._moved and self._clock() - self._connected >= _CATALOG_AGE
        if not moved and not breaker.open and seen == self._recoveries[service]:
            return
        connection = self._opened(self._limit)
        try:
            connection.session.auth.get_access(connection.session)
        except FAILURES:
            connection.close()
            return
        self._connection.close()
        self._connection = connection
        self._connected, self._moved = self._clock(), False
        self._recoveries[service] = seen

    def _told(self) -> Secrets:
        """Return all secrets, the token of the session too: services log it, and some echo it."""
        access = getattr(self._connection.session.auth, "auth_ref", None)
        return self.secrets | Secrets.of([access.auth_token]) if access else self.secrets

    def _listed(self) -> set[str]:
        """Return the types of the services in the catalog that came with the token."""
        session = self._connection.session
        return {item["type"] for item in session.auth.get_access(session).service_catalog.catalog}

    def another(self) -> "OpenStackCloud":
        """Return the same cloud by a connection of its own, for another thread: a connection of
        openstacksdk is not to be shared by threads. It logs in when it is first asked."""
        limit = TimeLimit(self._limit.seconds)
        return OpenStackCloud(
            self._opened(limit),
            self.name,
            self._opened,
            limit,
            self._breakers,
            self._sleep,
            self.secrets,
            self._clock,
        )

    def close(self) -> None:
        self._connection.close()


def breakers_for(probing: Probing) -> dict[str, Breaker]:
    """Return a breaker for each service that a source may ask, and one for the login."""
    draw = random.Random().random
    return {service: Breaker(time.monotonic, draw, probing) for service in (*_SERVICES, _LOGIN)}
