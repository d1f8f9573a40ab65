"""The one table of the TCP ports of a lab, and who holds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

from harness.core.errors import HarnessError

LOOPBACK = "127.0.0.1"

# Below the ephemeral range (32768) and away from every service's default port, so that system
# services, a second lab (--port-offset 100) and outgoing connections do not collide with a lab.
PORTS: Mapping[str, int] = {
    "keystone": 18500,
    "placement": 18501,
    "glance": 18502,
    "neutron": 18503,
    "nova-api": 18504,
    "cinder-api": 18505,
    "mariadb": 18510,
    "rabbitmq": 18511,
    "rabbitmq-distribution": 18512,
    "epmd": 18513,
    "memcached": 18514,
}
LARGEST_OFFSET = 32768 - 18600


@dataclass(frozen=True)
class Listener:
    """A process that listens on a port; ``pid`` is None where it may not be seen."""

    port: int
    pid: int | None


def shifted(offset: int) -> dict[str, int]:
    """The table of a lab with this port offset; HarnessError where the offset is out of range."""
    if not 0 <= offset <= LARGEST_OFFSET:
        raise HarnessError(f"--port-offset must be between 0 and {LARGEST_OFFSET}, not {offset}")
    return {name: port + offset for name, port in PORTS.items()}


def listeners() -> list[Listener]:
    """Every TCP listener of this machine."""
    return [
        Listener(connection.laddr.port, connection.pid)
        for connection in psutil.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr
    ]


def refuse_foreign(
    ports: Mapping[str, int], listening: list[Listener], ours: Callable[[int], bool]
) -> None:
    """Raise HarnessError when a process that is not ``ours`` listens on a port of the lab."""
    names = {port: name for name, port in ports.items()}
    for listener in listening:
        name = names.get(listener.port)
        if name is None or (listener.pid is not None and ours(listener.pid)):
            continue
        holder = "a process that cannot be seen" if listener.pid is None else f"pid {listener.pid}"
        raise HarnessError(
            f"port {listener.port} for {name} is held by {holder}: stop it, or start the lab with "
            "another --port-offset"
        )
