"""Nova's lists of the synthetic cloud: servers, hypervisors, services and migrations."""

from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import server, things
from benchmarks.synthetic.things import Size, identity
from harness.core.answers.capture import CLOUD
from harness.core.answers.pieces import in_pieces
from harness.sources.migrations import STATUSES

Answers = Iterator[tuple[str, Any]]
_PAGE = 1000


def servers(size: Size) -> Answers:
    numbers = [number for number in range(size.servers) if things.listed(number)]
    pages = in_pieces(
        {"servers": [server.server(size, number) for number in numbers[first : first + _PAGE]]}
        for first in range(0, max(len(numbers), 1), _PAGE)
    )
    attached = {
        identity("server", number): server.attachment(number)
        for number in numbers
        if server.has_image_and_volume(number)
    }
    yield CLOUD, {"pages": pages, "attachments": attached, "silent": []}


def _pages(name: str, rows: list[Any]) -> list[Any]:
    return [{name: rows[first : first + _PAGE]} for first in range(0, max(len(rows), 1), _PAGE)]


def hypervisors(size: Size) -> Answers:
    rows = [_hypervisor(size, host) for host in range(size.hosts)]
    stamps = [
        {
            **{name: row[name] for name in ("id", "hypervisor_hostname", "state", "status")},
            "uptime": " 20:00:00 up 41 days,  3:12,  0 users,  load average: 0.42, 0.40, 0.38",
        }
        for row in rows
    ]
    yield (
        CLOUD,
        {"usage": _pages("hypervisors", rows), "stamps": _pages("hypervisors", stamps)},
    )


def _hypervisor(size: Size, host: int) -> dict[str, Any]:
    held = _held(size, host)
    here = [number for number in size.on(host) if things.listed(number)]
    used = {name: sum(amounts.get(name, 0) for amounts in held) for name in things.CLASSES}
    vcpus, memory, disk = used["VCPU"] + used["PCPU"], used["MEMORY_MB"] + 2048, used["DISK_GB"]
    return {
        "id": identity("node", host),
        "hypervisor_hostname": things.node_name(host),
        "state": "up",
        "status": "enabled",
        "hypervisor_type": "QEMU",
        "hypervisor_version": 7002022,
        "host_ip": f"10.1.{host >> 8}.{host & 255}",
        "service": {"id": host + 1, "host": things.host_name(host), "disabled_reason": None},
        "vcpus": 512,
        "memory_mb": 2097152,
        "local_gb": 20000,
        "vcpus_used": vcpus,
        "memory_mb_used": memory,
        "local_gb_used": disk,
        "free_ram_mb": 2097152 - memory,
        "free_disk_gb": 20000 - disk,
        "current_workload": 0,
        "running_vms": len(here),
        "disk_available_least": 10000,
        "servers": [
            {"name": things.domain_name(number), "uuid": identity("server", number)}
            for number in here
        ],
    }


def _held(size: Size, host: int) -> list[dict[str, int]]:
    """Return what the tracker counts on a host: its servers and what waits for a confirmation."""
    here = [number for number in size.on(host) if things.listed(number)]
    return [things.promised(number) for number in (*here, *things.left_from(size, host))]


def services(size: Size) -> Answers:
    services = [
        {
            "id": identity("service", host),
            "binary": "nova-compute",
            "host": things.host_name(host),
            "zone": f"az{host % 3 + 1}",
            "status": "enabled",
            "state": "up",
            "updated_at": "2026-11-23T19:59:58.000000",
            "disabled_reason": None,
            "forced_down": False,
        }
        for host in range(size.hosts)
    ]
    yield CLOUD, {"services": services}


def migrations(size: Size) -> Answers:
    rows = [_migration(size, number) for number in range(size.servers) if things.waiting(number)]
    pages = [{"migrations": []} for _ in STATUSES]
    pages[STATUSES.index("finished") : STATUSES.index("finished") + 1] = _pages("migrations", rows)
    yield CLOUD, {"pages": [*pages, {"migrations": []}]}


def _migration(size: Size, number: int) -> dict[str, Any]:
    dest = size.host_of(number)
    source = (dest - 1) % size.hosts
    return {
        "id": number,
        "uuid": identity("migration", number),
        "source_compute": things.host_name(source),
        "dest_compute": things.host_name(dest),
        "source_node": things.node_name(source),
        "dest_node": things.node_name(dest),
        "dest_host": f"10.1.{dest >> 8}.{dest & 255}",
        "old_instance_type_id": 14,
        "new_instance_type_id": 14,
        "instance_uuid": identity("server", number),
        "status": "finished",
        "migration_type": "migration",
        "user_id": identity("user", size.project_of(number)).replace("-", ""),
        "project_id": things.project_id(size.project_of(number)),
        "created_at": "2026-11-23T19:50:05.000000",
        "updated_at": "2026-11-23T19:51:05.000000",
    }
