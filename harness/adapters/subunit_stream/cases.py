"""Collects what was said of each test."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harness.core.iterations.history import TestResult

_HEAD, _TAIL = 4096, 12288
_DETAIL_HEAD, _DETAIL_TAIL = 4096, 28672

_STATUS = {
    "success": "passed",
    "xfail": "passed",
    "skip": "skipped",
    "fail": "failed",
    "uxsuccess": "failed",
}
_WORSE = ("unfinished", "passed", "skipped", "failed")

_PSEUDO = ("subunit.parser", "process-returncode")
"""What python-subunit and stestr name as tests and are a damaged stream or a dead worker."""

FIXTURE = re.compile(r"(setUpClass|tearDownClass|setUpModule|tearDownModule) \((.+)\)", re.DOTALL)
_TAGS = re.compile(r"\[[^\]]*\]")


def name_of(test: str) -> str:
    """Return "module.Class.test" for a test's id, "module.Class.setUpClass" for a fixture's.

    Tags ("[id-…,smoke]") go; what a scenario adds stays.
    """
    if fixture := FIXTURE.fullmatch(test):
        return f"{fixture[2]}.{fixture[1]}"
    return _TAGS.sub("", test, count=1)


@dataclass
class Attachment:
    """The beginning and the end of a text."""

    mime: str
    size: int = 0
    head: bytes = b""
    tail: bytes = b""

    def add(self, piece: bytes) -> None:
        room = _HEAD - len(self.head)
        self.head += piece[:room]
        self.tail = (self.tail + piece[room:])[-_TAIL:]
        self.size += len(piece)

    def text(self) -> str:
        if self.mime and not self.mime.startswith("text/"):
            return f"{self.size} bytes of {self.mime}"
        left_out = self.size - len(self.head) - len(self.tail)
        gap = f"\n[{left_out} bytes left out]\n".encode() if left_out else b""
        return (self.head + gap + self.tail).decode(errors="replace")


@dataclass
class Case:
    """What was said of one test."""

    status: str = "unfinished"
    begun: datetime | None = None
    ended: datetime | None = None
    attachments: dict[str, Attachment] = field(default_factory=dict)

    def result(self, test: str, ending: str) -> TestResult:
        detail = self.detail() if self.status != "passed" else ""
        last = detail.rstrip().rpartition("\n")[2]
        ours = ending != "finished" and last.startswith("KeyboardInterrupt")
        return TestResult(
            name=name_of(test),
            status="unfinished" if ours else self.status,
            seconds=(self.ended - self.begun).total_seconds()
            if self.ended and self.begun
            else None,
            detail=detail,
        )

    def detail(self) -> str:
        """Return the reason of a skip, or logs and then the traceback."""
        if self.status == "skipped":
            return self.attachments["reason"].text() if "reason" in self.attachments else ""
        texts = [
            attachment.text() if name.startswith("traceback") else f"{name}\n{attachment.text()}\n"
            for name, attachment in sorted(
                self.attachments.items(), key=lambda item: item[0].startswith("traceback")
            )
        ]
        return _clip("\n".join(text for text in texts if text))


class Said:
    """Collects events, as testtools' StreamResult."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.damaged = 0

    def status(
        self,
        test_id: str | None = None,
        test_status: str | None = None,
        file_name: str | None = None,
        file_bytes: Any = None,
        mime_type: str | None = None,
        timestamp: datetime | None = None,
        **_: Any,
    ) -> None:
        if test_id in _PSEUDO:
            self.damaged += test_status == "fail"
        elif test_id and test_status != "exists":
            case = self.cases.setdefault(test_id, Case())
            if file_name and file_bytes:
                attachment = case.attachments.setdefault(file_name, Attachment(mime_type or ""))
                attachment.add(bytes(file_bytes))
            if test_status == "inprogress":
                case.begun = timestamp
            elif test_status:
                case.status = max(case.status, _STATUS[test_status], key=_WORSE.index)
                case.ended = timestamp


def _clip(text: str) -> str:
    left_out = len(text) - _DETAIL_HEAD - _DETAIL_TAIL
    if left_out <= 0:
        return text
    return f"{text[:_DETAIL_HEAD]}\n[{left_out} characters left out]\n{text[-_DETAIL_TAIL:]}"
