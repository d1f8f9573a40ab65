"""MariaDB's data and the databases of the services: made whole or not at all."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pymysql

from harness.core.errors import HarnessError
from harness.lab import openstack_venv, processes
from harness.lab.layout import Layout
from harness.lab.ports import LOOPBACK

DATABASES = (
    "keystone", "placement", "glance", "neutron", "cinder", "nova_api", "nova_cell0", "nova_cell1",
)  # fmt: skip
USER = "openstack"
CELLS = ("nova_cell0", "nova_cell1")
READER = "reader"
"""Who may read the databases of nova's cells, and nothing else."""

# nova fills these in from its own configuration, so no password is on a command line or in a row.
CELL_URL = "{scheme}://{username}:{password}@{hostname}:{port}/%s?{query}"
CELL_BUS = "{scheme}://{username}:{password}@{hostname}:{port}/"


def url_of(name: str, password: str, port: int, user: str = USER) -> str:
    return f"mysql+pymysql://{user}:{password}@{LOOPBACK}:{port}/{name}?charset=utf8mb4"


def _marker(layout: Layout) -> Path:
    """Names the installation that made the databases; it lies with the data and goes with it."""
    return layout.data / "databases-made"


def is_made(layout: Layout) -> bool:
    """Whether every database is whole and made by the OpenStack that is installed now."""
    marker, installed = _marker(layout), openstack_venv.installed(layout)
    return marker.exists() and marker.read_text() == installed


def install(layout: Layout) -> None:
    """Make MariaDB's data directory; a half-made one never gets the right name."""
    final = layout.data / "mariadb"
    if (final / "mysql").is_dir():
        return
    half = layout.data / "mariadb.new"
    for leftover in (half, final):
        if leftover.exists():
            shutil.rmtree(leftover)
    command = [
        "mariadb-install-db",
        "--no-defaults",
        "--user=root",
        f"--datadir={half}",
        "--skip-test-db",
        "--auth-root-authentication-method=socket",
        f"--tmpdir={layout.state}/tmp",
    ]
    _run(layout, [command], {}, layout.log / "mariadb-install.log")
    half.rename(final)


def discard_half(layout: Layout) -> None:
    """Throw away databases whose making was cut off: MariaDB cannot undo half a migration.

    Those of another release go too: a lab's cloud is worth less than the time of an upgrade.
    """
    if not is_made(layout) and layout.data.exists():
        shutil.rmtree(layout.data)


def let_in(layout: Layout) -> None:
    """Make the users anew, in a MariaDB that runs since before there were all of them."""
    text = (layout.etc / "mariadb-init.sql").read_text(encoding="utf-8")
    try:
        with (
            pymysql.connect(unix_socket=str(layout.database_socket), user="root") as connection,
            connection.cursor() as cursor,
        ):
            for statement in filter(None, text.split("\n")):
                cursor.execute(statement)
    except pymysql.MySQLError as error:
        raise HarnessError(f"the users of MariaDB cannot be made: {error}") from error


def make(
    layout: Layout, admin_password: str, keystone_url: str, say: Callable[[str], None]
) -> None:
    """Create all tables, keystone's keys and first user, and nova's cells; MariaDB must run."""
    say("making the databases")
    logs = {name: layout.log / f"sync-{name}.log" for name in ("keystone", "network", "nova")}
    bootstrap = {"OS_BOOTSTRAP_PASSWORD": admin_password}
    with ThreadPoolExecutor(3) as pool:
        jobs = [
            pool.submit(_run, layout, _nova(layout), {}, logs["nova"]),
            pool.submit(_run, layout, _network(layout), {}, logs["network"]),
            pool.submit(_run, layout, _keystone(layout, keystone_url), bootstrap, logs["keystone"]),
        ]
        for job in jobs:
            job.result()
    _marker(layout).write_text(openstack_venv.installed(layout))


def _keystone(layout: Layout, url: str) -> list[list[str]]:
    manage = ["keystone-manage", "--config-file", f"{layout.etc}/keystone/keystone.conf"]
    owner = ["--keystone-user", "root", "--keystone-group", "root"]
    urls = [
        word
        for kind in ("public", "internal", "admin")
        for word in (f"--bootstrap-{kind}-url", url)
    ]
    return [
        [*manage, "db_sync"],
        [*manage, "fernet_setup", *owner],
        [*manage, "credential_setup", *owner],
        [*manage, "bootstrap", "--bootstrap-region-id", "RegionOne", *urls],
        [
            "placement-manage",
            "--config-file",
            f"{layout.etc}/placement/placement.conf",
            "db",
            "sync",
        ],
        ["cinder-manage", "--config-file", f"{layout.etc}/cinder/cinder.conf", "db", "sync"],
    ]


def _network(layout: Layout) -> list[list[str]]:
    return [
        [
            "neutron-db-manage",
            "--config-file",
            f"{layout.etc}/neutron/neutron.conf",
            "upgrade",
            "heads",
        ],
        ["glance-manage", "--config-file", f"{layout.etc}/glance/glance-api.conf", "db_sync"],
    ]


def _nova(layout: Layout) -> list[list[str]]:
    manage = ["nova-manage", "--config-file", f"{layout.etc}/nova/nova.conf"]
    in_cell1 = ["nova-manage", "--config-file", f"{layout.etc}/nova/nova-cell1.conf"]
    return [
        [*manage, "api_db", "sync"],
        [*manage, "cell_v2", "map_cell0", "--database_connection", CELL_URL % "nova_cell0"],
        [*manage, "db", "sync", "--local_cell"],
        [*in_cell1, "db", "sync", "--local_cell"],
        [
            *manage,
            "cell_v2",
            "create_cell",
            "--name",
            "cell1",
            "--database_connection",
            CELL_URL % "nova_cell1",
            "--transport-url",
            CELL_BUS,
        ],
    ]


def map_hosts(layout: Layout) -> None:
    """Tell nova's API database which cell the compute hosts are in."""
    _run(
        layout,
        [
            [
                "nova-manage",
                "--config-file",
                f"{layout.etc}/nova/nova.conf",
                "cell_v2",
                "discover_hosts",
                "--by-service",
            ]
        ],
        {},
        layout.log / "discover-hosts.log",
    )


def _run(
    layout: Layout, commands: Sequence[Sequence[str]], extra: Mapping[str, str], log: Path
) -> None:
    environment = {**processes.environment_of(layout.state, layout.venv, "setup"), **extra}
    for command in commands:
        program = shutil.which(command[0], path=environment["PATH"])
        if program is None:
            raise HarnessError(f"{command[0]} is not installed: `harness lab up` installs it")
        folder = processes.working_directory(layout.state)
        if processes.run_into(log, [program, *command[1:]], environment, folder) != 0:
            name = " ".join(word for word in command if not word.startswith("/"))[:60]
            raise HarnessError(f"`{name}` failed; its last words are in {log}")
