"""Whatever a service sends, a parser yields rows or says what surprised it; it skips nothing."""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

import harness.sources
from harness.core.answers.shape import ShapeError
from harness.core.views.catalog import declared
from harness.core.views.source import SOURCE_KINDS, CloudSource, Source
from tests.sources.answers import BODIES

SOURCES: dict[str, Source] = declared(harness.sources, SOURCE_KINDS, "harness.sources")
MISSING = object()
JUNK = [MISSING, None, True, -1, 1.5, "", "junk", [], [5], [None], {}, {"a": 1}]


def _rows(source: Source, body: Any) -> list[Any]:
    if isinstance(source, CloudSource):
        return list(source.parse(body))
    return list(source.parse("compute1", body))


def _paths(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = body.items() if isinstance(body, dict) else []
    inner = enumerate(body) if isinstance(body, list) else inner
    for key, value in inner:
        yield from _paths(value, (*path, key))


def _changed(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """Put ``junk`` in a place of an answer, or take out what is there where it is MISSING."""
    if not path:
        return None if junk is MISSING else junk
    changed = copy.deepcopy(body)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if junk is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = junk
    return changed


def test_there_is_an_example_of_every_source() -> None:
    assert set(BODIES) == set(SOURCES)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_the_example_has_rows_with_keys_of_their_own(name: str) -> None:
    rows = _rows(SOURCES[name], BODIES[name])
    assert rows
    assert len({row.key for row in rows}) == len(rows)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_changed_answer_is_read_or_refused(name: str) -> None:
    source, body = SOURCES[name], BODIES[name]
    for path, junk in itertools.product(_paths(body), JUNK):
        try:
            _rows(source, _changed(body, path, junk))
        except ShapeError:
            pass
        except Exception as error:
            raise AssertionError(f"{path} = {junk!r}") from error


@pytest.mark.parametrize("name", sorted(BODIES))
@pytest.mark.parametrize("body", [None, [], {}, "text", 5, {"error": {"code": 500}}])
def test_what_is_no_answer_is_refused(name: str, body: Any) -> None:
    with pytest.raises(ShapeError):
        _rows(SOURCES[name], body)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_gauges_count_the_example(name: str) -> None:
    rows = tuple(_rows(SOURCES[name], BODIES[name]))
    for gauge in SOURCES[name].gauges:
        assert sum(gauge.measure(rows).values()) > 0
        assert sum(gauge.measure(()).values()) == 0
