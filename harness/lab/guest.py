"""A guest that really boots: Debian's kernel for clouds and an initramfs with busybox.

The Debian packages are unpacked in the state directory and never installed, which would give the
machine another kernel to start.
"""

import gzip
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab.layout import Layout

KERNEL_PACKAGE, TOOLS_PACKAGE = "linux-image-cloud-amd64", "busybox-static"
# In the order in which they can be loaded: virtual disks and networks, and the power button.
MODULES = (
    "drivers/virtio/virtio.ko",
    "drivers/virtio/virtio_ring.ko",
    "drivers/virtio/virtio_pci_legacy_dev.ko",
    "drivers/virtio/virtio_pci_modern_dev.ko",
    "drivers/virtio/virtio_pci.ko",
    "drivers/block/virtio_blk.ko",
    "drivers/scsi/scsi_common.ko",
    "drivers/scsi/scsi_mod.ko",
    "drivers/scsi/sd_mod.ko",
    "drivers/scsi/virtio_scsi.ko",
    "net/core/failover.ko",
    "drivers/net/net_failover.ko",
    "drivers/net/virtio_net.ko",
    "drivers/input/evdev.ko",
    "drivers/acpi/button.ko",
)
INITTAB = "ttyS0::respawn:/bin/cttyhack /bin/sh\n::ctrlaltdel:/bin/reboot -f\n"
POWER_BUTTON = "#!/bin/sh\nexec poweroff -f\n"
KERNEL, INITRAMFS, MARKER = "vmlinuz", "initramfs.gz", "made-from"


@dataclass(frozen=True)
class Entry:
    """A file of an archive; a folder, or a link to ``content``, where ``mode`` says so."""

    name: str
    mode: int
    content: bytes = b""


def ensure(layout: Layout, say: Callable[[str], None]) -> None:
    """Make the kernel and the initramfs unless they are there and whole; the marker tells."""
    folder = layout.guest
    if is_made(layout):
        return
    say(f"fetching {KERNEL_PACKAGE} and {TOOLS_PACKAGE} for a guest that boots")
    if folder.exists():
        shutil.rmtree(folder)
    unpacked = folder / "unpacked"
    unpacked.mkdir(parents=True)
    for name in (_kernel_package(), TOOLS_PACKAGE):
        _run(folder, "apt-get", "download", "-q", name)
    for package in folder.glob("*.deb"):
        _run(folder, "dpkg-deb", "-x", str(package), str(unpacked))
        package.unlink()
    shutil.copyfile(next(unpacked.glob("boot/vmlinuz-*")), folder / KERNEL)
    made = gzip.compress(archive(list(_entries(unpacked))), mtime=0)
    (folder / INITRAMFS).write_bytes(made)
    shutil.rmtree(unpacked)
    (folder / MARKER).write_text(fingerprint())


def is_made(layout: Layout) -> bool:
    marker = layout.guest / MARKER
    return marker.exists() and marker.read_text() == fingerprint()


def fingerprint() -> str:
    """What of ours is in the guest."""
    text = "\0".join((_init().decode(), INITTAB, POWER_BUTTON, *MODULES))
    return hashlib.sha256(text.encode()).hexdigest()


def archive(entries: list[Entry]) -> bytes:
    """The entries as a cpio archive of the kind that Linux takes as an initramfs ("newc")."""
    made = bytearray()
    for number, entry in enumerate([*entries, Entry("TRAILER!!!", 0)], 1):
        name = entry.name.encode() + b"\0"
        fields = (
            number, entry.mode, 0, 0, 1, 0, len(entry.content), 0, 0, 0, 0, len(name), 0,
        )  # fmt: skip
        made += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        made += b"\0" * (-len(made) % 4) + entry.content
        made += b"\0" * (-len(made) % 4)
    return bytes(made)


def _entries(unpacked: Path) -> Iterator[Entry]:
    for name in ("bin", "dev", "etc", "etc/acpi", "lib", "proc", "sys"):
        yield Entry(name, 0o040755)
    yield Entry("init", 0o100755, _init())
    yield Entry("etc/inittab", 0o100644, INITTAB.encode())
    yield Entry("etc/acpi/PWRF", 0o100755, POWER_BUTTON.encode())
    busybox = (unpacked / "bin" / "busybox").read_bytes()
    yield Entry("bin/busybox", 0o100755, busybox)
    yield Entry("bin/sh", 0o120777, b"busybox")
    names = [Path(module).name for module in MODULES]
    yield Entry("lib/modules", 0o100644, "".join(f"{name}\n" for name in names).encode())
    for module in MODULES:
        found = next(unpacked.glob(f"lib/modules/*/kernel/{module}"))
        yield Entry(f"lib/{found.name}", 0o100644, found.read_bytes())


def _init() -> bytes:
    return (resources.files("harness.lab") / "inside" / "guest_init.sh").read_bytes()


def _kernel_package() -> str:
    """The package that the name for the newest kernel stands for."""
    shown = subprocess.run(
        ["apt-cache", "depends", KERNEL_PACKAGE], capture_output=True, text=True, check=False
    )
    found = re.search(r"Depends: (linux-image-\S+)", shown.stdout)
    if found is None:
        raise HarnessError(f"apt knows no {KERNEL_PACKAGE}: run apt-get update")
    return found.group(1)


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HarnessError(f"`{' '.join(command)}` failed: {done.stderr.strip()[-300:]}")
