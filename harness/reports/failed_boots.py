"""The servers that failed, and why, as each report says it."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.iterations.boots import BootTally, Cause, FailedBoot
from harness.reports.plain_text import count, line

_LONG = 2000
_WHY = {
    Cause.OVERCOMMIT: "because of overcommit",
    Cause.STALE: "because of a stale tracker",
    Cause.QUOTA: "because of a quota",
    Cause.TOO_LARGE: "because no host could ever take what was asked for",
    Cause.NO_HOST: "because no host was open",
    Cause.OTHER: "for another reason than room",
    Cause.NO_FAULT: "in ERROR without a fault",
    Cause.UNKNOWN: "for an unknown reason",
}
"""How a sentence goes on after a number of servers; after "because" where a cause is not here."""


def gist(counts: Mapping[Cause, int]) -> str:
    """Return "2 servers failed: 1 because nova leaks, 1 because tests do not clean up"."""
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    causes = ", ".join(
        f"{number} {_WHY.get(cause, f'because {cause}')}" for cause, number in listed
    )
    return f"{count(sum(counts.values()), 'server')} failed: {causes}"


def told(boot: FailedBoot) -> list[str]:
    """Return one server that failed, in lines."""
    request = f", request {line(boot.request)}" if boot.request else ""
    server = f"server {line(boot.server)}" if boot.server else "no server"
    return [
        f"{server}: {line(boot.name)}, {line(boot.maker)}",
        f"  asked for {line(boot.wanted)}; failed at {line(boot.at) or 'an unknown time'}{request}",
        f"  fault: {line(boot.fault) or 'none that nova tells'}",
        f"  {str(boot.cause).upper()}: {line(boot.because, _LONG)}",
    ]


def section(tally: BootTally, run: str) -> Sequence[str]:
    """Return the section of a report, none where no server failed."""
    if not tally:
        return ()
    lines = ["SERVERS THAT FAILED", gist(tally.counts)]
    for number, boot in tally.examples:
        lines += [
            f"  iteration {number}: {told(boot)[0]}",
            *(f"  {text}" for text in told(boot)[1:]),
        ]
    rest = len(tally) - len(tally.examples)
    more = f"{rest} more, and who held what: " if rest else "who held what: "
    return [*lines, f"{more}harness diagnose {line(run)}"]


def plain(tally: BootTally) -> dict[str, Any]:
    """Return the tally as plain data."""
    return {
        "counts": {str(cause): number for cause, number in sorted(tally.counts.items())},
        "examples": [
            {
                "iteration": number,
                "server": line(boot.server),
                "name": line(boot.name),
                "maker": line(boot.maker),
                "at": line(boot.at),
                "fault": line(boot.fault),
                "request": line(boot.request),
                "wanted": line(boot.wanted),
                "cause": str(boot.cause),
                "because": line(boot.because, _LONG),
            }
            for number, boot in tally.examples
        ],
    }
