"""What runs of a lab: pids, ports, memory, versions."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

import psutil

from harness.core.errors import HarnessError
from harness.lab import (
    environment,
    ports,
    processes,
    services,
    settings,
    supervision,
)
from harness.lab.layout import Layout, fake_hosts

COLUMNS = ("service", "state", "pid", "port", "rss_mib", "version")
MIB = 1024 * 1024
DISTRIBUTIONS: Mapping[str, str] = {
    "keystone": "keystone",
    "placement": "openstack-placement",
    "glance": "glance",
    "neutron": "neutron",
    "cinder": "cinder",
    "nova": "nova",
}
PACKAGES: Mapping[str, str] = {
    "memcached": "memcached",
    "mariadb": "mariadb-server-core",
    "epmd": "erlang-base",
    "rabbitmq": "rabbitmq-server",
    "libvirtd": "libvirt-daemon",
    "qemu": "qemu-system-x86",
}


@dataclass(frozen=True)
class Row:
    """One service; ``pid``, ``port`` and ``rss_mib`` are None where there is none."""

    service: str
    state: str
    pid: int | None
    port: int | None
    rss_mib: int | None
    version: str

    @property
    def cells(self) -> tuple[str | int, ...]:
        shown = (self.service, self.state, self.pid, self.port, self.rss_mib, self.version)
        return tuple("" if cell is None else cell for cell in shown)


@dataclass(frozen=True)
class Status:
    """All services of a lab, and the one line about the whole."""

    rows: tuple[Row, ...]
    headline: str

    @property
    def all_run(self) -> bool:
        return all(row.state == "RUNNING" for row in self.rows)


def of(layout: Layout) -> Status:
    """Ask supervisord and the process table; a lab that is down has services that are DOWN."""
    if not settings.is_lab(layout.state):
        raise HarnessError(f"no lab in {layout.state}: bring one up with `harness lab up`")
    chosen = settings.load(layout.state)
    table = ports.shifted(chosen.port_offset)
    place = services.Place(layout, table, fake_hosts(chosen.fake_hosts))
    declared = services.declared(place)
    alive = supervision.pid(layout)
    supervised = supervision.services(layout) if alive else {}
    versions = {**_distribution_versions(layout), **_package_versions()}
    found = processes.all_of(layout.state)
    rows = tuple(_row(one, supervised.get(one.name), table, versions, found) for one in declared)
    return Status(rows, _headline(layout, rows, found, versions))


def _row(
    service: services.Service,
    seen: supervision.Supervised | None,
    table: Mapping[str, int],
    versions: Mapping[str, str],
    found: list[psutil.Process],
) -> Row:
    pid = seen.pid if seen and seen.pid else None
    tree = processes.descendants(pid) if pid else set()
    mine = [one for one in found if one.pid in tree or _service_of(one) == service.name]
    return Row(
        service.name,
        seen.state if seen else "DOWN",
        pid,
        table.get(service.port) if service.port else None,
        processes.resident(mine) // MIB if mine else None,
        versions.get(service.name.split("-")[0], ""),
    )


def _service_of(process: psutil.Process) -> str | None:
    """The service that started a process, also when it is no longer its child."""
    try:
        return process.environ().get("SUPERVISOR_PROCESS_NAME")
    except (psutil.Error, OSError):
        return None


def _headline(
    layout: Layout, rows: tuple[Row, ...], found: list[psutil.Process], versions: Mapping[str, str]
) -> str:
    guests = [one for one in found if processes.is_guest(one, layout.state)]
    others = [one for one in found if one not in guests]
    running = sum(row.state == "RUNNING" for row in rows)
    try:
        kind = {"kvm": "KVM", "qemu": "TCG"}[environment.load(layout.state).virt_type]
    except HarnessError:
        kind = "unknown until the first up"
    return (
        f"{running} of {len(rows)} services run, {processes.resident(others) // MIB} MiB RSS; "
        f"{len(guests)} guests on {kind} (QEMU {versions.get('qemu', '?')}), "
        f"{processes.resident(guests) // MIB} MiB RSS; {layout.state}"
    )


def _distribution_versions(layout: Layout) -> dict[str, str]:
    folders = [str(path) for path in layout.venv.glob("lib/python*/site-packages")]
    return {
        name: next(
            (one.version for one in metadata.distributions(name=distribution, path=folders)), ""
        )
        for name, distribution in DISTRIBUTIONS.items()
    }


def _package_versions() -> dict[str, str]:
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES.values()],
        capture_output=True,
        text=True,
        check=False,
    )
    by_package = dict(line.split() for line in shown.stdout.splitlines() if " " in line.strip())
    return {name: by_package.get(package, "") for name, package in PACKAGES.items()}
