"""Nova's databases are read and never written, within limits, and say why they cannot be read."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from harness.adapters import nova_database
from harness.adapters.nova_database import SqlDatabases, checked, names, passwords
from harness.core.answers.bodies import seen
from harness.core.redaction import Secrets
from harness.sources import nova_compute_nodes, nova_instances, nova_migrations

STATEMENTS = {
    module.SOURCE.name: module.STATEMENT
    for module in (nova_compute_nodes, nova_instances, nova_migrations)
}
SCHEMA = """
create table compute_nodes (uuid, host, hypervisor_hostname, hypervisor_type, vcpus, vcpus_used,
    memory_mb, memory_mb_used, local_gb, local_gb_used, running_vms, disk_available_least, stats,
    created_at, updated_at, deleted);
create table instances (uuid, display_name, project_id, host, node, vm_state, task_state, vcpus,
    memory_mb, root_gb, ephemeral_gb, created_at, updated_at, hidden, deleted);
create table instance_extra (instance_uuid, flavor, deleted);
create table migrations (uuid, instance_uuid, migration_type, status, source_compute, source_node,
    dest_compute, dest_node, old_instance_type_id, new_instance_type_id, hidden, created_at,
    updated_at, deleted);
insert into instances (uuid, vm_state, hidden, deleted) values ('there', 'active', 0, 0),
    ('resized', 'resized', 1, 0), ('gone', 'deleted', 0, 7);
insert into instance_extra values ('there', '{"old": 1}', 0), ('resized', '{"old": null}', 0),
    ('resized', '{"old": 2}', 9);
insert into migrations (uuid, instance_uuid, status, hidden, deleted, updated_at) values
    ('odd', 'there', null, 0, 0, null),
    ('running', 'there', 'running', 0, 0, '2020-01-01 00:00:00'),
    ('recent', 'there', 'confirmed', 0, 0, '9999-01-01 00:00:00'),
    ('old', 'there', 'done', 0, 0, '2020-01-01 00:00:00'), ('gone', 'there', 'error', 0, 5, null);
"""


@pytest.fixture
def cell(tmp_path: Path) -> str:
    path = tmp_path / "nova cell1.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
    return f"sqlite:///{path}"


def _databases(*urls: str, **changes: object) -> SqlDatabases:
    return SqlDatabases(tuple(map(make_url, urls)), **changes)  # type: ignore[arg-type]


def test_what_is_deleted_or_long_over_is_not_asked_for(cell: str) -> None:
    (reply,) = _databases(cell).ask(STATEMENTS).values()
    assert reply.errors == {}
    bodies = {name: seen(body) for name, body in reply.bodies.items()}
    uuids = {name: {row["uuid"] for row in body["rows"]} for name, body in bodies.items()}
    assert uuids["nova_instances"] == {"there", "resized"}
    assert uuids["nova_migrations"] == {"odd", "running", "recent"}
    flavors = {r["uuid"]: r["flavors"] for r in bodies["nova_instances"]["rows"]}
    assert flavors == {"there": None, "resized": '{"old": null}'}
    rows = list(nova_instances.parse("cell", bodies["nova_instances"]))
    assert {row.uuid: row.hidden for row in rows} == {"there": False, "resized": True}


def test_each_database_has_a_reply_of_its_own(cell: str, tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path}/none.db"
    replies = _databases(cell, missing).ask(STATEMENTS)
    assert list(replies) == ["nova cell1.db", "none.db"]
    assert set(replies["nova cell1.db"].bodies) == set(STATEMENTS)
    assert set(replies["none.db"].errors) == set(STATEMENTS)
    assert "cannot be read: OperationalError" in replies["none.db"].errors["nova_instances"]
    assert not (tmp_path / "none.db").exists()


def test_a_table_that_is_not_there_costs_its_own_view_only(cell: str) -> None:
    asked = {"first": "SELECT uuid FROM nowhere", **STATEMENTS}
    (reply,) = _databases(cell).ask(asked).values()
    assert reply.errors == {"first": "OperationalError: no such table: nowhere"}
    assert set(reply.bodies) == set(STATEMENTS)


def test_nothing_is_written(cell: str) -> None:
    url = make_url(cell)
    with (
        nova_database._reading(url, 5.0) as connection,
        pytest.raises(DBAPIError, match="readonly"),
    ):
        connection.execute(text("DELETE FROM instances"))
    (reply,) = _databases(cell).ask({"bad": "DELETE FROM instances"}).values()
    assert reply.errors == {"bad": "ValueError: it is no SELECT"}
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM instances")).scalar() == 3


def test_more_rows_than_wanted_are_told_and_not_cut(cell: str) -> None:
    (reply,) = _databases(cell, most=1).ask(STATEMENTS).values()
    assert "more than 1 rows" in reply.errors["nova_instances"]
    assert "nova_compute_nodes" in reply.bodies


def test_a_secret_is_taken_out_of_rows(cell: str) -> None:
    with closing(sqlite3.connect(make_url(cell).database or "")) as connection, connection:
        connection.execute("update instances set display_name = 'hunter2-canary'")
    secrets = Secrets.of(["hunter2-canary"])
    (reply,) = _databases(cell, secrets=secrets).ask(STATEMENTS).values()
    told = str({name: seen(body) for name, body in reply.bodies.items()})
    assert "hunter2" not in told
    assert "***" in told


def test_what_is_recent_is_told_in_utc(cell: str) -> None:
    since = datetime.now(UTC) - timedelta(minutes=59)
    with closing(sqlite3.connect(make_url(cell).database or "")) as connection, connection:
        stamp = since.strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("update migrations set updated_at = ? where uuid = 'old'", (stamp,))
    (reply,) = _databases(cell).ask(STATEMENTS).values()
    assert "old" in {row["uuid"] for row in seen(reply.bodies["nova_migrations"])["rows"]}


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up_in_time(mute: int) -> None:
    pytest.importorskip("pymysql")
    databases = _databases(f"mysql+pymysql://u:p@127.0.0.1:{mute}/nova_cell1", time_limit=1.0)
    started = time.monotonic()
    (reply,) = databases.ask(STATEMENTS).values()
    assert time.monotonic() - started < 20
    assert set(reply.errors) == set(STATEMENTS)


def test_a_driver_that_hangs_is_left_alone(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()
    monkeypatch.setattr(nova_database, "_engine", lambda _url, _seconds: end.wait(60))
    databases = SqlDatabases((make_url(cell),), time_limit=0.1)
    (reply,) = databases.ask(STATEMENTS).values()
    assert reply.errors["nova_instances"] == "the database did not answer within 0.1 s"
    (reply,) = databases.ask(STATEMENTS).values()
    assert "still hangs" in reply.errors["nova_instances"]
    end.set()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("hunter2-canary", "no SQLAlchemy URL"),
        ("mysql+pymysql://u:hunter2-canary@h:hunter2-canary/nova", "no SQLAlchemy URL"),
        ("oracle://u:hunter2-canary@h/nova", "expected one of"),
        ("mysql+nodriver://u:hunter2-canary@h/nova", "no such driver"),
        ("postgresql+pg8000://u:hunter2-canary@h/nova", "is not installed"),
        ("mysql+pymysql://u:hunter2-canary@h", "names no database"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_told(url: str, word: str) -> None:
    with pytest.raises(ValueError, match=word) as caught:
        checked(url)
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_passwords_are_known_wherever_they_stand() -> None:
    assert passwords("mysql+pymysql://u:a%2Fb%40c@h/nova") == ("a/b@c",)
    assert passwords("mysql+pymysql://u@h/nova?passwd=x&password=y") == ("y", "x")
    assert passwords("no url") == passwords("sqlite:///x") == ()


def test_two_databases_of_one_name_are_told_apart() -> None:
    urls = [make_url(f"sqlite:///{place}/nova") for place in ("a", "b")]
    assert names(urls[:1]) == ("nova",)
    made = [make_url(f"mysql+pymysql://u@{host}:3306/nova") for host in ("a", "b")]
    assert names(made) == ("nova@a:3306", "nova@b:3306")
