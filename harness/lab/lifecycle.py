"""A lab brought up, taken down and made new; every step can be cut off and done again."""

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from harness.core.errors import HarnessError
from harness.lab import (
    bringup,
    database,
    environment,
    guest,
    lock,
    networks,
    openstack_venv,
    packages,
    ports,
    processes,
    settings,
    supervision,
)
from harness.lab.environment import LabEnvironment
from harness.lab.layout import HOSTS, Layout, layout_of
from harness.lab.settings import Settings

Say = Callable[[str], None]
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class UpOptions:
    """What the operator asks of ``up``; settings that are not in ``choices`` stay as they were."""

    state_dir: Path
    choices: Mapping[str, Any] = field(default_factory=dict)
    install_only: bool = False


def up(options: UpOptions, say: Say) -> LabEnvironment | None:
    """Bring the lab up from whatever state it is in; None after ``install_only``."""
    layout = layout_of(options.state_dir)
    _refuse_other_use(layout)
    with lock.held(layout, say):
        chosen = _chosen(layout, options)
        _refuse_while_running(layout, chosen)
        if not settings.is_lab(layout.state):
            settings.store(layout.state, chosen)
        _clear_setup(layout)
        if layout.stopping.exists():
            _down(layout, say)
        if supervision.pid(layout) is None:
            _install(layout, say)
        if options.install_only:
            return None
        return _up(layout, chosen, say)


def down(state_dir: Path, say: Say) -> None:
    """Stop everything of the lab and leave nothing of it but its state directory."""
    layout = layout_of(state_dir)
    if not settings.is_lab(layout.state):
        say(f"no lab in {layout.state}")
        return
    with lock.held(layout, say):
        _down(layout, say)


def reset(options: UpOptions, say: Say) -> LabEnvironment | None:
    """A clean cloud: all data of the lab is dropped, the installation stays."""
    layout = layout_of(options.state_dir)
    _refuse_other_use(layout)
    with lock.held(layout, say):
        chosen = _chosen(layout, options)
        _down(layout, say)
        say("dropping databases, images, instances and domains")
        for path in (layout.data, layout.state / "hosts", layout.state / "tempest"):
            if path.exists():
                shutil.rmtree(path)
        (layout.state / environment.FILE_NAME).unlink(missing_ok=True)
        settings.store(layout.state, chosen)
        _install(layout, say)
        return _up(layout, chosen, say)


def is_up(state_dir: Path) -> bool:
    """Whether every service of the lab runs; that they answer is what ``up`` makes sure of."""
    layout = layout_of(state_dir)
    if supervision.pid(layout) is None:
        return False
    return all(service.running for service in supervision.services(layout).values())


def stopped(state_dir: Path) -> list[str] | None:
    """The services that do not run in a lab that was brought up; None where the lab is down."""
    layout = layout_of(state_dir)
    if not (layout.state / environment.FILE_NAME).is_file() or supervision.pid(layout) is None:
        return None
    return [one.name for one in supervision.services(layout).values() if not one.running]


def _install(layout: Layout, say: Say) -> None:
    layout.log.mkdir(parents=True, exist_ok=True)
    packages.ensure(layout.log / "apt.log", say)
    if os.geteuid() != 0:
        raise HarnessError(
            "the lab needs root, for taps, mount namespaces and /dev/kvm: run it with sudo"
        )
    (layout.state / "tmp").mkdir(exist_ok=True)
    openstack_venv.ensure(layout, say)
    guest.ensure(layout, say)


def _refuse_other_use(layout: Layout) -> None:
    """Raise HarnessError when the directory is somebody else's: ``reset`` deletes in it."""
    if settings.is_lab(layout.state) or not layout.state.exists():
        return
    if {path.name for path in layout.state.iterdir()} - {layout.lock.name}:
        raise HarnessError(
            f"{layout.state} is not empty and holds no lab: choose another with --state-dir"
        )


def _chosen(layout: Layout, options: UpOptions) -> Settings:
    """The settings to run with; HarnessError where there cannot be such a lab."""
    chosen = settings.chosen(settings.load(layout.state), options.choices)
    ports.shifted(chosen.port_offset)
    return chosen


def _refuse_while_running(layout: Layout, chosen: Settings) -> None:
    """HarnessError where the lab runs with settings that it cannot change while it does."""
    remembered = settings.load(layout.state)
    for name, what in (("port_offset", "port offset"), ("fake_hosts", "fake hosts")):
        now = getattr(remembered, name)
        if getattr(chosen, name) != now and supervision.pid(layout) is not None:
            raise HarnessError(f"the lab runs with {what} {now}: `harness lab down` first")


def _up(layout: Layout, chosen: Settings, say: Say) -> LabEnvironment:
    running = supervision.pid(layout) is not None
    if running and not database.is_made(layout):
        say("the databases were only half made: starting over")
        bringup.stop_all(layout)
        running = False
    if not running:
        _clear_orphans(layout, say)
    if chosen != settings.load(layout.state):
        # Without it the configuration is written anew, also by the next up if this one is killed.
        (layout.state / environment.FILE_NAME).unlink(missing_ok=True)
        settings.store(layout.state, chosen)
    started = time.monotonic()
    result = bringup.run(layout, chosen, running, say)
    say(f"the lab is ready after {time.monotonic() - started:.1f} s")
    return result


def _clear_setup(layout: Layout) -> None:
    """Kill one-off commands of an earlier ``up`` that was killed: we hold the lock, they do not."""
    processes.stop([one for one in processes.all_of(layout.state) if processes.is_setup(one)], 2)


def _clear_orphans(layout: Layout, say: Say) -> None:
    """End what a dead supervisord left running; guests stay, as on a host whose libvirtd ends."""
    found = processes.all_of(layout.state)
    orphans = [one for one in found if not processes.is_guest(one, layout.state)]
    if orphans:
        say(f"ending {len(orphans)} processes that lost their supervisor")
        processes.stop(orphans, PATIENCE_SECONDS)
    if len(orphans) == len(found):
        networks.remove(layout)


def _down(layout: Layout, say: Say) -> None:
    """Stop everything; an ``up`` after a ``down`` that was killed finishes that first.

    Else it would take services that are about to end for running ones.
    """
    layout.stopping.parent.mkdir(exist_ok=True)
    layout.stopping.touch()
    _clear_setup(layout)
    if supervision.pid(layout) is not None:
        say("stopping the services")
        bringup.stop_all(layout)
    _stop_rest(layout)
    networks.remove(layout)
    for socket in (layout.supervisor_socket, layout.database_socket):
        socket.unlink(missing_ok=True)
    packages.remove_policy()
    left = processes.all_of(layout.state)
    if left:
        raise HarnessError(f"these processes of the lab do not end: {_pids(left)}")
    layout.stopping.unlink()
    say("the lab is down")


def _stop_rest(layout: Layout) -> None:
    """End what is left: guests, privsep helpers, whatever lost its supervisor."""
    processes.stop(processes.all_of(layout.state), PATIENCE_SECONDS)
    # What was started while the others ended.
    processes.stop(processes.all_of(layout.state), 2)
    for host in HOSTS:
        (layout.host(host) / "run" / "libvirtd.pid").unlink(missing_ok=True)


def _pids(found: list[psutil.Process]) -> str:
    return ", ".join(f"{process.pid}" for process in found)
