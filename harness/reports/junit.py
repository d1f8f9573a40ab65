"""JUnit XML for Jenkins: one file for the run, one for each iteration."""

from collections.abc import Sequence

from harness.core.findings.findings import Finding
from harness.core.iterations.history import Amounts, Iteration
from harness.core.rules.invariant import Check
from harness.core.runs.analysis import Analysis
from harness.core.runs.journal import Journal
from harness.core.runs.tally import rules_of, tests_of
from harness.reports.digest import Digest
from harness.reports.failed_boots import gist
from harness.reports.faults import FAULTS, fault_cases
from harness.reports.figures import moment, places, shown
from harness.reports.hosts import host_properties
from harness.reports.junit_cases import (
    RULES,
    RUN,
    driver_survived,
    evidence_whole,
    rule_case,
    run_ended,
    servers_booted,
    tempest_case,
    tests_ran,
    waivers_needed,
)
from harness.reports.junit_document import Case, Suite, document
from harness.reports.outages import outage_properties
from harness.reports.stories import Lives, as_of, lives

RUN_FILE = "junit/run.xml"


def render(analysis: Analysis) -> dict[str, str]:
    """Return the file of the run and that of each iteration."""
    return render_run(analysis) | render_iterations(analysis)


def render_iterations(analysis: Analysis) -> dict[str, str]:
    """Return the file of each iteration, the baseline's too."""
    known = lives(analysis.findings)
    files: dict[str, str] = {}
    for iteration in analysis.history:
        if iteration.number not in analysis.run.thinned:
            files |= _iteration_file(analysis, iteration, known)
    return files


def render_run(analysis: Analysis) -> dict[str, str]:
    """Return ``junit/run.xml``: a set of cases that does not grow with the number of iterations."""
    return write_run(Digest(analysis))


def write_run(digest: Digest) -> dict[str, str]:
    """Return ``junit/run.xml`` of a run whose tallies are at hand."""
    analysis, journal = digest.analysis, digest.journal
    suites = _suites(
        moment(analysis.run.started),
        [
            run_ended(analysis, journal),
            evidence_whole(journal, analysis.uncompared),
            tests_ran(journal),
            servers_booted(analysis),
            *([driver_survived(analysis)] if analysis.run.resumptions else []),
            *([waivers_needed(analysis)] if analysis.waivers else []),
        ],
        _rule_cases(digest),
        [tempest_case(each) for each in digest.tests],
        {
            **_properties(analysis, analysis.course.last),
            **outage_properties(analysis),
            **host_properties(analysis),
            **({"boots": gist(analysis.boots.counts)} if analysis.boots else {}),
            "iterations": str(len(journal.numbers)),
        },
    )
    suites.append(Suite(FAULTS, fault_cases(analysis), moment(analysis.run.started)))
    return {RUN_FILE: document(suites)}


def render_iteration(analysis: Analysis, iteration: Iteration) -> dict[str, str]:
    """Return the one file of an iteration, which later ones do not change; one that gave up its
    captures has none."""
    if iteration.number in analysis.run.thinned:
        return {}
    return _iteration_file(analysis, iteration, lives(analysis.findings))


def _iteration_file(analysis: Analysis, iteration: Iteration, known: Lives) -> dict[str, str]:
    told = {check.invariant: as_of(iteration, check, known) for check in iteration.checks}
    journal, checks = Journal().plus(iteration), _baseline_checks(analysis)
    suites = _suites(
        moment(iteration.started),
        [evidence_whole(journal), tests_ran(journal)],
        [
            rule_case(each, told.get(each.name, []), checks.get(each.name))
            for each in rules_of(iteration, analysis.truths)
        ],
        [tempest_case(each) for _, each in sorted(tests_of({}, iteration).items())],
        _properties(analysis, iteration),
    )
    return {f"junit/iterations/iteration-{iteration.number:06d}.xml": document(suites)}


def _suites(
    timestamp: str,
    run: Sequence[Case],
    rules: Sequence[Case],
    tests: Sequence[Case],
    properties: dict[str, str],
) -> list[Suite]:
    return [
        Suite(RUN, run, timestamp),
        Suite(RULES, rules, timestamp, properties),
        Suite("tempest", tests, timestamp),
    ]


def _rule_cases(digest: Digest) -> list[Case]:
    """Judge each rule over the iterations proper; what is set aside fails nothing."""
    found: dict[str, list[Finding]] = {}
    for finding in filter(digest.analysis.counts, digest.findings):
        found.setdefault(finding.invariant, []).append(finding)
    checks = _baseline_checks(digest.analysis)
    return [
        rule_case(each, found.get(each.name, []), checks.get(each.name)) for each in digest.rules
    ]


def _baseline_checks(analysis: Analysis) -> dict[str, Check]:
    return {c.invariant: c for c in analysis.baseline.checks} if analysis.baseline else {}


def _properties(analysis: Analysis, iteration: Iteration | None) -> dict[str, str]:
    """Return delta.HOST.GAUGE and amount.HOST.GAUGE; "unknown" where a number was not seen."""
    if iteration is None:
        return {}
    return {
        **_named("delta", analysis.deltas(iteration)),
        **_named("amount", iteration.amounts),
        "iteration": str(iteration.number),
    }


def _named(kind: str, amounts: Amounts) -> dict[str, str]:
    return {f"{kind}.{h}.{g}": shown(amounts[h][g]) for h, g in places([amounts])}
