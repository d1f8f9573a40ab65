"""The faults of a soak: the plan that is read, and what makes them."""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.adapters.clock import SystemClock
from harness.adapters.fault_commands import CommandFaults
from harness.adapters.fault_driver import FaultDriver
from harness.adapters.fault_journal import FaultJournal
from harness.adapters.plain_yaml import read_plain
from harness.adapters.store import RunStore
from harness.cli.target import Target
from harness.core.errors import HarnessError
from harness.core.faults.fault_plan import LAB, PlanError, Step, plan_from
from harness.core.iterations.history import Run
from harness.core.ports import FaultMaker
from harness.lab import environment
from harness.lab.layout import Layout, layout_of
from harness.reports.plain_text import line

_FILE = "faults plan"
_LONG = 1000


def add(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a plan."""
    parser.add_argument_group("faults on purpose").add_argument(
        "--faults",
        metavar="PLAN",
        help="YAML file of faults to make and heal while the run goes on: docs/faults.md",
    )


def read(args: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps of the plan that was given, none where none was.

    Raises HarnessError, a line for each thing that is wrong, before anything is started.
    """
    if not args.faults:
        return ()
    layout = layout_of(environment.default_state_dir(environ))

    def parse(content: Any) -> tuple[Step, ...]:
        steps = plan_from(content)
        if any(step.kind == LAB for step in steps):
            _check_targets(steps, layout)
        return steps

    return read_plain(Path(args.faults).expanduser(), _FILE, parse)


def _check_targets(steps: tuple[Step, ...], layout: Layout) -> None:
    try:
        from harness.lab import fault_maker
    except ImportError as error:
        raise PlanError(
            f"the lab needs more than is installed ({error}): pip install 'harness[lab]'"
        ) from error
    known = fault_maker.targets(layout)
    if wrong := [
        f"step {step.number} ({step.name!r}): the lab has no {step.target!r} to {step.action}: "
        f"{', '.join(known[step.action])}"
        for step in steps
        if step.kind == LAB and step.target not in known[step.action]
    ]:
        raise PlanError("\n".join(wrong))


def check(steps: tuple[Step, ...], goal: Target) -> None:
    """Raise HarnessError where a plan cannot be carried out on a cloud."""
    for step in steps:
        if step.kind == LAB and not goal.is_lab:
            raise HarnessError(
                f"{_FILE}: step {step.number} ({step.name!r}) is for the lab, and cloud "
                f"{goal.cloud!r} is none: give make and heal commands"
            )
        for word in (*step.make, *step.heal):
            if goal.secrets.shown(word) != word:
                raise HarnessError(
                    f"{_FILE}: step {step.number} ({step.name!r}) has a secret in a command, which "
                    "evidence would hold: let the command read it from a file"
                )


def driver(
    run: Run, goal: Target, store: RunStore, clock: SystemClock, say: Callable[[str], None]
) -> FaultDriver:
    """Return what makes the faults of a run. Raises HarnessError where what an earlier driver left
    is not known.

    ``say`` hears of them in lines that are safe to show: what commands print is foreign text.
    """
    makers: dict[str, FaultMaker] = {"command": CommandFaults(secrets=goal.secrets)}
    if any(step.kind == LAB for step in run.faults):
        from harness.lab.fault_maker import LabFaults

        makers[LAB] = LabFaults(layout_of(environment.default_state_dir(os.environ)))
    try:
        journal = FaultJournal(store.evidence)
    except ValueError as error:
        raise HarnessError(
            f"{store.evidence}/{error}: whether a fault is open is not known; look, and heal it"
        ) from error

    def tell(text: str) -> None:
        say(line(text, _LONG))

    return FaultDriver(run.faults, makers, journal, clock, run.started, tell)
