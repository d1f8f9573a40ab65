"""Audits put together from lines, and what becomes of them over time, in bounded memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from harness.logs.audit_lines import Numbers, Said, concerns, read

RESOURCES = ("vcpus", "memory_mb", "disk_gb")
MOST_TURNS = 12
"""So many turns of a host are kept, the first half and the newest."""


@dataclass(frozen=True)
class Audit:
    """What an audit found free, by the driver's view and by the tracker's; ``total`` may be empty.

    ``apart`` is what the tracker holds more than the driver sees in use: below 0 where less.
    """

    time: str
    hypervisor: Numbers
    tracker: Numbers
    total: Numbers = field(default_factory=dict)

    @property
    def apart(self) -> dict[str, float]:
        return {
            name: self.hypervisor[name] - self.tracker[name]
            for name in RESOURCES
            if name in self.hypervisor and name in self.tracker
        }


@dataclass
class Host:
    """A host's audits, in the order in which they were read. ``least`` are those in which the
    tracker had least free of each resource; ``turns`` those in which the vCPUs by which the views
    are apart changed. ``backwards`` counts the audits that are older than the one before them, and
    ``leap`` are the times of the first two such.
    """

    name: str
    count: int = 0
    first: Audit | None = None
    last: Audit | None = None
    least: dict[str, Audit] = field(default_factory=dict)
    turns: list[Audit] = field(default_factory=list)
    left_out: int = 0
    backwards: int = 0
    leap: tuple[str, str] = ("", "")

    def add(self, audit: Audit) -> None:
        before, self.last = self.last, audit
        self.count += 1
        self.first = self.first or audit
        if before and audit.time and audit.time < before.time:
            self.backwards += 1
            self.leap = self.leap if self.backwards > 1 else (before.time, audit.time)
        for name, free in audit.tracker.items():
            if name not in self.least or free < self.least[name].tracker[name]:
                self.least[name] = audit
        if before is None or before.apart.get("vcpus") != audit.apart.get("vcpus"):
            self.turns.append(audit)
            if len(self.turns) > MOST_TURNS:
                del self.turns[MOST_TURNS // 2]
                self.left_out += 1


@dataclass
class Reading:
    """A log that is read line by line. ``lines`` are all, ``ours`` those of the resource tracker,
    ``damaged`` those of them that are cut or wrong. ``notes`` say of files what was odd."""

    hosts: dict[str, Host] = field(default_factory=dict)
    lines: int = 0
    ours: int = 0
    damaged: int = 0
    notes: list[str] = field(default_factory=list)
    _open: Audit = field(default_factory=lambda: Audit("", {}, {}))
    _name: str = ""

    def take(self, lines: Iterable[str], file: str) -> None:
        """Read a file's lines; ``file`` names the host where no line does."""
        for text in lines:
            self.lines += 1
            if not concerns(text):
                continue
            self.ours += 1
            try:
                said = read(text)
            except ValueError:
                self.damaged += 1
                continue
            if said:
                self._hear(said, file)
        self._close("", file)

    def _hear(self, said: Said, file: str) -> None:
        if said.begun:
            self._close("", file)
        if said.free is not None:
            have = getattr(self._open, said.view)
            if have.keys() & said.free.keys() and said.view == "hypervisor":
                self._close("", file)
            merged = {**getattr(self._open, said.view), **said.free}
            self._open = replace(
                self._open,
                time=said.time or self._open.time,
                total={**self._open.total, **(said.total or {})},
                **{said.view: merged},
            )
        self._name = said.host or self._name
        if said.ended:
            self._close(said.host, file)

    def _close(self, name: str, file: str) -> None:
        audit, self._open = self._open, Audit("", {}, {})
        if audit.hypervisor and audit.tracker:
            host = name or self._name or file
            self.hosts.setdefault(host, Host(host)).add(audit)
        self._name = ""
