"""A run in one sentence: its verdict, and what a person has to know first."""

from collections import Counter
from collections.abc import Iterable

from harness.core.analysis import Analysis
from harness.core.findings import Finding
from harness.core.verdict import Verdict
from harness.reports import tally
from harness.reports.plain_text import count, line, ranges, some
from harness.reports.stories import when


def headline(analysis: Analysis) -> str:
    """Return one line, e.g. "FAIL  2 leaks in 96 iterations: ..."."""
    parts = [_leaks(analysis), *_others(analysis), *_tests(analysis), *_gaps(analysis)]
    return f"{analysis.verdict}  {'; '.join(parts)}"


def leaks(analysis: Analysis) -> list[Finding]:
    """Return the findings that came in an iteration and stayed."""
    return [f for f in analysis.findings if f.closed is None and not f.in_baseline]


def old(analysis: Analysis) -> list[Finding]:
    """Return the findings of the baseline that an iteration saw too."""
    return [f for f in analysis.findings if f.in_baseline and f.last > 0]


def gone(analysis: Analysis) -> list[Finding]:
    """Return the findings that came in an iteration and went in a later one."""
    return [f for f in analysis.findings if f.closed is not None and not f.in_baseline]


def known(analysis: Analysis) -> bool:
    """Tell whether every rule was judged in every iteration, so that silence means something."""
    spans = analysis.iterations
    whole = not any(i.broken or i.rules_verdict is Verdict.UNKNOWN for i in spans)
    doubted = any(rule.within(Verdict.UNKNOWN) for rule in tally.rules(analysis, spans))
    return bool(spans) and whole and not doubted and bool(analysis.run.ending)


def _leaks(analysis: Analysis) -> str:
    within = f"in {count(len(analysis.iterations), 'iteration')}"
    stayed = leaks(analysis)
    if stayed:
        return f"{count(len(stayed), 'leak')} {within}: {', '.join(some(_groups(stayed), 3))}"
    if not known(analysis):
        return f"it is not known whether anything leaks {within}"
    return f"no new leak {within}" if old(analysis) else f"no leak {within}"


def _groups(findings: Iterable[Finding]) -> list[str]:
    """Return "1 domain_has_server on compute1 since iteration 12" for each rule, host and since."""
    counted = Counter((f.since, f.invariant, f.breach.host) for f in findings)
    return [
        f"{number} {line(rule)}{f' on {line(host)}' if host else ''} since {when(since)}"
        for (since, rule, host), number in sorted(counted.items())
    ]


def _others(analysis: Analysis) -> Iterable[str]:
    if standing := old(analysis):
        yield f"{count(len(standing), 'breach')} from before the first test"
    if went := gone(analysis):
        yield f"{count(len(went), 'breach')} came and went"


def _tests(analysis: Analysis) -> Iterable[str]:
    tests = tally.tests(analysis.iterations)
    failed = sum(1 for test in tests if test.verdict is Verdict.FAIL)
    if failed:
        yield f"{failed} of {count(len(tests), 'test')} failed"
    missing = sum(1 for test in tests if test.within("missing"))
    if missing:
        yield f"{count(missing, 'test')} did not run in every iteration"
    if analysis.verdict is Verdict.PASS and tests:
        skipped = sum(1 for test in tests if test.verdict is None)
        yield f"{count(len(tests) - skipped, 'test')} passed, {skipped} skipped"
    for ending in ("timeout", "crashed", "interrupted"):
        numbers = [i.number for i in analysis.iterations if i.tests and i.tests.ending == ending]
        if numbers:
            yield f"tests ended by {ending} in iterations {ranges(numbers, 3)}"


def _gaps(analysis: Analysis) -> Iterable[str]:
    if not analysis.run.ending:
        yield "the run has no end mark: it was cut off or goes on"
    torn = [item.number for item in analysis.iterations if item.broken]
    if torn:
        yield f"evidence is torn in iterations {ranges(torn, 3)}"
    rules = tally.rules(analysis, analysis.iterations)
    doubted = [line(rule.name) for rule in rules if rule.within(Verdict.UNKNOWN)]
    if doubted:
        yield f"not always known: {', '.join(some(doubted, 2))}"
    if analysis.verdict is Verdict.PASS:
        yield f"{count(sum(1 for rule in rules if rule.judged), 'invariant')} held"
