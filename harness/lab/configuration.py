"""The configuration files of the services, rendered from templates."""

import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from harness.lab import networks, processes, services
from harness.lab import ports as port_table
from harness.lab.database import DATABASES, url_of
from harness.lab.layout import HOSTS, Layout
from harness.lab.settings import Settings

SCHEDULER_FILTERS = (
    "ComputeFilter",
    "ComputeCapabilitiesFilter",
    "ImagePropertiesFilter",
    "ServerGroupAntiAffinityFilter",
    "ServerGroupAffinityFilter",
    "SameHostFilter",
    "DifferentHostFilter",
)


@dataclass(frozen=True)
class Plan:
    """All that the configuration of one lab is made from."""

    layout: Layout
    settings: Settings
    passwords: Mapping[str, str]
    virt_type: str

    @property
    def ports(self) -> dict[str, int]:
        return port_table.shifted(self.settings.port_offset)

    @property
    def place(self) -> services.Place:
        return services.Place(self.layout, self.ports)

    def url(self, api: str) -> str:
        tails = {"keystone": "/v3", "nova-api": "/v2.1"}
        return f"http://{port_table.LOOPBACK}:{self.ports[api]}{tails.get(api, '')}"

    def database_urls(self) -> dict[str, str]:
        password, port = self.passwords["database"], self.ports["mariadb"]
        return {name: url_of(name, password, port) for name in DATABASES}


def host_uuid(state: Path, host: str) -> str:
    """What libvirt calls the host: stable, and another one for each host of each lab."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{state}/{host}"))


def write(plan: Plan) -> bool:
    """Write every file; whether any file differs from what was there."""
    _folders(plan.layout)
    changed = [_replace(path, text, mode) for path, (text, mode) in sorted(rendered(plan).items())]
    _copies(plan)
    return any(changed)


def rendered(plan: Plan) -> dict[Path, tuple[str, int]]:
    """Every file of the configuration: its text and its mode. Pure but for the templates."""
    layout, etc = plan.layout, plan.layout.etc
    render = _renderer(plan)
    files = {
        etc / "supervisord.conf": render("supervisord.conf.j2"),
        etc / "keystone" / "keystone.conf": render("keystone.conf.j2"),
        etc / "placement" / "placement.conf": render("placement.conf.j2"),
        etc / "glance" / "glance-api.conf": render("glance-api.conf.j2"),
        etc / "neutron" / "neutron.conf": render("neutron.conf.j2"),
        etc / "mariadb.cnf": render("mariadb.cnf.j2"),
        etc / "mariadb-init.sql": render("mariadb-init.sql.j2"),
        etc / "rabbitmq" / "rabbitmq.conf": render("rabbitmq.conf.j2"),
        etc / "rabbitmq" / "rabbitmq-env.conf": "",
        etc / "rabbitmq" / "enabled_plugins": "[].\n",
        layout.clouds_yaml: render("clouds.yaml.j2"),
        layout.python / "harness_lab_ml2-1.dist-info" / "entry_points.txt": render(
            "entry_points.txt.j2"
        ),
        layout.python
        / "harness_lab_ml2-1.dist-info"
        / "METADATA": "Metadata-Version: 2.1\nName: harness-lab-ml2\nVersion: 1\n",
        layout.state / "home" / ".erlang.cookie": plan.passwords["erlang_cookie"],
        **_nova_files(plan, render),
    }
    return {
        path: (text, 0o400 if path.name == ".erlang.cookie" else 0o600)
        for path, text in files.items()
    }


def tempest_conf(plan: Plan, **found: Any) -> str:
    """The text of tempest.conf; ``found`` are the references of the seed and what works."""
    return str(_renderer(plan)("tempest.conf.j2", **found))


def write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, text, 0o600)


def _nova_files(plan: Plan, render: Any) -> dict[Path, str]:
    layout, nova = plan.layout, plan.layout.etc / "nova"
    state_path = str(layout.data / "nova")
    controller = {"host": None, "address": port_table.LOOPBACK, "state_path": state_path}
    files = {
        nova / "nova.conf": render("nova.conf.j2", cell_database="nova_cell0", **controller),
        nova / "nova-cell1.conf": render("nova.conf.j2", cell_database="nova_cell1", **controller),
    }
    for number, host in enumerate(HOSTS, 1):
        path, disk = nova / f"nova-compute-{number}.conf", layout.host(host)
        about = {
            "host": host,
            "address": networks.ADDRESSES[host],
            "state_path": str(disk / "nova"),
            "host_uuid": host_uuid(layout.state, host),
            "privsep": f"nsenter --net={layout.host_network(host)} "
            f"{layout.venv}/bin/privsep-helper --config-file {path}",
        }
        files[path] = render("nova.conf.j2", **about)
        files[disk / "etc" / "libvirtd.conf"] = render("libvirtd.conf.j2", **about)
        files[disk / "etc" / "qemu.conf"] = render("qemu.conf.j2", **about)
        files[disk / "hosts"] = render("hosts.j2")
    return files


def _renderer(plan: Plan) -> Any:
    source = jinja2.Environment(
        loader=jinja2.PackageLoader("harness.lab", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    source.globals |= {
        "layout": plan.layout,
        "ports": plan.ports,
        "settings": plan.settings,
        "password": plan.passwords,
        "database": plan.database_urls(),
        "databases": DATABASES,
        "url": {name: plan.url(name) for name in ("keystone", "glance")},
        "memcached": f"{port_table.LOOPBACK}:{plan.ports['memcached']}",
        "transport_url": f"rabbit://openstack:{plan.passwords['rabbitmq']}"
        f"@{port_table.LOOPBACK}:{plan.ports['rabbitmq']}/",
        "addresses": networks.ADDRESSES,
        "virt_type": plan.virt_type,
        "services": services.declared(plan.place),
        "command_of": command_of,
        "environment_of": _environment_line(plan.layout),
        "scheduler_filters": ",".join(SCHEDULER_FILTERS),
    }

    def render(name: str, **more: Any) -> str:
        return source.get_template(name).render(**more)

    return render


def command_of(service: services.Service) -> str:
    """The command in supervisor's notation, in which a percent sign is doubled."""
    words = (f"'{word}'" if " " in word or '"' in word else word for word in service.command)
    return " ".join(words).replace("%", "%%")


def _environment_line(layout: Layout) -> Any:
    common = processes.environment_of(layout.state, layout.venv)

    def line(service: services.Service) -> str:
        values = {**common, **service.environment}
        return ",".join(f'{name}="{value}"' for name, value in values.items()).replace("%", "%%")

    return line


def _folders(layout: Layout) -> None:
    for name in (
        "tmp",
        "home",
        "log",
        "run/locks",
        "data/glance",
        "data/glance-staging",
        "data/glance-tasks",
        "data/nova/locks",
        "data/neutron",
        "tempest/locks",
        "python",
        "instances",
        "bin",
        processes.working_directory(layout.state).name,
    ):
        (layout.state / name).mkdir(parents=True, exist_ok=True)
    for key_folder in ("fernet", "credential"):
        (layout.data / key_folder).mkdir(mode=0o700, exist_ok=True)
    for host in HOSTS:
        for name in ("run", "lib", "log", "cache", "etc", "instances", "nova/locks"):
            (layout.host(host) / name).mkdir(parents=True, exist_ok=True)


def _copies(plan: Plan) -> None:
    """What OpenStack ships as files, and our modules that run outside of harness."""
    layout = plan.layout
    for shipped in ("glance/glance-api-paste.ini", "neutron/api-paste.ini", "nova/api-paste.ini"):
        shutil.copyfile(layout.venv / "etc" / shipped, layout.etc / shipped)
    inside = resources.files("harness.lab") / "inside"
    (layout.python / "harness_lab_ml2.py").write_text((inside / "harness_lab_ml2.py").read_text())
    for name in ("wsgi.py", "enter_host.sh"):
        _executable(layout.bin / name, (inside / name).read_text())
    shell = (inside / "remote_shell.py").read_text()
    for name in ("ssh", "scp"):
        _executable(layout.bin / name, f"#!{layout.venv}/bin/python -SE\n{shell}")


def _executable(path: Path, text: str) -> None:
    _replace(path, text, 0o755)


def _replace(path: Path, text: str, mode: int) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text() == text and path.stat().st_mode & 0o777 == mode:
        return False
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half.replace(path)
    return True
