"""Answers of a small cloud, in the words of the API references, and a cloud that gives them."""

from collections.abc import Mapping
from typing import Any

from harness.core.ports import Unreachable
from tests.sources.answers_things import BODIES as THINGS
from tests.sources.database_answers import DATABASE_BODIES
from tests.sources.host_answers import HOST_BODIES
from tests.sources.network_answers import NETWORK_BODIES

SERVER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"
PROVIDER = "b1e43d79-0c9a-4a5e-b7a6-6a2d7f1f0001"
CHILD = "b1e43d79-0c9a-4a5e-b7a6-6a2d7f1f0002"
MIGRATION = "3c0a5d1c-5b8e-4f43-9d3b-0f6a0a9e0001"


def server(uuid: str = SERVER, **changes: Any) -> dict[str, Any]:
    """Return a server of GET /servers/detail at 2.87."""
    return {
        "id": uuid,
        "name": "soak1a2b3ci1-ServersTest-server-1",
        "status": "ACTIVE",
        "tenant_id": "6f70656e737461636b20342065766572",
        "user_id": "fake",
        "metadata": {"password": "secret"},
        "hostId": "2091634baaccdc4c5a1d57069c833e402921df696b7f970791b12ec6",
        "image": {"id": "70a599e0-31e7-49b7-b260-868f441e862b", "links": []},
        "flavor": {
            "vcpus": 1,
            "ram": 512,
            "disk": 1,
            "ephemeral": 0,
            "swap": 0,
            "original_name": "m1.tiny",
            "extra_specs": {"hw:cpu_policy": "shared"},
        },
        "created": "2026-11-23T20:00:00Z",
        "updated": "2026-11-23T20:01:00Z",
        "addresses": {},
        "OS-EXT-STS:task_state": None,
        "OS-EXT-STS:vm_state": "active",
        "OS-EXT-STS:power_state": 1,
        "OS-EXT-SRV-ATTR:host": "compute1",
        "OS-EXT-SRV-ATTR:hypervisor_hostname": "compute1.example.org",
        "OS-EXT-SRV-ATTR:instance_name": "instance-0000001a",
        "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda",
        "OS-EXT-SRV-ATTR:user_data": "c2VjcmV0",
        "os-extended-volumes:volumes_attached": [],
        **changes,
    }


def hypervisor(**changes: Any) -> dict[str, Any]:
    """Return a hypervisor of GET /os-hypervisors/detail at 2.87 with servers."""
    return {
        "id": PROVIDER,
        "hypervisor_hostname": "compute1.example.org",
        "hypervisor_type": "QEMU",
        "hypervisor_version": 9000000,
        "host_ip": "192.0.2.1",
        "state": "up",
        "status": "enabled",
        "service": {
            "id": "e81d66a4-ddd3-4aba-8a84-171d1cb4d339",
            "host": "compute1",
            "disabled_reason": None,
        },
        "vcpus": 8,
        "vcpus_used": 1,
        "memory_mb": 16384,
        "memory_mb_used": 1024,
        "local_gb": 100,
        "local_gb_used": 1,
        "free_ram_mb": 15360,
        "free_disk_gb": 99,
        "current_workload": 0,
        "running_vms": 1,
        "disk_available_least": 90,
        "cpu_info": {"arch": "x86_64"},
        "servers": [{"uuid": SERVER, "name": "instance-0000001a"}],
        **changes,
    }


def stamp(uptime: str | None = " 21:01:48 up 3 days,  1 user,  load average: 0.1") -> Any:
    """Return a hypervisor of GET /os-hypervisors/detail at 2.88."""
    return {"id": PROVIDER, "state": "up", "status": "enabled", "uptime": uptime}


def service(**changes: Any) -> dict[str, Any]:
    """Return a service of GET /os-services at 2.69."""
    return {
        "id": "e81d66a4-ddd3-4aba-8a84-171d1cb4d339",
        "binary": "nova-compute",
        "host": "compute1",
        "zone": "nova",
        "status": "enabled",
        "state": "up",
        "forced_down": False,
        "disabled_reason": None,
        "updated_at": "2026-11-23T20:01:05.000000",
        **changes,
    }


SILENT = {"binary": "nova-compute", "host": "compute9", "status": "UNKNOWN"}
"""A service of a cell that does not answer."""


def migration(**changes: Any) -> dict[str, Any]:
    """Return a migration of GET /os-migrations at 2.87."""
    return {
        "uuid": MIGRATION,
        "instance_uuid": SERVER,
        "migration_type": "resize",
        "status": "finished",
        "source_compute": "compute1",
        "source_node": "compute1.example.org",
        "dest_compute": "compute2",
        "dest_node": "compute2.example.org",
        "dest_host": "192.0.2.2",
        "created_at": "2026-11-23T20:00:30.000000",
        "updated_at": "2026-11-23T20:00:59.000000",
        "old_instance_type_id": 1,
        "new_instance_type_id": 2,
        "user_id": "u",
        "project_id": "p",
        **changes,
    }


PROVIDERS = {
    "resource_providers": [
        {
            "uuid": PROVIDER,
            "name": "compute1.example.org",
            "generation": 7,
            "root_provider_uuid": PROVIDER,
            "parent_provider_uuid": None,
            "links": [],
        },
        {
            "uuid": CHILD,
            "name": "compute1.example.org_pci_0000_84_00_0",
            "generation": 2,
            "root_provider_uuid": PROVIDER,
            "parent_provider_uuid": PROVIDER,
            "links": [],
        },
    ]
}
ALLOCATIONS = {
    "allocations": {
        SERVER: {
            "resources": {"VCPU": 1, "MEMORY_MB": 512, "DISK_GB": 1},
            "consumer_generation": 1,
        }
    },
    "resource_provider_generation": 7,
}
NO_ALLOCATIONS: dict[str, Any] = {"allocations": {}, "resource_provider_generation": 2}
INVENTORIES = {
    "inventories": {
        "VCPU": {"total": 8, "reserved": 0, "allocation_ratio": 4.0, "max_unit": 8},
        "MEMORY_MB": {"total": 16384, "reserved": 512, "allocation_ratio": 1, "max_unit": 16384},
    },
    "resource_provider_generation": 7,
}
USAGES = {"usages": {"VCPU": 1, "MEMORY_MB": 512}, "resource_provider_generation": 7}
NO_INVENTORIES = {"inventories": {}, "resource_provider_generation": 2}
NO_USAGES = {"usages": {}, "resource_provider_generation": 2}
PROJECT = {"id": "p", "name": "tempest-ServersTestJSON-1234", "domain_id": "default"}
VOLUME_OF_DOMAIN = "5d3e1b3c-41f0-4c0f-8d6d-5f7cb9fb3a10"
DOMAIN = {
    "uuid": SERVER,
    "name": "instance-0000001a",
    "state": 1,
    "persistent": True,
    "metadata": "<instance><package version='34.0.0'/><name>web-1</name></instance>",
    "vcpus": 1,
    "memory_kib": 524288,
    "volumes": [{"serial": VOLUME_OF_DOMAIN, "source": VOLUME_OF_DOMAIN}],
}
NODE = {
    "memory_mb": 16384,
    "cpus": 8,
    "memory_kib": {"total": 16777216, "free": 1048576, "buffers": 1024, "cached": 1024},
    "active_vcpus": [1, 2],
}
BODIES: dict[str, Any] = {
    "servers": {
        "pages": [{"servers": [server(), server("7a1d3c1e-0002", image="")]}],
        "attachments": {},
        "silent": [],
    },
    "hypervisors": {
        "usage": [{"hypervisors": [hypervisor()]}],
        "stamps": [{"hypervisors": [stamp()]}],
    },
    "services": {"services": [service(), SILENT]},
    "migrations": {"pages": [{"migrations": [migration()]}, {"migrations": []}]},
    "allocations": {
        "listed": PROVIDERS,
        "held": {PROVIDER: ALLOCATIONS, CHILD: NO_ALLOCATIONS},
    },
    "providers": {
        "listed": PROVIDERS,
        "parts": {
            PROVIDER: {"inventories": INVENTORIES, "usages": USAGES},
            CHILD: {"inventories": NO_INVENTORIES, "usages": NO_USAGES},
        },
    },
    **NETWORK_BODIES,
    "projects": {"projects": [PROJECT], "links": {"next": None, "self": "x", "previous": None}},
    "domains": {"domains": [DOMAIN, {**DOMAIN, "uuid": "other", "metadata": None}]},
    "nodes": NODE,
    **THINGS,
    **HOST_BODIES,
    "own_process": {"pid": 77, "samples": [[1795464000.0, 83886080, 20, 6, 1, 5242880]]},
    **DATABASE_BODIES,
}
"""What each source stores of this cloud."""


class CloudOf:
    """A cloud that answers each path with its next answer, and remembers what it was asked.

    An answer that is an exception is raised; the last one is repeated.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers = {path: list(said) for path, said in answers.items()}
        self.asked: list[tuple[str, str, str | None, dict[str, str]]] = []

    def get(
        self,
        service: str,
        path: str,
        *,
        microversion: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        self.asked.append((service, path, microversion, dict(params or {})))
        plain = path.split("?")[0]
        said = self.answers.get(plain)
        if not said:
            raise Unreachable(f"{service} {path}: HTTP 404: not found", 404)
        answer = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
