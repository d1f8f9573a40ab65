"""Everything is run as it is run for real, in a folder full of canaries; all that came is kept."""

import os
import subprocess
import sys
import textwrap
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from tests.security.canaries import Written, files, plain, value
from tests.security.loopback import LoopbackCloud

ROOT = Path(__file__).parents[2]
TAINT = {
    "adminPass": value("admin-pass"),
    "OS-EXT-SRV-ATTR:user_data": value("user-data"),
    "connection_info": {"data": {"auth_password": value("chap"), "auth_method": "CHAP"}},
    "private_key": "-----BEGIN RSA PRIVATE KEY-----\n" + plain("key") + "\n",
    "credentials": [{"blob": value("api-secret")}, plain("api-secret")],
    "locations": [{"url": f"swift+https://glance:{plain('image-property')}@store/v1/x"}],
    "fault": {"message": f"GET failed with X-Auth-Token: {plain('header')}", "code": 500},
    "description": f"password={plain('fault')} of http://u:{plain('url-password')}@db/",
    "disabled_reason": f"said {value('cloud-password')} and {plain('token')}",
}
"""Secrets of others in what the APIs answer, and our own, echoed."""
OWNERS = {
    "metadata": {"note": value("metadata"), "more": plain("metadata")},
    "volume_image_metadata": {"note": value("volume-metadata")},
    "owner_specified.note": value("image-property"),
}
"""What the owner of a server, a volume, an image or an aggregate may write on it as he likes."""

TESTS = """
    import logging, os, pathlib, sys, unittest

    class Leaky(unittest.TestCase):
        def test_prints(self):
            conf = pathlib.Path(os.environ["TEMPEST_CONFIG_DIR"], os.environ["TEMPEST_CONFIG"])
            print(conf.read_text(), dict(os.environ))
            sys.stderr.write(conf.read_text())
            with open(pathlib.Path("logs", "tempest-000001.log"), "a") as log:
                log.write(conf.read_text() + '{"adminPass": "' + %(printed)r + '"}' + chr(10))

        def test_raises(self):
            conf = pathlib.Path(os.environ["TEMPEST_CONFIG_DIR"], os.environ["TEMPEST_CONFIG"])
            self.addDetailed = conf.read_text()
            raise ValueError(
                "HTTP 401 with X-Auth-Token: " + %(printed)r + " and " + conf.read_text()
                + " body: " + repr({"adminPass": %(quoted)r, "token": {"id": "x"}})
            )
"""


@dataclass
class Rehearsal:
    """A folder in which ``harness`` runs, with what each command wrote."""

    folder: Path
    cloud: LoopbackCloud
    written: list[Written] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def harness(self, *words: str, name: str = "", **environ: str) -> str:
        """Run a command as a process, watch the list of processes, and keep what it said."""
        name = name or words[0]
        command = [sys.executable, "-c", "import sys; from harness.cli.app import main; "
                   "sys.exit(main())", *words]  # fmt: skip
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**self._environ(), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        watcher = threading.Thread(target=self._watch, args=(process.pid,))
        watcher.start()
        out, err = process.communicate(timeout=120)
        watcher.join()
        self.codes[name] = process.returncode
        self.written += [Written(f"{name} stdout", out), Written(f"{name} stderr", err)]
        return (out + err).decode(errors="replace")

    def _watch(self, pid: int) -> None:
        """Collect the command lines of a process and of all below it until it has ended."""
        while True:
            try:
                root = psutil.Process(pid)
                if root.status() == psutil.STATUS_ZOMBIE:
                    return
                for process in (root, *root.children(recursive=True)):
                    self.seen.add("\0".join(_words(process)))
            except psutil.Error:
                return
            threading.Event().wait(0.1)

    def _environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "PYTHONPATH": os.pathsep.join([str(self.folder / "fake"), str(ROOT)]),
            "OS_CLIENT_CONFIG_FILE": str(self.folder / "clouds.yaml"),
            "OS_CLIENT_SECURE_FILE": str(self.folder / "secure.yaml"),
            "HARNESS_LAB_DIR": str(self.folder / "no-lab"),
            "SOME_PASSWORD": value("environment"),
            "OTHER_TOKEN": plain("environment"),
        }

    def outputs(self) -> Iterator[Written]:
        """Yield all that was written: what commands said, files, and the list of processes."""
        yield from self.written
        yield from files(self.folder / "out")
        yield Written("list of processes", "\n".join(sorted(self.seen)).encode())


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def prepare(folder: Path, cloud: LoopbackCloud) -> Rehearsal:
    """Write the files of an operator, with a secret in each place that may have one."""
    for name in ("home", "out", "fake/tempest/test_discover"):
        (folder / name).mkdir(parents=True)
    host = cloud.url.removeprefix("http://")
    auth = {
        "auth_url": f"http://soak:{plain('url-password')}@{host}/v3",
        "username": "soak",
        "password": value("cloud-password"),
        "project_name": "admin",
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
    key = folder / "client.pem"
    key.write_text(
        f"-----BEGIN PRIVATE KEY-----\n{plain('certificate')}\n-----END PRIVATE KEY-----"
    )
    clouds = {"mine": {"auth": auth, "region_name": "RegionOne", "key": str(key)}}
    clouds["mine"]["cert"] = str(key)
    other = {**auth, "password": plain("cloud-password"), "auth_url": f"{cloud.url}/v3"}
    clouds["other"] = {"auth": other, "region_name": "RegionOne"}
    (folder / "clouds.yaml").write_text(yaml.safe_dump({"clouds": clouds}))
    secure = {"other": {"auth": {"password": value("secure-yaml")}}}
    (folder / "secure.yaml").write_text(yaml.safe_dump({"clouds": secure}))
    accounts = [{"username": "a", "password": value("account")}]
    (folder / "accounts.yaml").write_text(yaml.safe_dump(accounts))
    (folder / "tempest.conf").write_text(
        f"[auth]\nadmin_password = {value('tempest-password')}\n"
        f"test_accounts_file = {folder / 'accounts.yaml'}\n"
        f"[validation]\nimage_ssh_password = {plain('tempest-password')}\n"
    )
    (folder / "hypervisor.xml").write_text(HYPERVISOR)
    uri = f"test://{folder}/hypervisor.xml?password={plain('libvirt-uri')}&of={{host}}"
    quoted = urllib.parse.quote(value("database-url"), safe="")
    cells = [f"mysql+pymysql://nova:{quoted}@127.0.0.1:9/nova_cell0"]
    cells.append(f"mysql+pymysql://nova@127.0.0.1:9/nova_cell1?passwd={plain('database-url')}")
    (folder / "harness.conf").write_text(
        f"[DEFAULT]\nresults = {folder / 'out' / 'results'}\n[cloud]\nname = other\n"
        f"[nova_database]\nurl = {cells[0]}\nurl = {cells[1]}\ntimeout = 1\n"
        f"[libvirt]\nuri = {uri}\n"
        f"[tempest]\nconf = {folder / 'tempest.conf'}\nconcurrency = 1\n[settle]\nlimit = 8\n"
    )
    package = folder / "fake" / "tempest"
    (package / "__init__.py").touch()
    (package / "test_discover" / "__init__.py").touch()
    said = {"printed": plain("test-output"), "quoted": value("test-output")}
    (package / "test_discover" / "test_leaky.py").write_text(textwrap.dedent(TESTS % said))
    return Rehearsal(folder, cloud)


def tainted(url: str) -> LoopbackCloud:
    """Return the cloud of the rehearsal."""
    return LoopbackCloud(url, plain("token"), TAINT, OWNERS)


HYPERVISOR = f"""<node>
  <domain type='test' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
    <name>instance-0000beef</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os>
    <description>password: {plain("vnc")}</description>
    <devices><graphics type='vnc' passwd='{plain("vnc")}'/></devices>
    <qemu:commandline>
      <qemu:arg value='-object'/>
      <qemu:arg value='secret,id=s,data={plain("qemu-argument")}'/>
    </qemu:commandline>
  </domain>
</node>
"""
