"""What lies in the state directory before a service starts: folders, configuration, our modules."""

import shutil
from importlib import resources

from harness.lab import configuration, files, processes
from harness.lab.configuration import Plan
from harness.lab.layout import HOSTS, Layout


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
        "data/neutron",
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
    for shipped in ("glance/glance-api-paste.ini", "neutron/api-paste.ini", "nova/api-paste.ini"):
        shutil.copyfile(layout.venv / "etc" / shipped, layout.etc / shipped)
    inside = resources.files("harness.lab") / "inside"
    (layout.python / "harness_lab_ml2.py").write_text((inside / "harness_lab_ml2.py").read_text())
    for name in ("wsgi.py", "enter_host.sh"):
        files.replace(layout.bin / name, (inside / name).read_text(), 0o755)
    shell = (inside / "remote_shell.py").read_text()
    for name in ("ssh", "scp"):
        files.replace(layout.bin / name, f"#!{layout.venv}/bin/python -SE\n{shell}", 0o755)
