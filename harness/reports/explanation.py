"""One finding explained: what each view said and when, and where to look further."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.answers.capture import Capture
from harness.core.findings.findings import Finding
from harness.core.views.mentions import fields_of, named_in, records_about, request_ids, rows_about
from harness.core.views.snapshot import Snapshot, View
from harness.reports.advice import advice_for
from harness.reports.figures import moment
from harness.reports.layout import folded
from harness.reports.lives import facts, status
from harness.reports.plain_text import block, line, some
from harness.reports.stories import fate

_ROWS = 12
_LONG = 1500
_XML = 12000


@dataclass(frozen=True)
class Moment:
    """An observation in a finding's life: "first seen in iteration 3", and what was seen."""

    title: str
    capture: Capture
    snapshot: Snapshot


@dataclass(frozen=True)
class Case:
    """A finding with all that is known of it. ``needs`` are the views that its rule reads.

    ``moments`` are its opening, its last sight and its closing, as far as they can be read;
    ``unread`` says why one cannot. ``kinds`` are the self-test's kinds that plant such a thing.
    """

    finding: Finding
    truth: str
    needs: Sequence[str]
    moments: Sequence[Moment]
    unread: Sequence[str] = ()
    kinds: Sequence[str] = ()


def explain(case: Case) -> str:
    """Return the explanation as text."""
    sections = [
        _head(case),
        *(_moment(each, case) for each in case.moments),
        *([["NOT READ", *map(line, case.unread)]] if case.unread else []),
        _requests(case),
        _logs(case),
        _further(case),
    ]
    told = [folded("\n".join(section)) for section in sections]
    return "\n\n".join([*told, *_xml(case)]) + "\n"


def _head(case: Case) -> list[str]:
    finding = case.finding
    breach = finding.breach
    where = f" on {line(breach.host)}" if breach.host else ""
    times = [f"first seen {moment(finding.opened_at)}, last seen {moment(finding.last_at)}"]
    if finding.closed_at is not None:
        times.append(f"seen to be gone {moment(finding.closed_at)}")
    lines = [
        f"{status(finding).upper()}  {line(finding.invariant)}: {line(breach.subject)}{where}",
        line(breach.message, _LONG),
        facts(finding),
        f"{fate(finding)}; {', '.join(times)}",
        f"the rule: {line(case.truth)}",
    ]
    first = finding.first
    if first and first.message != breach.message:
        lines.append(f"at first: {line(first.message, _LONG)}")
    return lines


def _moment(each: Moment, case: Case) -> list[str]:
    subject, snapshot = case.finding.breach.subject, each.snapshot
    lines, silent = [f"{each.title.upper()}, {moment(snapshot.moment)}"], []
    absent = [line(name) for name, view in sorted(snapshot.views.items()) if view.absent]
    for name in sorted(snapshot.views, key=lambda name: (name not in case.needs, name)):
        told = list(_view(snapshot[name], each.capture, subject))
        needed = name in case.needs
        if snapshot[name].absent:
            continue
        if told or needed:
            lines += told or [f"- {line(name)}: nothing of it{_at(each.capture, name)}"]
        else:
            silent.append(line(name))
    if silent:
        lines.append(f"- nothing of it in: {', '.join(silent)}")
    if absent:
        lines.append(f"- the cloud has none of: {', '.join(absent)}")
    return lines


def _view(view: View, capture: Capture, subject: str) -> Iterator[str]:
    for place, reason in view.gaps.items():
        where = f" on {line(place)}" if place else ""
        yield f"- {line(view.name)}{where}: NOT SEEN: {line(reason)}"
    for host in sorted(view.left):
        yield f"- {line(view.name)} on {line(host)}: NOT SEEN: the host left the cloud"
    rows = rows_about(view, subject)
    if rows:
        yield f"- {line(view.name)}{_at(capture, view.name)}:"
        yield from some([f"    {_row(row)}" for row in rows], _ROWS, " rows")


def _at(capture: Capture, name: str) -> str:
    asked = [answer.ended for answer in capture.of(name)]
    return f", answered {moment(max(asked))}" if asked else ""


def _row(row: Any) -> str:
    values = fields_of(row)
    if values is row:
        return line(str(row), _LONG)
    told = [
        f"{n} {_value(value)}" for n, value in values.items() if value not in (None, "", (), {})
    ]
    return line(", ".join(told), _LONG)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_value(inner)}" for name, inner in value.items()) + "}"
    return str(value) if isinstance(value, str | int | float) else repr(value)


def _requests(case: Case) -> list[str]:
    found: set[str] = set()
    subject = case.finding.breach.subject
    for each in case.moments:
        for name in each.snapshot.views:
            for _place, record in records_about(each.capture, name, subject):
                found |= request_ids(record)
        for answer in each.capture.answers:
            if answer.error and named_in(answer.error, subject):
                found |= request_ids(answer.error)
    if not found:
        return [
            "REQUEST IDS",
            "none is in the evidence; for a server, `openstack server event list UUID` has them",
        ]
    return ["REQUEST IDS", *sorted(found)]


def _logs(case: Case) -> list[str]:
    finding = case.finding
    subject = finding.breach.subject
    since, until = moment(finding.opened_at), moment(finding.closed_at or finding.last_at)
    lines = ["LOGS", f"what happened before {since} made it; from then until {until} it was seen"]
    lines.append(f"- every service of the host: grep -F {shlex.quote(line(subject))}")
    lines += [
        f"- {service}: grep -F {shlex.quote(text)}"
        for service, text in advice_for(finding.invariant).logs
    ]
    return lines


def _further(case: Case) -> list[str]:
    rule = case.finding.invariant
    advice = advice_for(rule)
    lines = ["FURTHER", f"- look first: {advice.first}"]
    lines.append(f"- why it must hold, what to do: docs/invariants/{line(rule)}.md")
    if case.kinds:
        lines.append(f"- plant one in the lab: harness selftest --keep --kind {case.kinds[0]}")
    if case.kinds[1:]:
        lines.append(f"  also: {', '.join(case.kinds[1:])}")
    if advice.bugs:
        links = ", ".join(f"https://bugs.launchpad.net/bugs/{number}" for number in advice.bugs)
        lines.append(f"- known bugs that look like it: {links}")
    return lines


def _xml(case: Case) -> list[str]:
    """Return what libvirt said of the domain, as XML: the oldest of each host."""
    found: dict[str, str] = {}
    subject = case.finding.breach.subject
    for source, name in (("domain_xml", "xml"), ("domains", "metadata")):
        for each in case.moments:
            for place, record in records_about(each.capture, source, subject):
                text = record.get(name)
                if isinstance(text, str) and text and place not in found:
                    what = "XML" if name == "xml" else "NOVA'S METADATA"
                    head = f"{what} OF THE DOMAIN on {line(place)}, {moment(each.capture.started)}"
                    found[place] = f"{head}\n{block(text.strip(), _XML)}"
    return list(found.values())
