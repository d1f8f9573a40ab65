"""What there is in the synthetic cloud: everything follows from a number, and nothing is random."""

import hashlib
from dataclasses import dataclass
from typing import Any

CLASSES = ("VCPU", "PCPU", "MEMORY_MB", "DISK_GB")
PER_PROJECT = 50
LOST = 1000
"""One server in so many has lost something: its domain, its allocation, or its wits."""

FLAVORS: tuple[dict[str, Any], ...] = tuple(
    {
        "vcpus": vcpus,
        "ram": ram,
        "disk": disk,
        "ephemeral": 0,
        "swap": swap,
        "original_name": f"m1.{vcpus}x{ram}",
        "extra_specs": specs,
    }
    for vcpus, ram, disk, swap, specs in (
        (1, 512, 1, 0, {}),
        (1, 2048, 20, 1024, {}),
        (2, 4096, 40, 0, {"hw:cpu_policy": "shared"}),
        (4, 8192, 80, 0, {"hw:mem_page_size": "large", "quota:disk_total_iops_sec": "2000"}),
        (8, 16384, 160, 0, {"hw:cpu_policy": "dedicated", "hw:cpu_thread_policy": "prefer"}),
    )
)


@dataclass(frozen=True)
class Size:
    """How large the cloud is. Servers are dealt out to the hosts in turn."""

    hosts: int
    servers: int

    @property
    def projects(self) -> int:
        return max(1, self.servers // PER_PROJECT)

    def on(self, host: int) -> range:
        """Return the numbers of a host's servers."""
        return range(host, self.servers, self.hosts)

    def host_of(self, number: int) -> int:
        return number % self.hosts

    def project_of(self, number: int) -> int:
        return number % self.projects


def identity(kind: str, number: int) -> str:
    """Return the uuid of a thing: as hard to compress as a real one."""
    text = hashlib.md5(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def project_id(number: int) -> str:
    return identity("project", number).replace("-", "")


def host_name(host: int) -> str:
    return f"compute{host:04d}"


def node_name(host: int) -> str:
    return f"compute{host:04d}.cloud.example.org"


def domain_name(number: int) -> str:
    return f"instance-{number + 1:08x}"


def from_volume(number: int) -> bool:
    return number % 10 == 3


def building(number: int) -> bool:
    """Tell whether a server is being built just now: one in five hundred."""
    return number % 500 == 77


def waiting(number: int) -> bool:
    """Tell whether a server waits for the confirmation of a cold migration: one in five hundred.

    It came from the host before its own, where the migration holds as much as the server does.
    """
    return number % 500 == 78


def lost(number: int) -> str:
    """Return what a server has lost, or ""."""
    kinds = {101: "domain", 301: "allocation", 501: "mind", 701: "server"}
    return kinds.get(number % LOST, "")


def listed(number: int) -> bool:
    """Tell whether nova lists a server: of the rest its domain is left, and its allocation."""
    return lost(number) != "server"


def left_from(size: Size, host: int) -> list[int]:
    """Return the servers that wait for a confirmation and came from this host."""
    return [number for number in size.on((host + 1) % size.hosts) if waiting(number)]


def promised(number: int) -> dict[str, int]:
    """Return what placement holds for a server."""
    flavor = FLAVORS[number % len(FLAVORS)]
    root = 0 if from_volume(number) else flavor["disk"]
    amounts = {
        "PCPU" if "dedicated" in str(flavor["extra_specs"]) else "VCPU": flavor["vcpus"],
        "MEMORY_MB": flavor["ram"],
        "DISK_GB": root + flavor["swap"] // 1024,
    }
    return {name: amount for name, amount in amounts.items() if amount}
