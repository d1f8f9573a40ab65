"""Single services stopped, killed and started: the faults that tests inject, and their end."""

import signal
from collections.abc import Callable, Sequence

from harness.core.errors import HarnessError
from harness.lab import cloud, ports, readiness, settings, supervision
from harness.lab.layout import Layout

Say = Callable[[str], None]
START_SECONDS = 180


def start(layout: Layout, names: Sequence[str], say: Say) -> None:
    """Start services and wait until each answers on its port or socket."""
    _known(layout, names)
    for name in names:
        started = supervision.start_service(layout, name)
        say(f"{name}: started" if started else f"{name}: runs already")
    table = ports.shifted(settings.load(layout.state).port_offset)
    for name in names:
        readiness.wait_for(layout, [name], table, name, START_SECONDS)
    _wait_for_agents(layout, names, say)


def _wait_for_agents(layout: Layout, names: Sequence[str], say: Say) -> None:
    """Wait until nova and cinder heard of their services, which takes all the others."""
    agents = [name for name in names if name in readiness.AGENTS]
    supervised = supervision.services(layout)
    down = [one.name for one in supervised.values() if not one.running]
    if not agents:
        return
    if down:
        say(f"not waiting for an API to see {', '.join(agents)} up: {', '.join(down)} does not run")
        return
    started = {name: supervised[name].start for name in agents}
    connection = readiness.patiently(
        layout, "keystone", lambda: cloud.connect(layout), START_SECONDS
    )
    readiness.wait(layout, agents, lambda: readiness.agents_up(connection, started), START_SECONDS)


def stop(layout: Layout, names: Sequence[str], say: Say) -> None:
    """End services by SIGTERM, and by SIGKILL when their patience is over."""
    _known(layout, names)
    for name in names:
        ended = supervision.stop_service(layout, name)
        say(f"{name}: stopped" if ended else f"{name}: does not run")


def kill(layout: Layout, names: Sequence[str], signal_name: str, say: Say) -> None:
    """Send a signal to the process group of each service; HarnessError where one does not run."""
    number = signal_number(signal_name)
    _known(layout, names)
    for name in names:
        if not supervision.signal_service(layout, name, number):
            raise HarnessError(f"{name} does not run: `harness lab start {name}`")
        say(f"{name}: sent {signal.Signals(number).name}")


def signal_number(name: str) -> int:
    """The number of a signal by its name, with or without SIG."""
    plain = name.upper().removeprefix("SIG")
    try:
        return signal.Signals[f"SIG{plain}"].value
    except KeyError:
        raise HarnessError(
            f"there is no signal {name!r}: KILL, TERM, STOP and CONT are some"
        ) from None


def _known(layout: Layout, names: Sequence[str]) -> None:
    declared = supervision.services(layout)
    for name in names:
        if name not in declared:
            raise HarnessError(f"there is no service {name!r}: {', '.join(declared)}")
