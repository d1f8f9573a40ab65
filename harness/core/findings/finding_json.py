"""A finding as JSON, whole, and back again."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from harness.core.answers.shape import ShapeError, integers, take, take_or_none
from harness.core.findings.findings import Finding
from harness.core.findings.waiver import Waiver
from harness.core.rules.invariant import Breach
from harness.core.rules.origin import Healing, Origin


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data."""
    return {
        "invariant": finding.invariant,
        "breach": breach_as_json(finding.breach),
        "since": finding.since,
        "last": finding.last,
        "closed": finding.closed,
        "opened_at": finding.opened_at,
        "last_at": finding.last_at,
        "closed_at": finding.closed_at,
        "promised": finding.promised,
        "first": breach_as_json(finding.first) if finding.first else None,
        "waiver": finding.waiver.as_json() if finding.waiver else None,
    }


def finding_from_json(data: Any) -> Finding:
    """Read what ``finding_as_json`` gave. Raises ShapeError where it is no finding."""
    first, waiver = take_or_none(data, "first", dict), take_or_none(data, "waiver", dict)
    return Finding(
        take(data, "invariant", str),
        breach_from_json(take(data, "breach", dict)),
        take(data, "since", int),
        take(data, "last", int),
        take_or_none(data, "closed", int),
        take(data, "opened_at", float),
        take(data, "last_at", float),
        take_or_none(data, "closed_at", float),
        take_or_none(data, "promised", float),
        breach_from_json(first) if first else None,
        _waiver(waiver) if waiver else None,
    )


def _waiver(data: Mapping[str, Any]) -> Waiver:
    return Waiver(**{field.name: take(data, field.name, str) for field in fields(Waiver)})


def breach_as_json(breach: Breach) -> dict[str, Any]:
    """Return a breach as plain data."""
    healing = breach.healing
    return {
        "subject": breach.subject,
        "host": breach.host,
        "message": breach.message,
        "views": dict(breach.views),
        "heals_at_audit": breach.heals_at_audit,
        "healing": {"by": healing.by, "within": healing.within} if healing else None,
        "origin": breach.origin.value,
        "owner": breach.owner,
        "amounts": dict(breach.amounts),
        "proof": breach.proof,
        "stands_for": breach.stands_for,
    }


def breach_from_json(data: Mapping[str, Any]) -> Breach:
    """Read what ``breach_as_json`` gave. Raises ShapeError where it is no breach."""
    healing = take_or_none(data, "healing", dict)
    try:
        origin = Origin(take(data, "origin", str))
    except ValueError as error:
        raise ShapeError(str(error)) from error
    return Breach(
        take(data, "subject", str),
        take(data, "host", str),
        take(data, "message", str),
        take(data, "views", dict),
        take(data, "heals_at_audit", bool),
        Healing(take(healing, "by", str), take(healing, "within", float)) if healing else None,
        origin,
        take(data, "owner", str),
        integers(data, "amounts"),
        take(data, "proof", str),
        take(data, "stands_for", float),
    )
