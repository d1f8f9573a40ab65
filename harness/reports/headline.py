"""A run in one sentence: its verdict, and what a person has to know first."""

from collections import Counter
from collections.abc import Iterable

from harness.core.findings.findings import Finding
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.reports.digest import Digest
from harness.reports.failed_boots import gist
from harness.reports.faults import faults_gist
from harness.reports.plain_text import count, iterations, line, some
from harness.reports.stories import when

UNTRIED = "no test passed, and faults were at work beside all of them: nothing was tested"


def headline(analysis: Analysis) -> str:
    """Return one line, e.g. "FAIL  2 leaks in 96 iterations: ..."."""
    return headline_of(Digest(analysis))


def headline_of(digest: Digest) -> str:
    """Return the one line of a run whose tallies are at hand."""
    boots = digest.analysis.boots
    failed = [gist(boots.counts)] if boots else []
    parts = [_leaks(digest), *_others(digest), *_tests(digest), *failed, *_gaps(digest)]
    return f"{digest.verdict}  {'; '.join(parts)}"


def _leaks(digest: Digest) -> str:
    within = f"in {count(len(digest.journal.numbers), 'iteration')}"
    stayed = digest.leaks
    if stayed:
        return f"{count(len(stayed), 'leak')} {within}: {', '.join(some(_groups(stayed), 3))}"
    if not digest.known:
        return f"it is not known whether anything leaks {within}"
    return f"no new leak {within}" if digest.old else f"no leak {within}"


def _groups(findings: Iterable[Finding]) -> list[str]:
    """Return "1 domain_has_server on compute1 since iteration 12" for each rule, host and since."""
    counted = Counter((f.since, f.invariant, f.breach.host, _class(f)) for f in findings)
    return [
        f"{number} {line(rule)}{f' on {line(host)}' if host else ''} since {when(since)}{kind}"
        for (since, rule, host, kind), number in sorted(counted.items())
    ]


def _class(finding: Finding) -> str:
    """Return " (cloud lost it)", or "" where the class is not known."""
    told = "overdue" if finding.overdue else str(finding.origin)
    return f" ({told})" if finding.overdue or finding.origin is not Origin.UNKNOWN else ""


def _others(digest: Digest) -> Iterable[str]:
    if standing := digest.old:
        yield f"{count(len(standing), 'breach')} from before the first test{_of_which(digest)}"
    if went := digest.gone:
        yield f"{count(len(went), 'breach')} came and went"
    if healed := digest.healed:
        yield f"{count(len(healed), 'breach')} healed in time"
    if faults := faults_gist(digest.analysis):
        yield faults
    if faulty := digest.faulty:
        yield f"{count(len(faulty), 'breach')} while a fault was at work"
    if cut_off := digest.cut_off:
        yield f"{count(len(cut_off), 'breach')} left by tests that were cut off"
    if waived := digest.waived:
        yield f"{count(len(waived), 'breach')} waived"
    idle = sum(1 for use in digest.analysis.waivers if use.needless)
    if idle:
        yield f"{count(idle, 'waiver')} matched nothing"
    expired = sum(1 for use in digest.analysis.waivers if use.expired)
    if expired:
        yield f"{count(expired, 'waiver')} expired"


def _of_which(digest: Digest) -> str:
    failing = len(digest.grown)
    if not failing:
        return ""
    grew = "" if digest.analysis.terms.baseline_fails else ", since there is more of it now"
    return f", of which {failing} {'fails' if failing == 1 else 'fail'} the run{grew}"


def _tests(digest: Digest) -> Iterable[str]:
    tests = digest.tests
    failed = sum(1 for test in tests if test.verdict is Verdict.FAIL)
    if failed:
        yield f"{failed} of {count(len(tests), 'test')} failed"
    missing = sum(1 for test in tests if test.within("missing"))
    if missing:
        yield f"{count(missing, 'test')} did not run in every iteration"
    if digest.verdict is Verdict.PASS and tests:
        skipped = sum(1 for test in tests if test.verdict is None)
        yield f"{count(len(tests) - skipped, 'test')} passed, {skipped} skipped"
    if digest.journal.untried:
        yield UNTRIED
    for ending, how in (("timeout", "ran out of time"), ("crashed", "crashed")):
        if numbers := digest.journal.endings.get(ending):
            yield f"tests {how} in {iterations(numbers)}"


def _gaps(digest: Digest) -> Iterable[str]:
    if not digest.analysis.run.ending:
        yield "the run has no end mark: it was cut off or goes on"
    if digest.journal.numbers and digest.analysis.uncompared:
        yield line(digest.analysis.uncompared)
    if digest.interrupted:
        yield f"interrupted and not judged: {iterations(digest.interrupted)}"
    if torn := digest.journal.torn:
        yield f"evidence is torn in {iterations(torn)}"
    doubted = [line(rule.name) for rule in digest.rules if rule.unknown]
    if doubted:
        yield f"not always known: {', '.join(some(doubted, 2))}"
    if digest.verdict is Verdict.PASS:
        held = sum(1 for rule in digest.rules if rule.judged and not rule.asides)
        yield f"{count(held, 'invariant')} held"
