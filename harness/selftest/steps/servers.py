"""Servers: booted, acted on, deleted."""

from dataclasses import dataclass
from typing import Any

from harness.selftest.ground import Ground, PlantFailed, undo

VERSION = "2.87"
_NO_STATE = 0


@dataclass(frozen=True)
class Flavor:
    """What a flavor promises: a count, MB and GB."""

    id: str
    vcpus: int
    memory_mb: int
    disk_gb: int

    @property
    def amounts(self) -> dict[str, int]:
        return {"vcpus": self.vcpus, "memory_mb": self.memory_mb, "disk_gb": self.disk_gb}


@dataclass(frozen=True)
class Booted:
    """A server that was booted. ``host`` is "" where it lies on none."""

    uuid: str
    name: str
    host: str
    flavor: Flavor

    @property
    def amounts(self) -> dict[str, int]:
        return self.flavor.amounts


@undo
def server_is_gone(ground: Ground, name: str) -> None:
    """Delete every server of a name, and wait until it is gone."""
    for server in _named(ground, name):
        ground.ask("compute", "DELETE", f"/servers/{server}", gone=True)
    ground.wait(lambda: not _named(ground, name), f"server {name} to go")


@undo
def flavor_is_gone(ground: Ground, name: str) -> None:
    """Delete every flavor of a name."""
    listed = ground.ask("compute", "GET", "/flavors?is_public=None")["flavors"]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("compute", "DELETE", f"/flavors/{found}", gone=True)


def _named(ground: Ground, name: str) -> list[str]:
    path = f"/servers?all_tenants=true&name=^{name}$"
    listed = ground.ask("compute", "GET", path, version=VERSION)["servers"]
    return [item["id"] for item in listed if item["name"] == name]


def smallest(ground: Ground) -> list[Flavor]:
    """Return the flavors of the cloud that have a disk, the smallest first."""
    listed = ground.ask("compute", "GET", "/flavors/detail")["flavors"]
    found = [Flavor(str(f["id"]), f["vcpus"], f["ram"], f["disk"]) for f in listed if f["disk"]]
    if not found:
        raise PlantFailed("the cloud has no flavor with a disk to boot a server with")
    return sorted(found, key=lambda f: (f.memory_mb, f.disk_gb, f.vcpus))


def flavor(ground: Ground, memory_mb: int = 64, disk_gb: int = 1, name: str = "") -> Flavor:
    """Make a flavor of one CPU."""
    name = name or ground.name("flavor")
    ground.will(flavor_is_gone, name=name)
    body = {"flavor": {"name": name, "vcpus": 1, "ram": memory_mb, "disk": disk_gb}}
    made = ground.ask("compute", "POST", "/flavors", body)
    return Flavor(str(made["flavor"]["id"]), 1, memory_mb, disk_gb)


def image(ground: Ground) -> str:
    """Return the uuid of the smallest image that can be booted."""
    path = "/images?status=active&visibility=public&sort=size:asc"
    listed = ground.ask("image", "GET", path)["images"]
    if not listed:
        raise PlantFailed("the cloud has no public image to boot a server from")
    return str(listed[0]["id"])


def order(ground: Ground, flavor: Flavor, name: str = "", **more: Any) -> tuple[str, str]:
    """Order a server without waiting; returns its uuid and name. ``more`` goes into the request.

    ``hints`` are scheduler hints.
    """
    name = name or ground.name("server")
    ground.will(server_is_gone, name=name)
    hints = more.pop("hints", {})
    body = {
        "name": name,
        "imageRef": image(ground),
        "flavorRef": flavor.id,
        "networks": "none",
        **more,
    }
    answer = ground.ask(
        "compute",
        "POST",
        "/servers",
        {"server": body, "os:scheduler_hints": hints},
        version=VERSION,
    )
    return str(answer["server"]["id"]), name


def boot(ground: Ground, host: str = "", name: str = "", **more: Any) -> Booted:
    """Boot a server of the smallest flavor on a host, the first one where none is named."""
    host = host or ground.hosts[0]
    size = smallest(ground)[0]
    uuid, name = order(ground, size, name, host=host, **more)
    reach(ground, uuid, "ACTIVE")
    return Booted(uuid, name, host, size)


def show(ground: Ground, server: str) -> dict[str, Any] | None:
    """Return what nova says of a server, None where it says that there is none."""
    answer = ground.ask("compute", "GET", f"/servers/{server}", version=VERSION, gone=True)
    return dict(answer["server"]) if answer else None


def act(ground: Ground, server: str, action: str, body: Any = None) -> None:
    """Order an action on a server."""
    ground.ask("compute", "POST", f"/servers/{server}/action", {action: body}, version=VERSION)


def reach(ground: Ground, server: str, status: str, seconds: float = 180) -> None:
    """Wait until a server rests in a status. Raises PlantFailed at once where it fails."""

    def rests() -> bool:
        seen = show(ground, server)
        if seen is None or (status != "ERROR" and seen["status"] == "ERROR"):
            fault = ((seen or {}).get("fault") or {}).get("message", "it is gone")
            raise PlantFailed(f"server {server} did not become {status}: {fault}")
        return bool(seen["status"] == status and not seen.get("OS-EXT-STS:task_state"))

    ground.wait(rests, f"server {server} to be {status}", seconds)


def lands(ground: Ground, server: str, host: str) -> None:
    """Wait until a server rests on a host."""

    def there() -> bool:
        seen = show(ground, server) or {}
        rests = not seen.get("OS-EXT-STS:task_state")
        return bool(rests and seen.get("OS-EXT-SRV-ATTR:host") == host)

    ground.wait(there, f"server {server} to rest on {host}")


def task(ground: Ground, server: str) -> str:
    """Return what nova is doing with a server, or ""."""
    return str((show(ground, server) or {}).get("OS-EXT-STS:task_state") or "")


def loses_power(ground: Ground, server: str) -> None:
    """Wait until nova has noticed that a server has no domain; it writes the server's row then.

    Where the event of the domain's end is lost on it, the next power sync tells it
    (nova/compute/manager.py: _sync_power_states).
    """
    interval = ground.lab.power_sync_interval if ground.lab else 600
    ground.wait(
        lambda: (show(ground, server) or {}).get("OS-EXT-STS:power_state") == _NO_STATE,
        f"nova to notice that server {server} has no domain",
        seconds=interval + 120,
    )


def do(ground: Ground, server: str, action: str, status: str, body: Any = None) -> None:
    """Order an action and wait until the server rests in the status that it leads to."""
    act(ground, server, action, body)
    reach(ground, server, status)


def migrations(ground: Ground, server: str) -> list[dict[str, Any]]:
    """Return the migrations of a server, the newest first."""
    path = f"/os-migrations?instance_uuid={server}"
    answer = ground.ask("compute", "GET", path, version=VERSION)
    return list(answer["migrations"])
