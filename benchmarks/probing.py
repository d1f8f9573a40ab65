"""How long the host probe takes on a host of many instances, and what it costs that host.

``python -m benchmarks.probing [INSTANCES]`` makes that many directories (500), each with a console
log, a config drive and a qcow2 over one file of the image cache, and looks at them by the real way:
the script over a pipe, to a Python of its own.
"""

import resource
import shlex
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from harness.adapters.host import CommandProbes
from harness.adapters.host_probe import looking

LIMIT = 600.0
LOOKS = 3


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as place:
        folders = make(Path(place), number)
        command = shlex.join([sys.executable, "-I", "-"])
        probes = CommandProbes(command, LIMIT, folders)
        for view in (*sorted(looking.VIEWS), "all"):
            print(f"{view:22} {look(probes, [view] if view != 'all' else sorted(looking.VIEWS))}")


def make(place: Path, number: int) -> dict[str, str]:
    """Make a host; returns its folders."""
    instances, libvirt = place / "instances", place / "libvirt"
    image = instances / "_base" / "image"
    image.parent.mkdir(parents=True)
    libvirt.mkdir()
    image.write_bytes(b"\0" * 2**20)
    first = instances / "first"
    made = ("-f", "qcow2", "-F", "raw", "-b", str(image), str(first), "1G")
    subprocess.run(["qemu-img", "create", "-q", *made], check=True)
    for _ in range(number):
        folder = instances / str(uuid.uuid4())
        folder.mkdir()
        (folder / "disk").write_bytes(first.read_bytes())
        for name in ("console.log", "disk.info", "disk.config"):
            (folder / name).write_bytes(b"\0" * 4096)
    first.unlink()
    return {"instances": str(instances), "libvirt": str(libvirt)}


def look(probes: CommandProbes, views: list[str]) -> str:
    """Return the seconds and the CPU seconds of the quickest of some looks."""
    best = (LIMIT, LIMIT)
    for _ in range(LOOKS):
        before, started = _spent(), time.monotonic()
        reply = probes.ask(["host"], views)["host"]
        took = (time.monotonic() - started, _spent() - before)
        if reply.errors:
            return str(reply.errors)
        best = min(best, took)
    return f"{best[0]:6.2f} s {best[1]:6.2f} s of CPU"


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
