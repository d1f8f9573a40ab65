"""The services of a lab, declared: what runs, where, and how it is started."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.lab.layout import HOSTS, Layout
from harness.lab.ports import LOOPBACK

ERLANG_ARGUMENTS = (
    "-kernel inet_dist_use_interface {127,0,0,1}",
    # Two schedulers that do not spin while they wait.
    "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
)


@dataclass(frozen=True)
class Service:
    """One supervised program.

    ``stage`` orders the start: a stage starts when the one before it is ready. ``port`` is a key of
    the port table. ``patience`` is how many seconds it gets to end by itself.
    """

    name: str
    stage: int
    command: tuple[str, ...]
    port: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: int = 10
    host: str | None = None


@dataclass(frozen=True)
class Place:
    """What the commands of the services need to know."""

    layout: Layout
    ports: Mapping[str, int]
    fake_hosts: tuple[str, ...] = ()


def declared(place: Place) -> list[Service]:
    """All services, in the order in which they start; the end goes the other way round."""
    return [
        *_infrastructure(place),
        *(_libvirtd(place, number, host) for number, host in enumerate(HOSTS, 1)),
        *_apis(place),
        *_cinder(place),
        _agent(place, "nova-conductor", "nova/nova-cell1.conf"),
        _agent(place, "nova-scheduler", "nova/nova.conf"),
        *(_compute(place, number, host) for number, host in enumerate(HOSTS, 1)),
        *([_fake_compute(place)] if place.fake_hosts else []),
    ]


def _infrastructure(place: Place) -> list[Service]:
    layout, ports, etc = place.layout, place.ports, place.layout.etc
    memcached = (
        "memcached",
        "-u",
        "root",
        "-l",
        LOOPBACK,
        "-p",
        str(ports["memcached"]),
        "-U",
        "0",
        "-m",
        "64",
    )
    mariadb = ("mariadbd", f"--defaults-file={etc}/mariadb.cnf")
    epmd = ("epmd", "-address", LOOPBACK, "-port", str(ports["epmd"]))
    # What the broker keeps is transient by nova's own defaults, and an empty broker starts
    # whatever a power cut left on its disk.
    rabbitmq = (
        "sh",
        "-c",
        f'rm -rf "{layout.data}/rabbitmq" && exec /usr/lib/rabbitmq/bin/rabbitmq-server',
    )
    return [
        Service("memcached", 0, memcached, "memcached"),
        Service("mariadb", 0, mariadb, "mariadb", patience=30),
        Service("epmd", 0, epmd, "epmd"),
        Service("rabbitmq", 0, rabbitmq, "rabbitmq", _rabbitmq_environment(place)),
    ]


def _rabbitmq_environment(place: Place) -> dict[str, str]:
    layout, ports = place.layout, place.ports
    return {
        "HOME": f"{layout.state}/home",
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "RABBITMQ_CONF_ENV_FILE": f"{layout.etc}/rabbitmq/rabbitmq-env.conf",
        "RABBITMQ_NODENAME": "harness@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports["rabbitmq"]),
        "RABBITMQ_DIST_PORT": str(ports["rabbitmq-distribution"]),
        "RABBITMQ_MNESIA_BASE": f"{layout.data}/rabbitmq",
        "RABBITMQ_LOG_BASE": f"{layout.log}",
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": f"{layout.etc}/rabbitmq/rabbitmq.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{layout.etc}/rabbitmq/enabled_plugins",
        "RABBITMQ_PID_FILE": f"{layout.run}/rabbitmq.pid",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(ERLANG_ARGUMENTS),
    }


def _apis(place: Place) -> list[Service]:
    etc = place.layout.etc
    return [
        _wsgi(
            place,
            "keystone",
            1,
            "keystone.wsgi.api",
            4,
            OS_KEYSTONE_CONFIG_DIR=f"{etc}/keystone",
            OS_KEYSTONE_CONFIG_FILES="keystone.conf",
        ),
        _wsgi(
            place,
            "placement",
            2,
            "placement.wsgi.api",
            4,
            OS_PLACEMENT_CONFIG_DIR=f"{etc}/placement",
        ),
        _wsgi(
            place,
            "neutron",
            2,
            "neutron.wsgi.api",
            6,
            OS_NEUTRON_CONFIG_DIR=f"{etc}/neutron",
            OS_NEUTRON_CONFIG_FILES="neutron.conf",
            PYTHONPATH=str(place.layout.python),
        ),
        # The first file is the one that paste loads.
        _wsgi(
            place,
            "nova-api",
            2,
            "nova.wsgi.osapi_compute",
            8,
            OS_NOVA_CONFIG_DIR=f"{etc}/nova",
            OS_NOVA_CONFIG_FILES="api-paste.ini;nova.conf",
        ),
        _wsgi(
            place,
            "glance",
            2,
            "glance.wsgi.api",
            4,
            OS_GLANCE_CONFIG_DIR=f"{etc}/glance",
            OS_GLANCE_CONFIG_FILES="glance-api.conf",
        ),
    ]


def _cinder(place: Place) -> list[Service]:
    config, python = "cinder/cinder.conf", {"PYTHONPATH": str(place.layout.python)}
    # It is told its configuration on the command line only.
    options = ("--config-file", f"{place.layout.etc}/{config}")
    return [
        _wsgi(place, "cinder-api", 2, "cinder.wsgi.api", 4, options),
        _agent(place, "cinder-scheduler", config),
        _agent(place, "cinder-volume", config, python),
    ]


def _wsgi(
    place: Place,
    name: str,
    stage: int,
    module: str,
    threads: int,
    options: tuple[str, ...] = (),
    **environment: str,
) -> Service:
    command = (
        f"{place.layout.venv}/bin/python",
        f"{place.layout.bin}/wsgi.py",
        module,
        LOOPBACK,
        str(place.ports[name]),
        str(threads),
        *options,
    )
    return Service(name, stage, command, name, environment, patience=5)


def _agent(
    place: Place, name: str, config: str, environment: Mapping[str, str] | None = None
) -> Service:
    layout = place.layout
    command = (f"{layout.venv}/bin/{name}", "--config-file", f"{layout.etc}/{config}")
    return Service(name, 2, command, environment=environment or {}, patience=15)


def _libvirtd(place: Place, number: int, host: str) -> Service:
    etc = place.layout.host(host) / "etc"
    command = (
        "env",
        f"LD_PRELOAD={place.layout.bin}/shared_volumes.so",
        "libvirtd",
        "--config",
        f"{etc}/libvirtd.conf",
        "--pid-file",
        "/run/libvirt/libvirtd.pid",
    )
    network = ("nsenter", f"--net={place.layout.host_network(host)}")
    return Service(f"libvirtd-{number}", 0, (*network, *_on(place, host, command)), host=host)


def _compute(place: Place, number: int, host: str) -> Service:
    layout, name = place.layout, f"nova-compute-{number}"
    # It stays in the machine's network, where the services are; what makes taps enters the host's.
    command = (f"{layout.venv}/bin/nova-compute", "--config-file", f"{layout.etc}/nova/{name}.conf")
    path = f"{layout.state}/bin:{layout.venv}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return Service(
        name, 2, _on(place, host, command), environment={"PATH": path}, patience=15, host=host
    )


def _fake_compute(place: Place) -> Service:
    layout, name = place.layout, "nova-compute-fake"
    config = f"{layout.etc}/nova/{name}.conf"
    command = (f"{layout.venv}/bin/python", f"{layout.bin}/fake_compute.py")
    hosts = {"HARNESS_LAB_FAKE_HOSTS": " ".join(place.fake_hosts)}
    return Service(name, 2, (*command, "--config-file", config), environment=hosts, patience=5)


def _on(place: Place, host: str, command: tuple[str, ...]) -> tuple[str, ...]:
    return (
        "unshare",
        "-m",
        "-u",
        f"{place.layout.bin}/enter_host.sh",
        str(place.layout.state),
        host,
        *command,
    )
