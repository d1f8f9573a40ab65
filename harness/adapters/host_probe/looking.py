"""One look of the host probe: each view by itself, so that one that fails costs no other."""

import json
import os
import resource
import shutil
import subprocess
import sys
from typing import Any

from harness.adapters.host_probe.disks import instance_disks
from harness.adapters.host_probe.folders import (
    cached_images,
    guest_files,
    host_resources,
    instance_directories,
)
from harness.adapters.host_probe.reading import Bounds, shown
from harness.adapters.host_probe.system import (
    host_devices,
    host_interfaces,
    ovs_interfaces,
    qemu_processes,
)

_TOLD = (
    cached_images,
    guest_files,
    host_devices,
    host_interfaces,
    host_resources,
    instance_directories,
    instance_disks,
    ovs_interfaces,
    qemu_processes,
)
VIEWS = {told.__name__: told for told in _TOLD}
_MEMORY = 2 * 2**30


def main(options: Any) -> None:
    """Print ``{"bodies": {view: ...}, "errors": {view: why not}}``."""
    _give_way(options["seconds"])
    bounds = Bounds(options["seconds"], options["most"])
    bodies, errors = {}, {}
    for view in options["views"]:
        try:
            bodies[view] = VIEWS[view](options["folders"], bounds)
        except Exception as error:  # noqa: BLE001 - one view's surprise must not cost the others
            errors[view] = shown("%s: %s" % (type(error).__name__, error))
    sys.stdout.write(json.dumps({"bodies": bodies, "errors": errors}))


def _give_way(seconds: float) -> None:
    """Be the last in everything, and stay small; what is started inherits that."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    if shutil.which("ionice"):
        quiet = subprocess.DEVNULL
        command = ["ionice", "-c", "3", "-p", str(os.getpid())]
        subprocess.call(command, stdin=quiet, stdout=quiet, stderr=quiet)
