"""Which cloud is meant, and all that is known of it."""

import argparse
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openstack.config.loader import CONFIG_FILES
from yaml import YAMLError, safe_load

from harness.adapters.cloud import OpenStackCloud, connect
from harness.adapters.nova_database import passwords
from harness.cli import nova_databases
from harness.cli.concealment import secrets_here
from harness.core import host_command
from harness.core.errors import HarnessError
from harness.core.libvirt_uri import checked
from harness.core.redaction import NOTHING, Secrets
from harness.lab import environment
from harness.lab.environment import LabEnvironment
from harness.lab.layout import layout_of


@dataclass(frozen=True)
class Target:
    """A cloud to watch. ``config_files`` is None for the usual clouds.yaml.

    ``libvirt_uri`` and ``host_probe`` are templates or "", ``tempest_conf`` None where none is
    known. ``instances_path`` is nova's on the hosts, ``databases`` are URLs of its cells.
    ``audit_interval``, ``reaper_interval`` and ``power_sync_interval`` are those of nova's
    periodic tasks, in seconds. ``secrets`` are what no output may hold.
    """

    cloud: str
    config_files: list[str] | None
    libvirt_uri: str
    tempest_conf: Path | None
    audit_interval: float
    is_lab: bool
    reaper_interval: float = 1800.0
    power_sync_interval: float = 600.0
    host_probe: str = ""
    instances_path: str = ""
    databases: tuple[str, ...] = field(default=(), repr=False)
    secrets: Secrets = NOTHING

    def connect(self, timeout: float) -> OpenStackCloud:
        return connect(
            self.cloud, timeout=timeout, config_files=self.config_files, secrets=self.secrets
        )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which cloud is meant."""
    parser.add_argument(
        "--cloud",
        metavar="NAME",
        help="cloud of clouds.yaml; default: OS_CLOUD, else the lab on this machine",
    )
    parser.add_argument(
        "--libvirt-uri",
        metavar="TEMPLATE",
        help="libvirt URI of a compute host, {host} standing for its name, "
        "e.g. 'qemu+ssh://nova@{host}/system?no_tty=1'",
    )
    parser.add_argument(
        "--host-probe",
        metavar="TEMPLATE",
        help="command that starts a Python on a compute host to probe it, {host} standing for its "
        "name (a cloud of one compute host may do without), e.g. "
        "'ssh nova@{host} sudo -n python3 -'; 'off': none",
    )
    nova_databases.add_option(parser)
    parser.add_argument(
        "--settle-limit",
        type=float,
        metavar="SECONDS",
        help="how long to wait for the views to agree (default: 180)",
    )
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a configuration file."""
    parser.add_argument(
        "--config-file",
        metavar="FILE",
        help="configuration file (default: ~/.config/harness/harness.conf, else "
        "/etc/harness/harness.conf, where there is one)",
    )


def resolve(
    args: argparse.Namespace,
    conf: Any,
    environ: Mapping[str, str],
    say: Callable[[str], None] | None = None,
) -> Target:
    """Find the cloud that is meant; with ``say``, bring the lab up where it is the lab.

    Raises HarnessError where no cloud is named and there is no lab, or where its libvirt URI or its
    host probe is not safe to use.
    """
    try:
        checked(args.libvirt_uri or conf.libvirt.uri)
    except ValueError as error:
        raise HarnessError(f"--libvirt-uri or [libvirt] uri: {error}") from None
    try:
        host_command.checked(_probe(args, conf))
    except ValueError as error:
        raise HarnessError(f"--host-probe or [host] probe: {error}") from None
    goal = _found(args, conf, environ, say)
    confs = [
        Path(place).expanduser()
        for place in (getattr(args, "tempest_conf", None), goal.tempest_conf)
        if place
    ]
    texts = [goal.libvirt_uri, goal.host_probe, *goal.databases]
    hidden = Secrets.of(word for url in goal.databases for word in passwords(url))
    return replace(
        goal,
        libvirt_uri=checked(goal.libvirt_uri),
        host_probe=host_command.checked(goal.host_probe),
        secrets=secrets_here(environ, goal.config_files, confs, texts) | hidden,
    )


def _probe(args: argparse.Namespace, conf: Any) -> str:
    """Return the host probe that is meant, "" where none is named. Raises ValueError for one that
    is named and empty: whoever writes it may mean none, or a variable that is not set."""
    given = getattr(args, "host_probe", None)
    if given is not None and not given.strip():
        raise ValueError(f"it is empty: give a command, or '{host_command.OFF}' for none")
    return str(given or conf.host.probe)


def _found(
    args: argparse.Namespace,
    conf: Any,
    environ: Mapping[str, str],
    say: Callable[[str], None] | None,
) -> Target:
    limit = getattr(args, "settle_limit", None)
    if limit is not None and not 0 < limit < math.inf:
        raise HarnessError(f"--settle-limit {limit:g}: give seconds above 0")
    name = args.cloud or conf.cloud.name or environ.get("OS_CLOUD")
    state_dir = environment.default_state_dir(environ)
    if name is None and say:
        return _lab(_brought_up(state_dir, say), args, conf)
    try:
        lab = environment.load(state_dir)
    except HarnessError:
        if name is None:
            raise
        lab = None
    if lab and (name is None or _is_lab(name, lab, environ)):
        if say:
            lab = _brought_up(state_dir, say)
        return _lab(lab, args, conf)
    assert name is not None
    known = _configured()
    if name not in known:
        listed = f"clouds there: {', '.join(sorted(known))}" if known else "no such file was found"
        raise HarnessError(
            f"there is no cloud {name!r} in clouds.yaml ({listed}); add it, or set "
            "OS_CLIENT_CONFIG_FILE to the right file"
        )
    conf_file = Path(conf.tempest.conf).expanduser() if conf.tempest.conf else None
    uri = args.libvirt_uri or conf.libvirt.uri
    return Target(
        name,
        None,
        uri,
        conf_file,
        conf.settle.audit_interval,
        is_lab=False,
        reaper_interval=conf.settle.reaper_interval,
        power_sync_interval=conf.settle.power_sync_interval,
        host_probe=_probe(args, conf),
        instances_path=conf.host.instances_path,
        databases=nova_databases.chosen(args, conf, {}),
    )


def _brought_up(state_dir: Path, say: Callable[[str], None]) -> LabEnvironment:
    """Bring the lab up where it is down; what the lab needs is imported only here.

    One that runs is left as it is: a service that was stopped in it is a fault to be seen.
    """
    try:
        from harness.lab import lifecycle
    except ImportError as error:
        raise HarnessError(
            f"the lab needs more than is installed ({error}): pip install 'harness[lab]'; "
            "or name a cloud with --cloud"
        ) from error
    idle = lifecycle.stopped(state_dir)
    if idle is not None:
        if idle:
            say(f"lab: {', '.join(idle)} does not run and is left so; `harness lab up` starts it")
        return environment.load(state_dir)
    lab = lifecycle.up(lifecycle.UpOptions(state_dir), say)
    return lab if lab else environment.load(state_dir)


def _is_lab(name: str, lab: LabEnvironment, environ: Mapping[str, str]) -> bool:
    if name != lab.cloud:
        return False
    chosen = environ.get("OS_CLIENT_CONFIG_FILE")
    if chosen:
        return Path(chosen).resolve() == lab.clouds_yaml.resolve()
    return name not in _configured()


def _configured() -> list[str]:
    """Return the clouds of the usual clouds.yaml."""
    chosen = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if chosen and not Path(chosen).is_file():
        raise HarnessError(f"OS_CLIENT_CONFIG_FILE names {chosen}, which is not there")
    places = [Path(place) for place in ([chosen] if chosen else CONFIG_FILES)]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        return []
    try:
        content = safe_load(file.read_text(encoding="utf-8"))
        return [str(name) for name in content["clouds"]]
    except (YAMLError, OSError, ValueError, KeyError, TypeError) as error:
        # The error's text quotes the line where it stands, which may be a password.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise HarnessError(
            f"{file} is no clouds.yaml ({type(error).__name__}{where}); it needs a mapping "
            "'clouds' of cloud name to settings"
        ) from None


def _lab(lab: LabEnvironment, args: argparse.Namespace, conf: Any) -> Target:
    conf_file = Path(conf.tempest.conf).expanduser() if conf.tempest.conf else lab.tempest_conf
    return Target(
        lab.cloud,
        [str(lab.clouds_yaml)],
        args.libvirt_uri or conf.libvirt.uri or lab.libvirt_uri,
        conf_file,
        float(lab.audit_interval),
        is_lab=True,
        reaper_interval=float(getattr(lab, "reaper_interval", 1800)),
        power_sync_interval=float(getattr(lab, "power_sync_interval", 600)),
        host_probe=_probe(args, conf) or environment.host_probe(lab.state_dir),
        instances_path=str(layout_of(lab.state_dir).instances),
        databases=nova_databases.chosen(args, conf, environment.readable_databases(lab)),
    )
