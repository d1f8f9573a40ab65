"""report.txt: what a person reads first, at night, in a terminal."""

from collections.abc import Sequence
from itertools import groupby

from harness.core.findings.findings import Finding
from harness.core.iterations.brief import Standing, in_brief
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.tally import RuleTally, once
from harness.reports.digest import Digest
from harness.reports.failed_boots import section
from harness.reports.faults import faults_told
from harness.reports.figures import moment, places, readable, signed
from harness.reports.headline import headline_of
from harness.reports.hosts import hosts_told
from harness.reports.layout import folded, table
from harness.reports.lives import asides_told, resumption_told
from harness.reports.outages import outages_told
from harness.reports.plain_text import count, last_line, line, ranges, some
from harness.reports.stories import tell_findings
from harness.reports.waivers import waivers_told

_NUMBERS = 60
_FAILED = 20


def render(analysis: Analysis) -> dict[str, str]:
    """Return ``report.txt``. Its first line is one sentence: the verdict and the gist."""
    return write(Digest(analysis))


def write(digest: Digest) -> dict[str, str]:
    """Return ``report.txt`` of a run whose tallies are at hand."""
    analysis = digest.analysis
    sections = [
        [headline_of(digest)],
        _run(analysis),
        *filter(None, [section(analysis.boots, analysis.run.name)]),
        _leaks(digest),
        *([waivers_told(analysis)] if analysis.waivers else []),
        *([faults_told(analysis)] if analysis.run.faults else []),
        *([outages_told(analysis)] if analysis.outages.number else []),
        *([hosts_told(analysis)] if analysis.host_changes.number else []),
        _deltas(analysis),
        _invariants(digest),
        _tests(digest),
        _iterations(digest),
        _closer(digest),
    ]
    first, *others = ["\n".join(section) for section in sections]
    return {"report.txt": "\n\n".join([first, *map(folded, others)]) + "\n"}


def _run(analysis: Analysis) -> list[str]:
    run = analysis.run
    ending = line(run.ending) if run.ending else "none: the run was cut off or goes on"
    ended = f"ended {moment(run.ended)}, ending: " if run.ended is not None else "ending: "
    return [
        f"run {line(run.name)} on cloud {line(run.cloud)}",
        f"started {moment(run.started)}, {ended}{ending}",
        *map(resumption_told, run.resumptions),
    ]


def _leaks(digest: Digest) -> list[str]:
    doubt = [] if digest.known else ["not everything is known: see INVARIANTS and ITERATIONS"]
    return [
        "LEAKS",
        *doubt,
        *_told("came in an iteration and stayed", digest.leaks),
        *_told("came in an iteration and went", digest.gone),
        *_if_any("healed by the cloud in time", digest.healed),
        *_told("stood before the first test and in an iteration", digest.old),
        *_if_any("left by tests that were cut off", digest.cut_off),
        *_if_any("while a fault was at work, or left by tests that it disturbed", digest.faulty),
        *_if_any("waived", digest.waived),
    ]


def _if_any(title: str, findings: Sequence[Finding]) -> list[str]:
    return _told(title, findings) if findings else []


def _told(title: str, findings: Sequence[Finding]) -> list[str]:
    lines = [f"{title}: {len(findings)}"]
    for rule, mine in groupby(sorted(findings, key=_by_rule), key=_by_rule):
        lines += [f"  {line(rule)}", *(f"    {told}" for told in tell_findings(list(mine)))]
    return lines


def _by_rule(finding: Finding) -> str:
    return finding.invariant


def _deltas(analysis: Analysis) -> list[str]:
    last = analysis.course.last
    if last is None:
        return ["DELTAS", "unknown: no iteration was judged"]
    deltas = analysis.deltas(last)
    before = analysis.baseline.amounts if analysis.baseline else {}
    rows = [
        (
            line(host, 40),
            line(gauge, 40),
            readable(before.get(host, {}).get(gauge)),
            readable(last.amounts.get(host, {}).get(gauge)),
            signed(deltas[host][gauge]),
        )
        for host, gauge in places([deltas])
        if deltas[host][gauge] != 0
    ]
    rest = len(places([deltas])) - len(rows)
    title = f"DELTAS of iteration {last.number} against the baseline"
    same = f"{count(rest, 'other number')} as at the baseline" if rest else ""
    heads = ("host", "gauge", "baseline", "now", "delta")
    shown_rows = some(table([heads, *rows]), _NUMBERS + 1, " in deltas.csv") if rows else []
    return [title, *shown_rows, *([same] if same or rows else ["no number was measured"])]


def _invariants(digest: Digest) -> list[str]:
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, None)
    rules = sorted(digest.rules, key=lambda rule: (order.index(rule.verdict), rule.name))
    rows = [(rule.verdict or "SKIPPED", line(rule.name), _judged(rule)) for rule in rules]
    return ["INVARIANTS", *(table(rows) or ["none was judged"]), *_doubts(rules)]


def _judged(rule: RuleTally) -> str:
    if rule.verdict is None:
        return line(rule.why_skipped)
    told = f"judged in {rule.judged}"
    if rule.failed:
        told += f", failed in {ranges(rule.failed, 4)}"
    if rule.unknown:
        told += f", unknown in {ranges(rule.unknown, 4)}"
    aside = asides_told(once(rule))
    return f"{told}; {aside}" if aside else told


def _doubts(rules: Sequence[RuleTally]) -> list[str]:
    lines = []
    for rule in rules:
        if rule.newest_doubts:
            number, doubts = rule.newest_doubts
            reasons = [f"    {line(doubt.message)}" for doubt in doubts]
            lines += [f"- {line(rule.name)} was not known in iteration {number}:"]
            lines += some(reasons, 3, " reasons")
    return lines


def _tests(digest: Digest) -> list[str]:
    bad = sorted((t for t in digest.tests if t.bad), key=lambda t: (-t.bad, t.name))
    title = (
        f"TESTS {len(digest.tests)}, of which {len(bad)} failed or did not run in some iteration"
    )
    lines = []
    for test in bad[:_FAILED]:
        total = f"{test.bad} of {test.times}"
        lines += [f"- {line(test.name)}", f"    {total}: iterations {ranges(test.bad_in)}"]
        detail = test.newest_bad[1].detail if test.newest_bad else ""
        lines += [f"    {last_line(detail)}"] if detail else []
    return [title, *lines, *some(["" for _ in bad], _FAILED, " tests")[_FAILED:]]


def _iterations(digest: Digest) -> list[str]:
    analysis, journal = digest.analysis, digest.journal
    lines = [f"ITERATIONS {len(journal.numbers)}"]
    if analysis.baseline:
        lines.append(f"baseline: {_verdict(in_brief(analysis.baseline).standing)}")
    else:
        lines.append("baseline: none was taken, so no delta is known")
    lines += [f"{ranges(numbers)}: {_verdict(alike)}" for alike, numbers in journal.stretches]
    if (untold := journal.unlike - len(journal.stretches)) > 0:
        lines.append(f"... {untold} more spans")
    if thinned := analysis.run.thinned:
        told = "gave up their captures (--keep): as judged then, not parsed anew"
        lines.append(f"{ranges(thinned)}: {told}")
    if digest.interrupted:
        lines.append(f"{ranges(digest.interrupted)}: interrupted, not judged")
    if digest.healed and not analysis.terms.healed_fails:
        lines.append("each as it was judged then; what healed in time later does not fail the run")
    if analysis.faults:
        lines.append("what tests failed and what was unknown while a fault was at work counts not")
    for name, phase in sorted(journal.phases.items()):
        lines.append(f"{line(name)}: mean {phase.mean:.1f} s, longest {phase.longest:.1f} s")
    return lines


def _verdict(item: Standing) -> str:
    torn = f", evidence torn: {line(item.broken)}" if item.broken else ""
    tests = f", tests {item.tests}" if item.tests else ", no tests"
    told = f", {count(item.aside, 'breach')} set aside" if item.aside else ""
    faults = f", with {', '.join(map(line, item.faults))} at work" if item.faults else ""
    return f"{item.verdict} (invariants {item.rules}{tests}{told}{faults}{torn})"


def _closer(digest: Digest) -> list[str]:
    bad = [f.since for f in digest.leaks]
    newest = digest.analysis.course.newest
    bad += [] if digest.journal.first_bad is None else [digest.journal.first_bad]
    bad += [newest.number] if newest else []
    number = f" {bad[0]}" if bad else ""
    return ["LOOK CLOSER", f"harness show {line(digest.analysis.run.name)}{number}"]
