"""The life of a finding in words: its class, whose it is, what it holds, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping

from harness.core.findings.findings import Finding
from harness.core.iterations.history import Resumption
from harness.core.rules.invariant import Aside, Breach
from harness.core.rules.origin import AMOUNTS, Origin
from harness.reports.figures import moment, shown
from harness.reports.plain_text import count, line

_UNITS = {"vcpus": "vCPUs", "memory_mb": "MB", "disk_gb": "GB of disk"}


def status(finding: Finding) -> str:
    """Return one word or two for where a finding stands: open, overdue, healed, gone."""
    if finding.closed is None:
        return "overdue" if finding.overdue else "open"
    if finding.origin is not Origin.HEALED:
        return "gone"
    return "healed late" if finding.overdue else "healed"


def facts(finding: Finding) -> str:
    """Return what is known of a finding beside its message, in a line."""
    parts = [f"[{finding.id}] {finding.origin}"]
    if finding.in_baseline and finding.breach.origin is not Origin.UNKNOWN:
        parts.append(f"at first: {finding.breach.origin}")
    if finding.breach.owner:
        parts.append(line(finding.breach.owner))
    if text := held(finding.breach.amounts):
        parts.append(f"holds {text}")
    parts += _healing(finding)
    if finding.suspect:
        parts.append(line(f"suspect: {finding.suspect}"))
    if finding.waiver:
        waiver = finding.waiver
        parts.append(line(f"waived until {waiver.until} ({waiver.bug}: {waiver.reason})"))
    return "; ".join(parts)


def facts_of(breach: Breach, seen: float | None) -> str:
    """Return what is known of a breach of one moment beside its message, in a line."""
    parts = [str(breach.origin)]
    if breach.owner:
        parts.append(line(breach.owner))
    if text := held(breach.amounts):
        parts.append(f"holds {text}")
    if breach.healing and seen is not None:
        until = moment(seen + breach.healing.within)
        parts.append(f"{line(breach.healing.by)} should heal this until {until}")
    return "; ".join(parts)


def held(amounts: Mapping[str, int]) -> str:
    """Return "1 vCPUs, 64 MB"; "" where nothing is known to be held."""
    known = [name for name in AMOUNTS if name in amounts]
    others = sorted(name for name in amounts if name not in AMOUNTS)
    return ", ".join(
        f"{shown(amounts[name])} {_UNITS.get(name, line(name))}" for name in [*known, *others]
    )


def total_held(breaches: Iterable[Breach]) -> dict[str, int]:
    """Return the sum of what breaches hold. What two rules tell of one thing counts once."""
    things: dict[tuple[str, str], dict[str, int]] = {}
    for breach in breaches:
        mine = things.setdefault((breach.subject, breach.host), {})
        for name, number in breach.amounts.items():
            mine[name] = max(number, mine.get(name, number))
    return {name: sum(mine.get(name, 0) for mine in things.values()) for name in AMOUNTS}


def resumption_told(gap: Resumption) -> str:
    """Return one line that tells of a driver which went on where another had died."""
    silent = "" if gap.silent is None else f", {gap.silent:.0f} s after evidence was written last"
    return f"resumed {moment(gap.at)} after iteration {gap.after}{silent}"


def asides_told(asides: Iterable[Aside]) -> str:
    """Return "2 breaches set aside: 1 waived, 1 from before the first test"; "" for none."""
    counted: dict[str, int] = {}
    for aside in asides:
        counted[aside.excuse.value] = counted.get(aside.excuse.value, 0) + 1
    if not counted:
        return ""
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))
    return f"{count(sum(counted.values()), 'breach')} set aside: {kinds}"


def _healing(finding: Finding) -> Iterator[str]:
    healing, due = finding.breach.healing, finding.due
    by = line(healing.by) if healing else ""
    if finding.origin is Origin.HEALED:
        told = "" if due is not None else ", though nothing that is known was to heal it"
        late = ", later than it should have" if finding.overdue else told
        yield f"gone within {shown(_whole(finding.healed_after))} s{late}"
    elif due is None or finding.closed is not None:
        return
    elif finding.overdue:
        yield f"OVERDUE: {by} should have healed it until {moment(due)}"
    else:
        yield f"{by} should heal this until {moment(due)}"


def _whole(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
