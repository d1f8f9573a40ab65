"""JUnit XML, made by junit-xml and put right where that breaks the schema.

junit-xml 1.9 writes ``disabled``, times with noise, and drops a failure that says nothing; nothing
else imports it, since it has no types.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import junit_xml  # type: ignore[import-untyped]

from harness.core.rules.verdict import Verdict
from harness.reports.plain_text import block, line

_TEXT = 40000
_ATTRIBUTE = 2000


@dataclass(frozen=True)
class Case:
    """One case. FAIL is a failure, UNKNOWN an error, None a skip; ``message`` is one line."""

    classname: str
    name: str
    verdict: Verdict | None = Verdict.PASS
    message: str = ""
    text: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Suite:
    """Cases that belong together. ``timestamp`` is ISO 8601 with a Z, or ""."""

    name: str
    cases: Sequence[Case]
    timestamp: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def document(suites: Sequence[Suite]) -> str:
    """Return a <testsuites> document; a suite without a case, which Jenkins drops, is left out."""
    shown = [suite for suite in suites if suite.cases]
    root = ET.Element("testsuites")
    root.extend(_element(suite) for suite in shown)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(element.get(name, "0")) for element in root)))
    _set_time(root, [case for suite in shown for case in suite.cases])
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _element(suite: Suite) -> ET.Element:
    element: ET.Element = junit_xml.TestSuite(
        suite.name,
        [_case(case) for case in suite.cases],
        timestamp=suite.timestamp,
        properties=dict(suite.properties),
    ).build_xml_doc()
    del element.attrib["disabled"]
    for case, child in zip(suite.cases, element.iter("testcase"), strict=True):
        if _finite(case.seconds):
            child.set("time", f"{case.seconds:.3f}")
    _set_time(element, suite.cases)
    _make_plain(element)
    return element


def _case(case: Case) -> junit_xml.TestCase:
    made = junit_xml.TestCase(case.name, case.classname)
    message = case.message or "no reason was given"
    if case.verdict is Verdict.FAIL:
        made.add_failure_info(message, case.text)
    elif case.verdict is Verdict.UNKNOWN:
        made.add_error_info(message, case.text)
    elif case.verdict is None:
        made.add_skipped_info(message, case.text or None)
    return made


def _set_time(element: ET.Element, cases: Sequence[Case]) -> None:
    """Set the sum of the cases, unless a clock that went back makes it less than nothing."""
    total = sum(case.seconds or 0.0 for case in cases if _finite(case.seconds))
    element.attrib.pop("time", None)
    if math.isfinite(total) and total >= 0:
        element.set("time", f"{total:.3f}")


def _finite(seconds: float | None) -> bool:
    return seconds is not None and math.isfinite(seconds)


def _make_plain(element: ET.Element) -> None:
    for each in element.iter():
        for name, value in each.attrib.items():
            each.set(name, line(value, _ATTRIBUTE))
        if each.text:
            each.text = block(each.text, _TEXT)
