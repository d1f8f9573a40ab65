"""The records that are stored of a run and of its iterations, checked when they are read again."""

from collections.abc import Mapping
from typing import Any

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.faults.fault_plan import step_from
from harness.core.findings.terms import FAIL, PASS
from harness.core.findings.waiver import waivers_from


def check_run(record: Mapping[str, Any]) -> None:
    """Raise ShapeError where this is not what a run was asked for."""
    for name in ("name", "cloud", "prefix"):
        take(record, name, str)
    take(record, "started", float)
    options = take(record, "options", dict)
    for name in options:
        take(options, name, str)
    judging = take(record, "judging", dict)
    for name in ("hold", "audit_interval", "stuck_after"):
        take(judging, name, float)
    for name in ("reaper_interval", "power_sync_interval"):
        take_or_none(judging, name, float)
    for name in ("healed", "baseline"):
        if take_or_none(judging, name, str) not in (None, PASS, FAIL):
            raise ShapeError(f"{name!r} should be {PASS!r} or {FAIL!r}")
    waivers_from(take_or_none(judging, "waivers", list) or [])
    take_or_none(record, "settings", dict)
    for step in take_or_none(record, "faults", list) or []:
        _check_step(step)


def _check_step(step: Any) -> None:
    for name, kind in (("number", int), ("name", str), ("kind", str), ("recovers_within", float)):
        take(step, name, kind)
    take_or_none(step, "recovers_in", int)
    try:
        step_from(step)
    except TypeError as error:
        raise ShapeError(f"a step of the faults: {error}") from error


def check_end(record: Mapping[str, Any]) -> None:
    """Raise ShapeError where this is not the end mark of a run."""
    take(record, "ending", str)
    take(record, "ended", float)
    take(record, "iterations", int)


def check_resumption(record: Mapping[str, Any]) -> None:
    """Raise ShapeError where this does not tell of a resumption."""
    take(record, "after", int)
    take(record, "at", float)
    take_or_none(record, "silent", float)


def check_iteration(record: Mapping[str, Any]) -> None:
    """Raise ShapeError where this is not the end mark of an iteration."""
    take(record, "started", float)
    take(record, "ended", float)
    take(record, "reads", int)
    take_or_none(record, "cut_off", bool)
    take_or_none(record, "faults", int)
    phases = take(record, "phases", dict)
    for name in phases:
        take(phases, name, float)
    if "tests" in record:
        tests = take(record, "tests", dict)
        take(tests, "ending", str)
        take(tests, "explanation", str)
        if not all(isinstance(test, str) for test in items(tests, "expected")):
            raise ShapeError("'expected' should be a list of test ids")
