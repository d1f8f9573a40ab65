"""What a running lab tells the outside: where its files, sockets and databases are."""

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from harness.core.errors import HarnessError
from harness.lab import files

FILE_NAME = "environment.json"


@dataclass(frozen=True)
class LabEnvironment:
    """Everything another program needs to use the lab; stored as JSON, mode 0600.

    ``libvirt_uri`` is a template with ``{host}``. ``instances_paths`` maps a host to the folder, as
    seen from outside the host, that nova knows there as ``instances_path``. ``database_urls`` has
    the keys keystone, placement, glance, neutron, cinder, nova_api, nova_cell0 and nova_cell1, as
    SQLAlchemy URLs with the password in them. ``volumes_path`` is the folder of cinder's volumes.
    ``reader_urls`` has nova_cell0 and nova_cell1, for a user who can only read them.
    ``fake_hosts`` are on nova's fake driver and not in ``hosts``.
    The intervals are nova's, in seconds.
    ``virt_type`` is ``kvm`` or ``qemu``, which means TCG. A field with a default may be missing in
    the file, which an older version wrote.
    """

    state_dir: Path
    cloud: str
    clouds_yaml: Path
    tempest_conf: Path
    libvirt_uri: str
    hosts: tuple[str, ...]
    instances_paths: dict[str, str]
    database_urls: dict[str, str]
    audit_interval: int = 10
    virt_type: str = "qemu"
    reaper_interval: int = 1800
    power_sync_interval: int = 600
    volumes_path: str = ""
    fake_hosts: tuple[str, ...] = ()
    reader_urls: dict[str, str] = field(default_factory=dict)


def default_state_dir(environ: Mapping[str, str]) -> Path:
    """HARNESS_LAB_DIR, else harness/lab in the user's XDG state folder."""
    if environ.get("HARNESS_LAB_DIR"):
        return Path(environ["HARNESS_LAB_DIR"])
    home = Path(environ.get("HOME") or "/root")
    base = environ.get("XDG_STATE_HOME")
    return (Path(base) if base else home / ".local" / "state") / "harness" / "lab"


def load(state_dir: Path) -> LabEnvironment:
    """Read the environment of the lab in ``state_dir``; HarnessError where there is none."""
    path = state_dir / FILE_NAME
    try:
        plain = json.loads(path.read_text())
    except FileNotFoundError:
        raise HarnessError(
            f"no lab in {state_dir}: bring one up with `harness lab up --state-dir {state_dir}`"
        ) from None
    except (OSError, ValueError) as error:
        raise HarnessError(
            f"cannot read {path}: {error}: `harness lab up` writes it anew"
        ) from None
    return _from_plain(plain, path)


def store(environment: LabEnvironment) -> None:
    """Write the environment into its state directory, for the owner only, all or nothing."""
    text = json.dumps(asdict(environment), indent=2, default=str)
    files.replace(environment.state_dir / FILE_NAME, text)


def _from_plain(plain: dict[str, Any], path: Path) -> LabEnvironment:
    known = {field.name for field in fields(LabEnvironment)}
    try:
        values = {key: value for key, value in plain.items() if key in known}
        for key in ("state_dir", "clouds_yaml", "tempest_conf"):
            values[key] = Path(values[key])
        values["hosts"] = tuple(values["hosts"])
        values["fake_hosts"] = tuple(values.get("fake_hosts", ()))
        return LabEnvironment(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise HarnessError(
            f"{path} was written by another version ({error}): `harness lab up` writes it anew"
        ) from None


def host_probe(state_dir: Path) -> str:
    """The command that starts a Python on a host of the lab, as a template with ``{host}``."""
    script = Path(__file__).with_name("inside") / "probe_host.sh"
    python = [sys.executable, "-I", "-"]
    return shlex.join(["sh", str(script), str(state_dir.absolute()), "{host}", *python])


def readable_databases(lab: LabEnvironment) -> dict[str, str]:
    """The databases of nova's cells; of a lab that an older version made, for its own user."""
    cells = ("nova_cell0", "nova_cell1")
    theirs = {name: url for name, url in lab.database_urls.items() if name in cells}
    return lab.reader_urls or theirs


def variables(environment: LabEnvironment) -> dict[str, str]:
    """The environment as shell variables; hosts and databases have one variable each."""
    state = str(environment.state_dir)
    found = {
        "HARNESS_LAB_DIR": state,
        "OS_CLIENT_CONFIG_FILE": str(environment.clouds_yaml),
        "OS_CLOUD": environment.cloud,
        "TEMPEST_CONFIG_DIR": str(environment.tempest_conf.parent),
        "TEMPEST_CONFIG": environment.tempest_conf.name,
        "HARNESS_LAB_TEMPEST_CONF": str(environment.tempest_conf),
        "HARNESS_LAB_HOSTS": " ".join(environment.hosts),
        "HARNESS_LAB_LIBVIRT_URI": environment.libvirt_uri,
        "HARNESS_LAB_FAKE_HOSTS": " ".join(environment.fake_hosts),
        "HARNESS_LAB_VOLUMES": environment.volumes_path,
        "HARNESS_LAB_VIRT_TYPE": environment.virt_type,
        "HARNESS_LAB_AUDIT_INTERVAL": str(environment.audit_interval),
        "HARNESS_LAB_REAPER_INTERVAL": str(environment.reaper_interval),
        "HARNESS_LAB_POWER_SYNC_INTERVAL": str(environment.power_sync_interval),
    }
    for host in environment.hosts:
        uri = environment.libvirt_uri.format(host=host)
        found[f"HARNESS_LAB_LIBVIRT_URI_{host.upper()}"] = uri
        found[f"HARNESS_LAB_INSTANCES_{host.upper()}"] = environment.instances_paths[host]
    for name, url in environment.database_urls.items():
        found[f"HARNESS_LAB_DATABASE_{name.upper()}"] = url
    return found


def export_lines(found: Mapping[str, str]) -> list[str]:
    """Lines for a shell's ``eval``."""
    return [f"export {name}={shlex.quote(value)}" for name, value in found.items()]
