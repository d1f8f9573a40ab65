"""Faults that were made on purpose, and how long the cloud took to recover: for all reports."""

from collections.abc import Sequence
from typing import Any

from harness.core.faults.fault_plan import Step
from harness.core.findings.recovery import Trial
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.reports.figures import moment, plain_number, shown
from harness.reports.junit_document import Case
from harness.reports.layout import table
from harness.reports.plain_text import cell, count, csv_table, line, some

FAULTS = "harness.faults"
COLUMNS = (
    *("name", "does", "verdict", "iteration", "begun", "over", "healed", "recovered"),
    *("recovery_seconds", "first_look_seconds", "limit_seconds", "standing", "unknown", "problem"),
)
_LONG = 600
_NAMED = 5


def faults_told(analysis: Analysis) -> list[str]:
    """Return the section of report.txt."""
    trials = {trial.window.step.number: trial for trial in analysis.faults}
    rows = [_told(step, trials.get(step.number)) for step in analysis.run.faults]
    return [f"FAULTS {len(rows)} planned, {len(trials)} made", *table(rows)]


def faults_gist(analysis: Analysis) -> str:
    """Return what the headline says of faults, or ""."""
    made = analysis.faults
    if not analysis.run.faults:
        return ""
    parts = [f"{len(made)} of {count(len(analysis.run.faults), 'fault')} made"]
    calm = [trial.recovery for trial in made if trial.verdict is Verdict.PASS]
    longest = max((seconds for seconds in calm if seconds is not None), default=None)
    if longest is not None:
        parts.append(f"{len(calm)} recovered, the slowest in {_seconds(longest)}")
    for verdict, what in ((Verdict.FAIL, "never did"), (Verdict.UNKNOWN, "not seen to recover")):
        if names := [line(trial.name) for trial in made if trial.verdict is verdict]:
            parts.append(f"{len(names)} {what}: {', '.join(some(names, 3))}")
    return ", ".join(parts)


def fault_cases(analysis: Analysis) -> list[Case]:
    """Return a case for each fault of the plan; its time is the recovery's."""
    trials = {trial.window.step.number: trial for trial in analysis.faults}
    return [_case(step, trials.get(step.number)) for step in analysis.run.faults]


def faults_json(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the faults of the plan as plain data; null is not known."""
    trials = {trial.window.step.number: trial for trial in analysis.faults}
    return [_fields(step, trials.get(step.number)) for step in analysis.run.faults]


def faults_csv(analysis: Analysis) -> dict[str, str]:
    """Return ``faults.csv``, a row for each fault of the plan; none where there is no plan."""
    if not analysis.run.faults:
        return {}
    rows = [[_cell(fields[name]) for name in COLUMNS] for fields in faults_json(analysis)]
    return {"faults.csv": csv_table([COLUMNS, *rows])}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return cell("; ".join(value) if isinstance(value, list) else str(value), 4 * _LONG)


def _fields(step: Step, trial: Trial | None) -> dict[str, Any]:
    window = trial.window if trial else None
    return {
        "name": line(step.name),
        "does": line(step.does, _LONG),
        "verdict": trial.verdict.value if trial else "NOT MADE",
        "iteration": trial.first if trial else None,
        "begun": moment(window.begun) if window else None,
        "over": moment(window.over) or None if window else None,
        "healed": moment(window.healed) or None if window else None,
        "recovered": moment(trial.recovered) or None if trial else None,
        "recovery_seconds": plain_number(_tenths(trial.recovery)) if trial else None,
        "first_look_seconds": plain_number(_tenths(trial.unwatched)) if trial else None,
        "limit_seconds": None if step.recovers_in else plain_number(step.recovers_within),
        "limit_iterations": step.recovers_in or None,
        "standing": _things(trial.stands) if trial and trial.late_in is not None else [],
        "unknown": _things(trial.unknown) if trial and trial.recovered is None else [],
        "problem": line(window.problem, _LONG) if window and window.problem else None,
    }


def _things(identities: frozenset[tuple[str, str, str]]) -> list[str]:
    return [
        line(f"{rule} of {subject}" + (f" on {host}" if host and host != subject else ""))
        for rule, subject, host in sorted(identities)
    ]


def _told(step: Step, trial: Trial | None) -> tuple[str, str, str]:
    if trial is None:
        return (
            "NOT MADE",
            line(step.name),
            f"{line(step.does, _LONG)}; the run ended before its turn came",
        )
    window = trial.window
    began = f"in iteration {trial.first}, begun {moment(window.begun)}"
    return (
        trial.verdict.value,
        line(step.name),
        f"{line(step.does, _LONG)} {began}, {_healed(trial)}; {gist(trial)}",
    )


def _healed(trial: Trial) -> str:
    window = trial.window
    if window.step.by_itself:
        return "goes by itself"
    if window.healed is None:
        return "NOT HEALED"
    return f"healed {moment(window.healed)}"


def gist(trial: Trial) -> str:
    """Return what came of a fault in a few words."""
    limit = trial.window.step.limit
    parts = [line(trial.window.problem, _LONG)] if trial.window.problem else []
    recovered = trial.recovery is not None
    if trial.late_in is not None:
        wrong = _things(trial.stands) or _things(trial.unknown)
        what = "still wrong" if trial.stands else "still not known"
        told = f"{what} after {limit}, in iteration {trial.late_in}: "
        parts.append(told + ", ".join(some(wrong, _NAMED)))
        if recovered:
            parts.append(f"every invariant held again only after {_seconds(trial.recovery)}")
    elif recovered:
        told = f"every invariant held again after {_seconds(trial.recovery)}"
        parts.append(f"{told}, first looked after {_seconds(trial.unwatched)}")
    elif trial.looked is not None:
        wrong = [*_things(trial.stands), *_things(trial.unknown)]
        told = f" ({', '.join(some(wrong, _NAMED))})" if wrong else ""
        parts.append(f"the run ended before every invariant held again{told}")
    else:
        parts.append("nobody looked after it was healed")
    return "; ".join(parts)


def _case(step: Step, trial: Trial | None) -> Case:
    name = f"fault.{line(step.name)}"
    if trial is None:
        return Case(FAULTS, name, None, "it was not made: the run ended before its turn came")
    if trial.verdict is Verdict.PASS:
        return Case(FAULTS, name, seconds=trial.recovery)
    text = "\n".join(
        [
            f"made: {line(step.does, _LONG)}, in iteration {trial.first}",
            f"expected: every invariant holds again within {step.limit}",
            f"seen: {gist(trial)}",
            *(f"- {each}" for each in _listed(trial)),
        ]
    )
    return Case(FAULTS, name, trial.verdict, gist(trial), text, trial.recovery)


def _listed(trial: Trial) -> Sequence[str]:
    return some([*_things(trial.stands), *_things(trial.unknown)], 100, " things")


def _seconds(seconds: float | None) -> str:
    return f"{shown(_tenths(seconds))} s"


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
