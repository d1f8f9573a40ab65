"""Where everything of one lab lies in its state directory."""

import re
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import HarnessError

HOSTS = ("compute1", "compute2")
SOCKET_PATH_LIMIT = 108
FAKE = "fake"
_PLAIN = re.compile(r"[A-Za-z0-9._/+@-]+")


@dataclass(frozen=True)
class Layout:
    """The paths of one lab; ``state`` is absolute. No method touches the disk."""

    state: Path

    @property
    def venv(self) -> Path:
        return self.state / "venv"

    @property
    def etc(self) -> Path:
        return self.state / "etc"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def data(self) -> Path:
        """What ``reset`` throws away: databases, images, keys."""
        return self.state / "data"

    @property
    def guest(self) -> Path:
        """The kernel and the initramfs of the image that boots."""
        return self.state / "guest"

    @property
    def volumes(self) -> Path:
        """Cinder's volumes and snapshots, one file each, which every host sees."""
        return self.data / "volumes"

    @property
    def bin(self) -> Path:
        """Copies of our own files that services run, so that an upgrade does not change them."""
        return self.state / "bin"

    @property
    def python(self) -> Path:
        """Modules of ours that neutron and cinder load."""
        return self.state / "python"

    @property
    def instances(self) -> Path:
        """What nova calls ``instances_path``: on each host its own folder is bound over it."""
        return self.state / "instances"

    @property
    def clouds_yaml(self) -> Path:
        return self.state / "clouds.yaml"

    @property
    def tempest_conf(self) -> Path:
        return self.state / "tempest" / "tempest.conf"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    @property
    def stopping(self) -> Path:
        """There while a ``down`` is under way."""
        return self.run / "stopping"

    @property
    def supervisor_socket(self) -> Path:
        return self.run / "supervisor.sock"

    @property
    def supervisor_conf(self) -> Path:
        return self.etc / "supervisord.conf"

    @property
    def database_socket(self) -> Path:
        return self.run / "mariadb.sock"

    def host(self, name: str) -> Path:
        """The private disk of one compute host."""
        return self.state / "hosts" / name

    def host_instances(self, name: str) -> Path:
        return self.host(name) / "instances"

    def host_network(self, name: str) -> Path:
        """Where the network namespace of a host is held."""
        return self.host(name) / "net"

    def service_log(self, service: str) -> Path:
        return self.log / f"{service}.log"

    @property
    def libvirt_uri(self) -> str:
        """The libvirt URI of a host as a template with ``{host}``."""
        return f"qemu+unix:///system?socket={self.state}/hosts/{{host}}/run/libvirt-sock"


def fake_hosts(number: int) -> tuple[str, ...]:
    """The names of this many hosts on nova's fake driver."""
    return tuple(f"{FAKE}{index}" for index in range(1, number + 1))


def layout_of(state_dir: Path) -> Layout:
    """The layout of an absolute, usable state directory; HarnessError where it cannot be used.

    Unix sockets have at most 107 bytes of path, and configuration files of a dozen services do not
    agree on how to quote blanks and signs.
    """
    state = Path(state_dir).expanduser().absolute()
    if not _PLAIN.fullmatch(str(state)):
        raise HarnessError(
            f"the state directory {str(state)!r} has blanks or special signs in its name: "
            "choose another with --state-dir"
        )
    layout = Layout(state)
    longest = layout.host(HOSTS[0]) / "run" / "libvirt-admin-sock"
    excess = len(bytes(longest)) - (SOCKET_PATH_LIMIT - 1)
    if excess > 0:
        raise HarnessError(
            f"the state directory {state} is {excess} characters too long for the sockets in it: "
            "choose a shorter one with --state-dir"
        )
    if state.exists() and not state.is_dir():
        raise HarnessError(f"{state} is not a directory: choose another with --state-dir")
    return layout
