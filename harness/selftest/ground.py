"""The cloud that leaks are planted in, and the two things every step does: intend, and wait."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.core.ports import Clock
from harness.lab.environment import LabEnvironment
from harness.selftest.ledger import Ledger


class PlantFailed(Exception):
    """A leak could not be planted or removed; one line says why."""


@dataclass(frozen=True)
class Undo:
    """What takes a step back, by the name that the ledger knows. It bears to find nothing."""

    name: str
    run: Callable[..., None]


def undo(function: Callable[..., None]) -> Undo:
    """Make a function of a ground and plain values into the Undo of its name."""
    return Undo(function.__name__, function)


@dataclass
class Ground:
    """A cloud to plant in.

    ``api`` is an openstacksdk connection of an administrator. ``hosts`` are two compute hosts, the
    first of which servers are put on. ``libvirt_uri`` is a template with ``{host}``. ``steps`` are
    all ways to undo, by name. ``lab`` is None where the cloud is not a lab's: then no service is
    stopped and no database touched. ``prefix`` begins the names of what a run's tests would make.
    """

    api: Any
    hosts: tuple[str, str]
    libvirt_uri: str
    ledger: Ledger
    clock: Clock
    steps: Mapping[str, Undo]
    lab: LabEnvironment | None = None
    prefix: str = field(default_factory=lambda: f"soak{secrets.token_hex(3)}")

    def will(self, step: Undo, **args: Any) -> None:
        """Write down how the step that comes next is undone."""
        self.ledger.intend(step.name, args)

    def name(self, what: str) -> str:
        """Return a name that nothing else has, and that no test would give."""
        return f"selftest-{what}-{secrets.token_hex(4)}"

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: str | None = None,
        gone: bool = False,
    ) -> Any:
        """Send a request and return the JSON of the answer, None where it has none.

        ``gone``: that there is no such thing (404) is no failure, and gives None.
        Raises PlantFailed for any other answer of 400 or above.
        """
        answer = getattr(self.api, service).request(
            path, method, json=body, microversion=version, raise_exc=False
        )
        if gone and answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            reason = " ".join(answer.text.split())[:200]
            raise PlantFailed(f"{method} {service} {path}: HTTP {answer.status_code}: {reason}")
        return answer.json() if answer.content else None

    def wait(self, done: Callable[[], bool], what: str, seconds: float = 180) -> None:
        """Wait until something has come about. Raises PlantFailed when the time is up."""
        end = self.clock.now() + seconds
        while not done():
            if self.clock.now() >= end:
                raise PlantFailed(f"waited {seconds:g} s in vain for {what}")
            self.clock.sleep(0.4)
