"""The lab's services, killed and started."""

from collections.abc import Iterable
from datetime import UTC, datetime

from harness.core.errors import HarnessError
from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.kind import Expected, lost
from harness.selftest.steps.database import CELLS, LONG_AGO, write

_FIRST_TASKS = 75.0
"""Seconds from the start of nova-compute to the end of the first round of its tasks."""
_AHEAD = 18.0
"""Seconds, a little less than the service_down_time of the lab."""


@undo
def services_run(ground: Ground, names: list[str]) -> None:
    """Start services and wait until they answer; one that runs stays as it is."""
    from harness.lab import faults
    from harness.lab.layout import layout_of

    if ground.lab is None:
        raise PlantFailed("only a lab's services are started")
    faults.start(layout_of(ground.lab.state_dir), names, lambda _text: None)


@undo
def services_go_on(ground: Ground, names: list[str]) -> None:
    """Let frozen services go on; one that does not run is no matter of this."""
    try:
        _signal(ground, names, "CONT")
    except HarnessError:
        return


def kill(ground: Ground, names: Iterable[str]) -> None:
    """Kill services of the lab; nothing starts them before the plant is removed."""
    services = list(names)
    ground.will(services_run, names=services)
    _signal(ground, services, "KILL")
    ground.wait(lambda: not _running(ground, services), f"{', '.join(services)} to be dead", 30)


def _running(ground: Ground, names: list[str]) -> list[str]:
    """Return those of some services that the lab takes to run."""
    from harness.lab import supervision
    from harness.lab.layout import layout_of

    assert ground.lab is not None
    known = supervision.services(layout_of(ground.lab.state_dir))
    return [name for name in names if known[name].running]


def freeze(ground: Ground, names: Iterable[str]) -> None:
    """Let services of the lab stand still until the plant is removed."""
    services = list(names)
    ground.will(services_go_on, names=services)
    _signal(ground, services, "STOP")


def _signal(ground: Ground, names: list[str], signal: str) -> None:
    from harness.lab import faults
    from harness.lab.layout import layout_of

    if ground.lab is None:
        raise PlantFailed("only a lab's services are sent signals")
    faults.kill(layout_of(ground.lab.state_dir), names, signal, lambda _text: None)


def start(ground: Ground, names: Iterable[str]) -> None:
    """Start services and wait until they answer."""
    services_run.run(ground, list(names))


def compute(ground: Ground, host: str) -> str:
    """Return the name of the lab's service that is nova-compute on a host."""
    if ground.lab is None:
        raise PlantFailed("only a lab's services have names that are known")
    return f"nova-compute-{ground.lab.hosts.index(host) + 1}"


def kill_compute(ground: Ground, host: str) -> Expected:
    """Kill nova-compute on a host, so that nova sees at once that it is down; returns what must be
    said of that.
    """
    kill(ground, [compute(ground, host)])
    return look_dead(ground, "nova-compute", host)


def freeze_compute(ground: Ground, host: str) -> None:
    """Let nova-compute on a host stand still, and nova believe for a while that it hears of it.

    A report from the near future counts (nova/servicegroup/drivers/db.py: is_up), so that it is
    twice service_down_time before the silence shows.
    """
    freeze(ground, [compute(ground, host)])
    soon = datetime.fromtimestamp(ground.clock.now() + _AHEAD, UTC)
    where = {"binary": "nova-compute", "host": host, "deleted": 0}
    write(ground, "services", where, {"last_seen_up": f"{soon:%F %T}"})


def look_dead(ground: Ground, binary: str, host: str) -> Expected:
    """Make nova believe that it has not heard of a service for long; returns what must be said.

    Once it runs again it reports by itself.
    """
    where = {"binary": binary, "host": host, "deleted": 0}
    for database in CELLS:
        values = {"last_seen_up": LONG_AGO, "updated_at": LONG_AGO}
        write(ground, "services", where, values, database)
    place = host if binary == "nova-compute" else ""
    return lost("service_reports", f"{binary}@{host}", place)


def start_compute(ground: Ground, host: str) -> None:
    """Start nova-compute on a host and wait until nova has heard of it."""
    start(ground, [compute(ground, host)])


def go_on_compute(ground: Ground, host: str) -> None:
    """Let a frozen nova-compute go on."""
    services_go_on.run(ground, [compute(ground, host)])


def wait_for_first_tasks(ground: Ground, host: str) -> None:
    """Wait until nova-compute on a host has run its periodic tasks once since it started: all begin
    within 60 s of that (periodic_fuzzy_delay), however long their intervals are.
    """
    from harness.lab import supervision
    from harness.lab.layout import layout_of

    if ground.lab is None:
        raise PlantFailed("only a lab's services tell when they started")
    began = supervision.services(layout_of(ground.lab.state_dir))[compute(ground, host)].start
    ground.wait(lambda: ground.clock.now() > began + _FIRST_TASKS, "the first periodic tasks")


def restart_compute(ground: Ground, host: str) -> None:
    """Kill nova-compute on a host and start it: it reaps and resumes when it starts."""
    kill(ground, [compute(ground, host)])
    start_compute(ground, host)


def host_of(ground: Ground, binary: str) -> str:
    """Return the host of nova's first service of a kind."""
    listed = ground.ask("compute", "GET", f"/os-services?binary={binary}", version="2.53")
    if not listed["services"]:
        raise PlantFailed(f"nova lists no {binary}")
    return str(listed["services"][0]["host"])
