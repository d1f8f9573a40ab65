"""The JUnit cases of one or of many iterations. Their names never change, since Jenkins keeps
history by name."""

from collections.abc import Sequence

from harness.core.findings.findings import Finding
from harness.core.iterations.spans import Spans, spans
from harness.core.rules.invariant import Check
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.journal import Journal, Trouble
from harness.core.runs.tally import RuleTally, TestTally, once
from harness.reports.failed_boots import section
from harness.reports.headline import UNTRIED
from harness.reports.junit_document import Case
from harness.reports.lives import asides_told, resumption_told
from harness.reports.plain_text import block, count, iterations, line, ranges, some
from harness.reports.stories import tell_asides, tell_doubts, tell_findings
from harness.reports.waivers import waivers_told

RULES = "harness.invariants"
RUN = "harness.run"


def tempest_case(tally: TestTally) -> Case:
    """Return the case of a test: its time is the mean, so that runs of any length compare."""
    classname, name = _split(line(tally.name))
    case = Case(classname, name, tally.verdict, seconds=tally.seconds)
    if tally.verdict is Verdict.PASS:
        return case
    if tally.newest_bad is None:
        return Case(classname, name, None, line(tally.detail) or "skipped")
    number, newest = tally.newest_bad
    seen = [f"{status} in {iterations(tally.within(status))}" for status in tally.bad_statuses]
    message = f"{'; '.join(seen)} ({tally.bad} of {tally.times})"
    text = f"{message}\nexpected: passed; seen in iteration {number}: {line(newest.status)}\n\n"
    return Case(classname, name, tally.verdict, message, text + block(newest.detail), tally.seconds)


def rule_case(tally: RuleTally, findings: Sequence[Finding], baseline: Check | None) -> Case:
    """Return the case of an invariant, with the findings to be told if it failed."""
    name = line(tally.name)
    if tally.verdict is Verdict.PASS:
        told = asides_told(once(tally))
        return Case(RULES, name, None, told, _capped(_aside(tally))) if told else Case(RULES, name)
    if tally.verdict is None:
        return Case(RULES, name, None, line(tally.why_skipped))
    lines = [
        f"expected: {line(tally.truth)}",
        f"failed in iterations: {ranges(tally.failed)}",
        f"unknown in iterations: {ranges(tally.unknown)}",
        f"judged in {count(tally.judged, 'iteration')}; at the baseline: {_stood(baseline)}",
    ]
    if findings:
        lines += [f"findings: {len(findings)}", *tell_findings(findings)]
    lines += [*_aside(tally), *_reasons(tally)]
    return Case(RULES, name, tally.verdict, _gist(tally, findings), "\n".join(lines))


def tests_ran(journal: Journal) -> Case:
    """Return the case that fails where tests hung and errs where they did not all run."""
    lines = [told for trouble in journal.troubles for told in _trouble(trouble)]
    if lines:
        verdict = Verdict.FAIL if journal.endings.get("timeout") else Verdict.UNKNOWN
        lines += _more(journal.troubled.minus(spans(each.number for each in journal.troubles)))
        return Case(RUN, "tests_ran", verdict, lines[0], "\n".join(lines))
    if journal.untried:
        return Case(RUN, "tests_ran", Verdict.UNKNOWN, UNTRIED)
    if journal.tested:
        return Case(RUN, "tests_ran")
    return Case(RUN, "tests_ran", None, "no tests were to run")


def evidence_whole(journal: Journal, uncompared: str = "") -> Case:
    """Return the case that errs where evidence is torn, or where no invariant was judged.

    ``uncompared`` says why a run has no baseline to compare with, or is "".
    """
    lines = [line(uncompared)] if uncompared else []
    lines += [f"iteration {number}: {line(why)}" for number, why in journal.unwhole]
    if not lines:
        verdict = Verdict.PASS if journal.numbers else None
        return Case(RUN, "evidence_whole", verdict, "no iteration")
    lines += _more(journal.not_whole.minus(spans(number for number, _ in journal.unwhole)))
    return Case(RUN, "evidence_whole", Verdict.UNKNOWN, lines[0], "\n".join(lines))


def waivers_needed(analysis: Analysis) -> Case:
    """Return the case that is skipped where a waiver has expired or matched nothing."""
    bad = [use for use in analysis.waivers if use.needless or use.expired]
    if not bad:
        return Case(RUN, "waivers_needed")
    message = f"{count(len(bad), 'waiver')} expired or matched nothing"
    return Case(RUN, "waivers_needed", None, message, _capped(waivers_told(analysis)[1:]))


def run_ended(analysis: Analysis, journal: Journal) -> Case:
    """Return the case that errs where the run has no end mark or no iteration."""
    if not analysis.run.ending:
        message = "the run has no end mark: it was cut off or goes on; its verdict is not PASS"
    elif not journal.numbers:
        message = f"the run ended ({line(analysis.run.ending)}) before its first iteration did"
    else:
        return Case(RUN, "run_ended")
    return Case(RUN, "run_ended", Verdict.UNKNOWN, message)


def driver_survived(analysis: Analysis) -> Case:
    """Return the case that is skipped where the driver died and the run was resumed; what that cost
    is told by ``evidence_whole``."""
    gaps = [resumption_told(gap) for gap in analysis.run.resumptions]
    return Case(RUN, "driver_survived", None, gaps[-1], _capped(gaps))


def servers_booted(analysis: Analysis) -> Case:
    """Return the case that is skipped where servers failed, and tells why they did: whether that
    fails the run is for the rules and the tests to say."""
    if not analysis.boots:
        return Case(RUN, "servers_booted")
    _, *told = section(analysis.boots, analysis.run.name)
    return Case(RUN, "servers_booted", None, told[0], _capped(told[1:]))


def _split(name: str) -> tuple[str, str]:
    """Split "module.Class.test" before the test; a dot in the test's arguments does not count."""
    bare = name.partition("(")[0].partition("[")[0]
    classname, dot, _ = bare.rpartition(".")
    return (classname, name[len(classname) + 1 :]) if classname and dot else ("tempest", name)


def _stood(check: Check | None) -> str:
    if check is None or check.skipped:
        return "not judged"
    words = {Verdict.PASS: "held", Verdict.UNKNOWN: "unknown", Verdict.FAIL: "failed"}
    return words[check.verdict]


def _gist(tally: RuleTally, findings: Sequence[Finding]) -> str:
    if tally.verdict is Verdict.FAIL:
        newest = max(findings, key=lambda finding: finding.last, default=None)
        said = f": {line(newest.breach.message)}" if newest else ""
        return f"{count(len(findings), 'breach')} in {iterations(tally.failed)}{said}"
    said = f": {line(tally.newest_doubts[1][0].message)}" if tally.newest_doubts else ""
    return f"unknown in {iterations(tally.unknown)}{said}"


def _aside(tally: RuleTally) -> list[str]:
    told = asides_told(once(tally))
    return [told, *tell_asides(tally.asides)] if told else []


def _reasons(tally: RuleTally) -> list[str]:
    """Return why the newest iteration that could not judge the rule could not."""
    lines = [f"evidence is torn in {iterations(tally.lost)}"] if tally.lost else []
    if tally.newest_doubts:
        number, doubts = tally.newest_doubts
        lines += [f"not known in iteration {number}: {len(doubts)}", *tell_doubts(doubts)]
    return lines


def _trouble(trouble: Trouble) -> list[str]:
    start = f"iteration {trouble.number}: "
    if not trouble.ending:
        return [f"{start}there is no record of its tests"]
    lines = []
    if trouble.ending != "finished":
        why = f"{line(trouble.ending)}: {line(trouble.explanation)}"
        lines.append(f"{start}expected finished, seen {why}")
    if trouble.missed:
        rest = trouble.missed - len(trouble.missing)
        named = [*map(line, trouble.missing), *([f"... {rest} more"] if rest else [])]
        lines.append(f"{start}{count(trouble.missed, 'test')} never began: {', '.join(named)}")
    return lines or [f"{start}no test ran"]


def _more(untold: Spans) -> list[str]:
    """Return the line that stands for iterations that are not told one by one."""
    return [f"... and in {iterations(untold, 100)}"] if untold else []


def _capped(lines: Sequence[str]) -> str:
    return "\n".join(some(lines, 200, " lines"))
