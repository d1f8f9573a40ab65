"""The tables of nova's database of the synthetic cloud, which is one cell."""

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import nova
from benchmarks.synthetic.things import Size

CELL = "nova_cell1"
Answers = Iterator[tuple[str, Any]]
_STATS = json.dumps({"failed_builds": "0", "uptime": " 20:00:00 up 41 days"})


def nova_compute_nodes(size: Size) -> Answers:
    same = ("vcpus", "memory_mb", "local_gb", "running_vms", "disk_available_least")
    ((_place, body),) = nova.hypervisors(size)
    rows = [
        {
            **{name: row[name] for name in (*same, "hypervisor_hostname", "hypervisor_type")},
            **{f"{name}_used": row[f"{name}_used"] for name in same[:3]},
            "uuid": row["id"],
            "host": row["service"]["host"],
            "stats": _STATS,
            "created_at": "2026-10-23T20:00:00",
            "updated_at": "2026-11-23T19:59:50",
        }
        for page in body["usage"]
        for row in page["hypervisors"]
    ]
    yield CELL, {"rows": rows}


def nova_instances(size: Size) -> Answers:
    ((_place, body),) = nova.servers(size)
    yield CELL, {"rows": [_instance(row) for page in body["pages"] for row in page["servers"]]}


def _instance(server: dict[str, Any]) -> dict[str, Any]:
    flavor = server["flavor"]
    resized = server["OS-EXT-STS:vm_state"] == "resized"
    return {
        "uuid": server["id"],
        "display_name": server["name"],
        "project_id": server["tenant_id"],
        "host": server["OS-EXT-SRV-ATTR:host"],
        "node": server["OS-EXT-SRV-ATTR:hypervisor_hostname"],
        "vm_state": server["OS-EXT-STS:vm_state"],
        "task_state": server["OS-EXT-STS:task_state"],
        "vcpus": flavor["vcpus"],
        "memory_mb": flavor["ram"],
        "root_gb": flavor["disk"],
        "ephemeral_gb": flavor["ephemeral"],
        "created_at": server["created"].removesuffix("Z"),
        "updated_at": server["updated"].removesuffix("Z"),
        "hidden": 0,
        "flavors": json.dumps({"cur": _stored(flavor), "old": _stored(flavor)})
        if resized
        else None,
    }


def _stored(flavor: dict[str, Any]) -> dict[str, Any]:
    names = {"ram": "memory_mb", "disk": "root_gb", "ephemeral": "ephemeral_gb"}
    data = {names.get(name, name): value for name, value in flavor.items()}
    return {"nova_object.name": "Flavor", "nova_object.data": data}


def nova_migrations(size: Size) -> Answers:
    ((_place, body),) = nova.migrations(size)
    numbers = {"old_instance_type_id": 1, "new_instance_type_id": 2, "hidden": 0}
    rows = [
        {name: value.removesuffix("Z") if name.endswith("_at") and value else value
         for name, value in row.items()} | numbers
        for page in body["pages"]
        for row in page["migrations"]
    ]  # fmt: skip
    yield CELL, {"rows": rows}
