"""Several readings of one moment: which breaches stand in agreeing reads, and when that is known.

One read of many views is smeared over seconds; what a server did meanwhile looks like a leak. So a
breach counts when two reads in a row show it and rest it on the same (``Breach.proof``), and one
that nova's own audit may mend counts when an audit has passed over it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from harness.core.rules.invariant import Breach, Check, Doubt

_FRESH_STAMPS = 2
"""Audits that must have begun since a breach was first read: the first may have begun before."""


@dataclass(frozen=True)
class Reading:
    """One observation, judged. ``audits`` maps a host to the stamp of its tracker's last audit.

    ``started`` and ``ended`` are seconds since the epoch. A host without a stamp is not in
    ``audits``.
    """

    started: float
    ended: float
    checks: tuple[Check, ...]
    audits: Mapping[str, str] = field(default_factory=dict)
    _said: dict[str, "_Said"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def said(self, rule: str) -> "_Said":
        """Return what was said of a rule, to be looked up: there may be very many breaches."""
        if rule not in self._said:
            checks = [check for check in self.checks if check.invariant == rule]
            self._said[rule] = _Said(
                frozenset(_mark(item) for check in checks for item in check.breaches),
                frozenset(_mark(item) for check in checks for item in check.doubts),
                calm=bool(checks) and all(d.passing for check in checks for d in check.doubts),
            )
        return self._said[rule]


_Mark = tuple[str, str, str]


@dataclass(frozen=True)
class _Said:
    """The marks of a rule's breaches and doubts; ``calm``: it was judged, without a lasting doubt.

    ``things`` are all subjects with their hosts.
    """

    breaches: frozenset[_Mark]
    doubts: frozenset[_Mark]
    calm: bool

    @cached_property
    def things(self) -> frozenset[tuple[str, str]]:
        return frozenset(mark[:2] for mark in self.breaches | self.doubts)


def _mark(item: Breach | Doubt) -> _Mark:
    """Return what tells whether two readings say the same of a thing. Its name alone is not enough:
    a host whose numbers are wrong twice, in two ways, was busy twice."""
    return item.subject, item.host, getattr(item, "proof", "")


@dataclass(frozen=True)
class Patience:
    """How long a reading must be borne out. All in seconds.

    ``hold``: between two agreeing reads. ``audit_interval``: nova's update_resources_interval, for
    clouds whose audits leave no stamp.
    """

    hold: float = 1.5
    audit_interval: float = 60.0


def confirmed(readings: Sequence[Reading], patience: Patience) -> tuple[Check, ...]:
    """Return the last reading's checks with every breach that is not borne out turned to a doubt.

    A passing doubt of the last reading is dropped where the reading before judged the rule and saw
    the thing calm or not at all; otherwise it stays.
    """
    return tuple(_confirm(check, readings, patience) for check in readings[-1].checks)


def stood_since(readings: Sequence[Reading]) -> dict[tuple[str, str, str], float]:
    """Return when the unbroken row of last readings that show a breach began, for each of the last.

    The key is (rule, subject, host).
    """
    return {
        (check.invariant, item.subject, item.host): next(
            _standing(check.invariant, item, readings)
        ).started
        for check in readings[-1].checks
        for item in check.breaches
    }


def settled(readings: Sequence[Reading], patience: Patience) -> bool:
    """Tell whether another reading would teach nothing: all is calm, or all that is not, stands."""
    last = readings[-1]
    if not any(check.breaches or check.doubts for check in last.checks):
        return True
    for check in last.checks:
        if any(
            not _borne_out(check.invariant, item, readings, patience) for item in check.breaches
        ):
            return False
        if any(
            item.passing or not _repeated(check.invariant, item, readings) for item in check.doubts
        ):
            return False
    return True


def _confirm(check: Check, readings: Sequence[Reading], patience: Patience) -> Check:
    breaches: list[Breach] = []
    doubts = [item for item in check.doubts if _counts(check.invariant, item, readings)]
    for item in check.breaches:
        if _borne_out(check.invariant, item, readings, patience):
            breaches.append(item)
        else:
            doubts.append(_unconfirmed(item))
    return replace(check, breaches=tuple(breaches), doubts=tuple(doubts))


def _unconfirmed(item: Breach) -> Doubt:
    reason = "in one read only"
    if item.stands_for:
        reason = f"it must stand for {item.stands_for:g} s"
    if item.heals_at_audit:
        reason = "and no audit of the host has passed since"
    text = f"not borne out before the time was up ({reason}): {item.message}"
    return Doubt(item.subject, item.host, text, item.views, passing=True)


def _counts(rule: str, item: Doubt, readings: Sequence[Reading]) -> bool:
    return not item.passing or len(readings) == 1 or not _was_calm(rule, item, readings[-2])


def _was_calm(rule: str, item: Doubt, before: Reading) -> bool:
    """Tell whether a reading judged the rule without a lasting doubt and said nothing of a thing.

    One that saw the thing break the rule, or could not see at all, bears witness to no calm.
    """
    said = before.said(rule)
    return said.calm and (item.subject, item.host) not in said.things


def _repeated(rule: str, item: Doubt, readings: Sequence[Reading]) -> bool:
    return len(readings) > 1 and _has(readings[-2], rule, item)


def _has(reading: Reading, rule: str, item: Breach | Doubt) -> bool:
    said = reading.said(rule)
    return _mark(item) in (said.breaches if isinstance(item, Breach) else said.doubts)


def _borne_out(rule: str, item: Breach, readings: Sequence[Reading], patience: Patience) -> bool:
    standing = list(_standing(rule, item, readings))
    hold = max(patience.hold, item.stands_for)
    if len(standing) < 2 or readings[-1].started - standing[0].ended < hold:
        return False
    return not item.heals_at_audit or _audited(item.host, standing, patience)


def _standing(rule: str, item: Breach, readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield, oldest first, the unbroken row of last readings that show the breach."""
    count = 0
    for reading in reversed(readings):
        if not _has(reading, rule, item):
            break
        count += 1
    yield from readings[len(readings) - count :]


def _audited(host: str, standing: Sequence[Reading], patience: Patience) -> bool:
    waited = standing[-1].started - standing[0].ended
    if waited >= 2 * patience.audit_interval + 10:
        return True
    stamps = [reading.audits.get(host) for reading in standing]
    if None in stamps or not _stored(stamps):
        return False
    changes = sum(1 for older, newer in pairwise(stamps) if older != newer)
    return changes >= _FRESH_STAMPS


def _stored(stamps: Sequence[str | None]) -> bool:
    """Tell whether the stamps were kept by an audit: older novas ask the host anew at each read,
    and then no two are equal (nova/api/openstack/compute/hypervisors.py)."""
    return any(older == newer for older, newer in pairwise(stamps))
