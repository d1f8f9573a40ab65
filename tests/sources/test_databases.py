"""Rows of nova's database are read as they are, and a surprise is told."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.views.source import TableSource
from harness.sources import nova_compute_nodes, nova_instances, nova_migrations
from harness.sources.servers import Flavor
from tests.sources.database_answers import DATABASE_BODIES, INSTANCE, NODE

TABLES: tuple[TableSource, ...] = (
    nova_compute_nodes.SOURCE,
    nova_instances.SOURCE,
    nova_migrations.SOURCE,
)


def _rows(source: TableSource) -> Any:
    return list(source.parse("nova_cell1", DATABASE_BODIES[source.name]))


def test_a_compute_node_tells_when_it_was_written_and_its_statistics() -> None:
    node, new = _rows(nova_compute_nodes.SOURCE)
    assert node.key == f"{NODE['uuid']}@nova_cell1"
    assert (node.updated, node.stats["io_workload"]) == ("2026-11-23T19:59:50", "0")
    assert node.told_by_api == (16, 1, 65536, 1024, 1000, 1, 1, 900)
    assert (new.updated, new.stats) == ("2026-11-20T20:00:00", {})


def test_an_instance_tells_its_old_flavor_while_it_is_resized() -> None:
    web, resized, hidden = _rows(nova_instances.SOURCE)
    assert (web.old_flavor, web.hidden, web.task) == (None, False, "")
    assert resized.old_flavor == Flavor(1, 512, 1, 2, 512, {"hw:cpu_policy": "shared"})
    assert (hidden.hidden, hidden.host, hidden.node) == (True, "", "")


def test_a_move_tells_whether_it_ended() -> None:
    waiting, ended, odd = _rows(nova_migrations.SOURCE)
    assert (waiting.ended, waiting.old_flavor, waiting.new_flavor) == (False, 3, 4)
    assert waiting.updated == "2026-11-23T19:30:00"
    assert ended.ended
    assert (odd.ended, odd.status, odd.dest_host, odd.hidden) == (False, "", "", True)


@pytest.mark.parametrize("flavors", ["{", "[]", '{"old": 5}', '{"old": {}}', "[" * 100_000])
def test_flavors_that_are_none_are_told(flavors: str) -> None:
    body = {"rows": [{**INSTANCE, "flavors": flavors}]}
    with pytest.raises(ShapeError):
        list(nova_instances.parse("nova_cell1", body))


def test_flavors_without_an_old_one_are_none() -> None:
    body = {"rows": [{**INSTANCE, "flavors": '{"cur": {}, "old": null}'}]}
    (row,) = nova_instances.parse("nova_cell1", body)
    assert row.old_flavor is None


@pytest.mark.parametrize("stats", ["{", "[]", "5", "[" * 100_000])
def test_statistics_that_are_none_are_told(stats: str) -> None:
    with pytest.raises(ShapeError):
        list(nova_compute_nodes.parse("nova_cell1", {"rows": [{**NODE, "stats": stats}]}))


def test_the_ended_statuses_are_those_of_the_statement() -> None:
    quoted = ", ".join(f"'{status}'" for status in nova_migrations.ENDED)
    assert f"NOT IN\n         ({quoted})" in nova_migrations.STATEMENT


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.name)
def test_a_statement_is_one_select_of_named_columns(source: TableSource) -> None:
    words = source.statement.split()
    assert words[0] == "SELECT"
    assert ";" not in source.statement
    assert "*" not in source.statement
    assert "deleted = 0" in source.statement
