"""What lies in the state directory before a service starts: folders, configuration, our modules."""

import shutil
import subprocess
from importlib import resources

from harness.core.errors import HarnessError
from harness.lab import configuration, files, processes
from harness.lab.configuration import Plan
from harness.lab.layout import HOSTS, Layout

SHIPPED = (
    "glance/glance-api-paste.ini",
    "neutron/api-paste.ini",
    "nova/api-paste.ini",
    "cinder/api-paste.ini",
    "cinder/resource_filters.json",
)


def write(plan: Plan) -> bool:
    """Write everything; whether any configuration differs from what was there."""
    _folders(plan.layout)
    rendered = sorted(configuration.rendered(plan).items())
    changed = [files.replace(path, text, mode) for path, (text, mode) in rendered]
    _copies(plan.layout)
    return any(changed)


def _folders(layout: Layout) -> None:
    for name in (
        "tmp",
        "home",
        "log",
        "run/locks",
        "data/glance",
        "data/glance-staging",
        "data/glance-tasks",
        "data/nova/locks",
        "data/nova-fake/locks",
        "data/neutron",
        "data/volumes",
        "data/cinder/conversion",
        "data/cinder/coordination",
        "tempest/locks",
        "python",
        "instances",
        "bin",
        processes.working_directory(layout.state).name,
    ):
        (layout.state / name).mkdir(parents=True, exist_ok=True)
    for key_folder in ("fernet", "credential"):
        (layout.data / key_folder).mkdir(mode=0o700, exist_ok=True)
    for host in HOSTS:
        for name in ("run", "lib", "log", "cache", "etc", "instances", "nova/locks"):
            (layout.host(host) / name).mkdir(parents=True, exist_ok=True)


def _copies(layout: Layout) -> None:
    """What OpenStack ships as files, and our modules that run outside of harness."""
    for shipped in SHIPPED:
        shutil.copyfile(layout.venv / "etc" / shipped, layout.etc / shipped)
    inside = resources.files("harness.lab") / "inside"
    for name in ("harness_lab_ml2.py", "harness_lab_cinder.py"):
        (layout.python / name).write_text((inside / name).read_text())
    for name in ("wsgi.py", "fake_compute.py", "enter_host.sh"):
        files.replace(layout.bin / name, (inside / name).read_text(), 0o755)
    _build(layout, (inside / "shared_volumes.c").read_text())
    shell = (inside / "remote_shell.py").read_text()
    for name in ("ssh", "scp"):
        files.replace(layout.bin / name, f"#!{layout.venv}/bin/python -SE\n{shell}", 0o755)


def _build(layout: Layout, source: str) -> None:
    """Compile what libvirtd is started with, unless it was made from this source."""
    text, library = layout.bin / "shared_volumes.c", layout.bin / "shared_volumes.so"
    if not files.replace(text, source) and library.exists():
        return
    half = library.with_suffix(".new")
    command = ["gcc", "-shared", "-fPIC", "-O", "-o", str(half), str(text), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HarnessError(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")
    half.replace(library)
