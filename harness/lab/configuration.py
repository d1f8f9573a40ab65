"""The configuration files of the services, rendered from templates."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from harness.lab import networks, processes, services
from harness.lab import ports as port_table
from harness.lab.database import CELLS, DATABASES, READER, url_of
from harness.lab.layout import FAKE, HOSTS, Layout, fake_hosts
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
        return services.Place(self.layout, self.ports, fake_hosts(self.settings.fake_hosts))

    def url(self, api: str) -> str:
        tails = {"keystone": "/v3", "nova-api": "/v2.1", "cinder-api": "/v3"}
        return f"http://{port_table.LOOPBACK}:{self.ports[api]}{tails.get(api, '')}"

    def database_urls(self) -> dict[str, str]:
        password, port = self.passwords["database"], self.ports["mariadb"]
        return {name: url_of(name, password, port) for name in DATABASES}

    def reader_urls(self) -> dict[str, str]:
        """The databases of nova's cells, for a user who can only read them."""
        password, port = self.passwords["reader"], self.ports["mariadb"]
        return {name: url_of(name, password, port, READER) for name in CELLS}


def host_uuid(state: Path, host: str) -> str:
    """What libvirt calls the host: stable, and another one for each host of each lab."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{state}/{host}"))


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
        etc / "cinder" / "cinder.conf": render("cinder.conf.j2"),
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
        files[path] = render("nova.conf.j2", libvirt=True, **about)
        files[disk / "etc" / "libvirtd.conf"] = render("libvirtd.conf.j2", **about)
        files[disk / "etc" / "qemu.conf"] = render("qemu.conf.j2", **about)
        files[disk / "hosts"] = render("hosts.j2")
    fake = {"host": FAKE, "address": port_table.LOOPBACK, "state_path": f"{layout.data}/nova-fake"}
    files[nova / "nova-compute-fake.conf"] = render("nova.conf.j2", **fake)
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
        "cells": CELLS,
        "reader": READER,
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
