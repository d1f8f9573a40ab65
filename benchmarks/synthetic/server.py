"""One server of the synthetic cloud as nova's API shows it at microversion 2.87."""

from typing import Any

from benchmarks.synthetic import things
from benchmarks.synthetic.things import Size, identity

URL = "https://nova.cloud.example.org:8774"


def server(size: Size, number: int) -> dict[str, Any]:
    """Return every field that nova sends to an admin, but for those that the source drops."""
    host = size.host_of(number)
    uuid = identity("server", number)
    status, vm_state, task, power = _state(number)
    shown = {
        "id": uuid,
        "name": f"web-{number:06d}.shop.example.com",
        "status": status,
        "tenant_id": things.project_id(size.project_of(number)),
        "user_id": identity("user", size.project_of(number)).replace("-", ""),
        "hostId": (identity("hash", host) + identity("hash", number)).replace("-", "")[:56],
        "image": _image(number),
        "flavor": things.FLAVORS[number % len(things.FLAVORS)],
        "created": "2026-10-02T08:11:42Z",
        "updated": "2026-11-23T19:59:30Z" if task else "2026-10-02T08:12:20Z",
        "addresses": _addresses(number),
        "accessIPv4": "",
        "accessIPv6": "",
        "links": [
            {"rel": "self", "href": f"{URL}/v2.1/servers/{uuid}"},
            {"rel": "bookmark", "href": f"{URL}/servers/{uuid}"},
        ],
        "OS-DCF:diskConfig": "MANUAL",
        "OS-EXT-AZ:availability_zone": f"az{host % 3 + 1}",
        "config_drive": "True",
        "key_name": f"key-{size.project_of(number)}",
        "OS-SRV-USG:launched_at": None if task else "2026-10-02T08:12:19.000000",
        "OS-SRV-USG:terminated_at": None,
        "security_groups": [{"name": "default"}, {"name": "web"}],
        "OS-EXT-SRV-ATTR:host": things.host_name(host),
        "OS-EXT-SRV-ATTR:instance_name": things.domain_name(number),
        "OS-EXT-SRV-ATTR:hypervisor_hostname": things.node_name(host),
        "OS-EXT-SRV-ATTR:reservation_id": f"r-{identity('reservation', number)[:8]}",
        "OS-EXT-SRV-ATTR:launch_index": 0,
        "OS-EXT-SRV-ATTR:hostname": f"web-{number:06d}-shop-example-com",
        "OS-EXT-SRV-ATTR:kernel_id": "",
        "OS-EXT-SRV-ATTR:ramdisk_id": "",
        "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda",
        "OS-EXT-STS:task_state": task,
        "OS-EXT-STS:vm_state": vm_state,
        "OS-EXT-STS:power_state": power,
        "os-extended-volumes:volumes_attached": [
            {"id": volume, "delete_on_termination": False} for volume in volumes(number)
        ],
        "host_status": "UP",
        "locked": False,
        "locked_reason": None,
        "description": f"web server {number} of the shop",
        "tags": ["production", "web"],
        "trusted_image_certificates": None,
    }
    if status == "ERROR":
        shown["fault"] = {"code": 500, "message": "Timed out", "created": "2026-10-02T08:12:20Z"}
    return shown if task or status == "ERROR" else {**shown, "progress": 0}


def volumes(number: int) -> list[str]:
    """Return the volumes of a server: its root disk, or one beside an image, or none."""
    has_one = things.from_volume(number) or number % 50 == 7
    return [identity("volume", number)] if has_one else []


def has_image_and_volume(number: int) -> bool:
    return bool(volumes(number)) and not things.from_volume(number)


def attachment(number: int) -> dict[str, Any]:
    (volume,) = volumes(number)
    uuid = identity("server", number)
    data = {"volumeId": volume, "serverId": uuid, "device": "/dev/vdb", "tag": None}
    return {"volumeAttachments": [{**data, "delete_on_termination": False}]}


def _state(number: int) -> tuple[str, str, str | None, int]:
    if things.building(number):
        return "BUILD", "building", "spawning", 0
    if things.waiting(number):
        return "VERIFY_RESIZE", "resized", None, 1
    return (
        ("ERROR", "error", None, 4)
        if things.lost(number) == "mind"
        else (
            "ACTIVE",
            "active",
            None,
            1,
        )
    )


def _image(number: int) -> Any:
    if things.from_volume(number):
        return ""
    uuid = identity("image", number % 40)
    return {"id": uuid, "links": [{"rel": "bookmark", "href": f"{URL}/images/{uuid}"}]}


def _addresses(number: int) -> dict[str, Any]:
    octets = f"{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    mac = f"fa:16:3e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
    return {
        f"shop-net-{number % 20}": [
            {
                "version": 4,
                "addr": f"10.{octets}",
                "OS-EXT-IPS:type": "fixed",
                "OS-EXT-IPS-MAC:mac_addr": mac,
            }
        ]
    }
