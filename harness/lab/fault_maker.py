"""Faults in the lab, as a plan tells them: services that stop, cables that are pulled."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.core.errors import HarnessError
from harness.core.faults.fault_plan import Step
from harness.core.ports import FaultFailed
from harness.lab import faults, networks, ports, services, supervision
from harness.lab.layout import HOSTS, Layout

Act = Callable[[Layout, str], None]
_DYING_SECONDS = 40.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class LabFaults:
    """Makes faults in one lab."""

    layout: Layout

    def make(self, step: Step) -> str:
        """Make a fault; see ``ports.FaultMaker``."""
        return self._do(_MAKE[step.action], step)

    def heal(self, step: Step) -> str:
        """Heal a fault; see ``ports.FaultMaker``."""
        return self._do(_HEAL[step.action], step)

    def _do(self, act: Act, step: Step) -> str:
        try:
            act(self.layout, step.target)
        except HarnessError as error:
            raise FaultFailed(str(error)) from error
        return ""


def targets(layout: Layout) -> Mapping[str, tuple[str, ...]]:
    """Return what each deed can be done to in any lab: action -> names."""
    declared = services.declared(services.Place(layout, ports.shifted(0)))
    names = tuple(service.name for service in declared)
    on_services = dict.fromkeys(("kill", "stop", "restart", "pause"), names)
    return {**on_services, "drop_network": HOSTS}


def _say(_text: str) -> None:
    return


def _kill(layout: Layout, name: str) -> None:
    faults.kill(layout, [name], "KILL", _say)
    until = time.monotonic() + _DYING_SECONDS
    while supervision.services(layout)[name].running:
        if time.monotonic() >= until:
            raise HarnessError(f"{name} does not die")
        time.sleep(_POLL_SECONDS)


def _stop(layout: Layout, name: str) -> None:
    faults.stop(layout, [name], _say)


def _start(layout: Layout, name: str) -> None:
    faults.start(layout, [name], _say)


def _pause(layout: Layout, name: str) -> None:
    faults.kill(layout, [name], "STOP", _say)


def _go_on(layout: Layout, name: str) -> None:
    """Let a service go on; one that died meanwhile is started."""
    supervision.signal_service(layout, name, faults.signal_number("CONT"))
    faults.start(layout, [name], _say)


_MAKE: Mapping[str, Act] = {
    "kill": _kill,
    "stop": _stop,
    "restart": _stop,
    "pause": _pause,
    "drop_network": networks.pull_cable,
}
_HEAL: Mapping[str, Act] = {
    "kill": _start,
    "stop": _start,
    "restart": _start,
    "pause": _go_on,
    "drop_network": networks.plug_cable,
}
