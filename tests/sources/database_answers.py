"""Answers of the database of a small cell."""

import json
from typing import Any

SERVER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"
OLD = {
    "nova_object.name": "Flavor",
    "nova_object.data": {
        "id": 3,
        "flavorid": "101",
        "vcpus": 1,
        "memory_mb": 512,
        "root_gb": 1,
        "ephemeral_gb": 2,
        "swap": 512,
        "extra_specs": {"hw:cpu_policy": "shared"},
    },
}
NODE = {
    "uuid": "b6f7c0d2-3d5c-4b0f-8f56-2a2f5a0b4c11",
    "host": "compute1",
    "hypervisor_hostname": "compute1.example.org",
    "hypervisor_type": "QEMU",
    "vcpus": 16,
    "vcpus_used": 1,
    "memory_mb": 65536,
    "memory_mb_used": 1024,
    "local_gb": 1000,
    "local_gb_used": 1,
    "running_vms": 1,
    "disk_available_least": 900,
    "stats": json.dumps({"failed_builds": "0", "io_workload": 0, "uptime": " 20:00 up 3 days"}),
    "created_at": "2026-11-20T20:00:00",
    "updated_at": "2026-11-23T19:59:50",
}
INSTANCE = {
    "uuid": SERVER,
    "display_name": "web",
    "project_id": "0c0a7e2d6b4f4ac7a6b90e5f5a7f0c11",
    "host": "compute1",
    "node": "compute1.example.org",
    "vm_state": "active",
    "task_state": None,
    "vcpus": 1,
    "memory_mb": 512,
    "root_gb": 1,
    "ephemeral_gb": 0,
    "created_at": "2026-11-23T19:00:00",
    "updated_at": "2026-11-23T19:30:00",
    "hidden": 0,
    "flavors": None,
}
MOVE = {
    "uuid": "3f3f4c52-5f52-4bb0-9a53-8f1a3a3c2b99",
    "instance_uuid": SERVER,
    "migration_type": "resize",
    "status": "finished",
    "source_compute": "compute1",
    "source_node": "compute1.example.org",
    "dest_compute": "compute2",
    "dest_node": "compute2.example.org",
    "old_instance_type_id": 3,
    "new_instance_type_id": 4,
    "hidden": 0,
    "created_at": "2026-11-23T19:30:00",
    "updated_at": None,
}
DATABASE_BODIES: dict[str, Any] = {
    "nova_compute_nodes": {
        "rows": [NODE, {**NODE, "uuid": "new", "stats": None, "updated_at": None}]
    },
    "nova_instances": {
        "rows": [
            INSTANCE,
            {
                **INSTANCE,
                "uuid": "resized",
                "vm_state": "resized",
                "flavors": json.dumps({"cur": OLD, "old": OLD, "new": None}),
            },
            {**INSTANCE, "uuid": "hidden", "host": None, "node": None, "hidden": 1},
        ]
    },
    "nova_migrations": {
        "rows": [
            MOVE,
            {**MOVE, "uuid": "ended", "status": "confirmed", "updated_at": "2026-11-23T19:59:00"},
            {**MOVE, "uuid": "odd", "status": None, "dest_compute": None, "hidden": 1},
        ]
    },
}
"""What each view of the database stores of this cell."""
