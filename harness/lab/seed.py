"""What tempest and others need in the cloud before they start: flavors, images, a network."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.lab import guest
from harness.lab.layout import Layout


@dataclass(frozen=True)
class Flavor:
    """``ram`` in MiB, ``disk`` in GiB. Flavors without a disk are refused for plain users."""

    id: str
    name: str
    ram: int
    disk: int
    vcpus: int


FLAVORS = (Flavor("101", "lab.tiny", 64, 1, 1), Flavor("102", "lab.small", 128, 2, 2))
IMAGES = ("lab-blank", "lab-blank-alt")
LINUX = "lab-linux"
LINUX_DISK_BYTES = 1024**2
NETWORK = "lab"
SUBNET_CIDR = "10.77.0.0/16"
IMAGE_SIZE = "16M"
# A disk on virtio-scsi can be unplugged from a guest that holds no operating system; one that is a
# PCI device of its own goes when the guest lets it.
IMAGE_PROPERTIES = {"hw_disk_bus": "scsi", "hw_scsi_model": "virtio-scsi"}


def ensure(cloud: Any, layout: Layout) -> dict[str, str]:
    """Make what is missing; image name to image id. An image that never became active goes."""
    for flavor in FLAVORS:
        if cloud.compute.find_flavor(flavor.id) is None:
            cloud.compute.create_flavor(
                id=flavor.id, name=flavor.name, ram=flavor.ram, disk=flavor.disk, vcpus=flavor.vcpus
            )
    _ensure_network(cloud.network)
    blank = layout.state / "tmp" / "blank.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(blank), IMAGE_SIZE], check=True)
    # First, for glance lists the newest first, and the default is the blank one.
    made = {LINUX: _ensure_linux(cloud, layout)} if guest.is_made(layout) else {}
    made |= {name: _ensure_image(cloud, name, blank, "qcow2", IMAGE_PROPERTIES) for name in IMAGES}
    blank.unlink()
    return made


def _ensure_linux(cloud: Any, layout: Layout) -> str:
    """An image whose guests are given a kernel and an initramfs, and a disk with nothing on it."""
    kernel = _ensure_image(cloud, f"{LINUX}-kernel", layout.guest / guest.KERNEL, "aki", {})
    ramdisk = _ensure_image(cloud, f"{LINUX}-ramdisk", layout.guest / guest.INITRAMFS, "ari", {})
    properties = {
        **IMAGE_PROPERTIES,
        "kernel_id": kernel,
        "ramdisk_id": ramdisk,
        "os_command_line": "console=ttyS0",
        # It needs 128 MiB: in 64, Debian's kernel does not unpack itself.
        "min_ram": 128,
    }
    # Larger than a blank image, for some choose the smallest that there is.
    disk = layout.state / "tmp" / "linux.raw"
    with disk.open("wb") as file:
        file.truncate(LINUX_DISK_BYTES)
    made = _ensure_image(cloud, LINUX, disk, "raw", properties)
    disk.unlink()
    return made


def _ensure_network(network: Any) -> None:
    found = network.find_network(NETWORK) or network.create_network(name=NETWORK)
    if not list(network.subnets(network_id=found.id)):
        network.create_subnet(
            network_id=found.id,
            name=NETWORK,
            ip_version=4,
            cidr=SUBNET_CIDR,
            enable_dhcp=False,
            gateway_ip=None,
        )


def _ensure_image(
    cloud: Any, name: str, file: Path, kind: str, properties: Mapping[str, Any]
) -> str:
    for image in cloud.image.images(name=name):
        if image.status == "active":
            return str(image.id)
        cloud.image.delete_image(image.id)
    made = cloud.image.create_image(
        name=name,
        filename=str(file),
        disk_format=kind,
        container_format=kind if kind in ("aki", "ari") else "bare",
        visibility="public",
        wait=True,
        timeout=60,
        **properties,
    )
    return str(made.id)
