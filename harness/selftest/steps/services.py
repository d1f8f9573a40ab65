"""The lab's services, killed and started."""

from collections.abc import Iterable

from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.database import LONG_AGO, write


@undo
def services_run(ground: Ground, names: list[str]) -> None:
    """Start services and wait until they answer; one that runs stays as it is."""
    from harness.lab import faults
    from harness.lab.layout import layout_of

    if ground.lab is None:
        raise PlantFailed("only a lab's services are started")
    faults.start(layout_of(ground.lab.state_dir), names, lambda _text: None)


def kill(ground: Ground, names: Iterable[str], signal: str = "KILL") -> None:
    """Kill services of the lab, or send them another signal; nothing starts them before the end."""
    from harness.lab import faults
    from harness.lab.layout import layout_of

    if ground.lab is None:
        raise PlantFailed("only a lab's services are killed")
    services = list(names)
    if signal == "KILL":
        ground.will(services_run, names=services)
    faults.kill(layout_of(ground.lab.state_dir), services, signal, lambda _text: None)


def start(ground: Ground, names: Iterable[str]) -> None:
    """Start services and wait until they answer."""
    services_run.run(ground, list(names))


def compute(ground: Ground, host: str) -> str:
    """Return the name of the lab's service that is nova-compute on a host."""
    if ground.lab is None:
        raise PlantFailed("only a lab's services have names that are known")
    return f"nova-compute-{ground.lab.hosts.index(host) + 1}"


def kill_compute(ground: Ground, host: str, *, known: bool = True) -> None:
    """Kill nova-compute on a host; with ``known``, nova sees at once that it is down."""
    kill(ground, [compute(ground, host)])
    if known:
        look_dead(ground, host)


def look_dead(ground: Ground, host: str) -> None:
    """Make nova believe that it has not heard of nova-compute on a host for long.

    Once it runs again it reports by itself.
    """
    where = {"binary": "nova-compute", "host": host, "deleted": 0}
    write(ground, "services", where, {"last_seen_up": LONG_AGO, "updated_at": LONG_AGO})


def start_compute(ground: Ground, host: str) -> None:
    """Start nova-compute on a host and wait until nova has heard of it."""
    start(ground, [compute(ground, host)])


def look_alive(ground: Ground, host: str) -> None:
    """Make nova believe that it goes on hearing of nova-compute on a host."""
    where = {"binary": "nova-compute", "host": host, "deleted": 0}
    write(ground, "services", where, {"last_seen_up": "2037-01-01 00:00:00"})
