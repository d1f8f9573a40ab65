"""How a run is shown while it goes on: a live table on a terminal, plain lines elsewhere."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from harness.core.iterations.history import Iteration
from harness.core.ports import Clock
from harness.core.runs.analysis import Analysis
from harness.core.views.source import DRIVER
from harness.reports.figures import signed
from harness.reports.lives import facts, status
from harness.reports.plain_text import count, line

_HEARTBEAT = 60.0
_STYLES = {"PASS": "green", "FAIL": "bold red", "UNKNOWN": "yellow"}


class Show(Protocol):
    """A progress that is shown while a ``with`` block runs."""

    def phase(self, iteration: int, name: str) -> None: ...
    def judged(self, analysis: Analysis, iteration: Iteration) -> None: ...
    def __enter__(self) -> "Show": ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def choose(
    stream: IO[str], clock: Clock, deadline: float | None, say: Callable[[str], None]
) -> Show:
    """Return the live display where ``stream`` is a terminal, plain lines elsewhere."""
    if stream.isatty():
        return LiveShow(Console(file=stream), clock, deadline)
    return PlainShow(say, clock, deadline)


class PlainShow:
    """One line for each iteration, and a sign of life every minute, for a CI console."""

    def __init__(self, say: Callable[[str], None], clock: Clock, deadline: float | None) -> None:
        self._say, self._clock, self._deadline = say, clock, deadline
        self._phase, self._since = "", clock.now()
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def phase(self, iteration: int, name: str) -> None:
        self._phase = f"{_title(iteration)}: {name}"
        self._since = self._clock.now()

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        self._say(describe(analysis, iteration))
        for finding in analysis.findings:
            if finding.since == iteration.number:
                word = "WAIVED" if finding.waiver else "NEW"
                self._say(f"  {word} {finding.invariant}: {line(finding.breach.message)}")
                self._say(f"      {facts(finding)}")
            elif finding.closed == iteration.number:
                self._say(f"  {status(finding).upper()} {finding.invariant}: {facts(finding)}")
        for change in iteration.changes:
            self._say(f"  HOST {line(change.host)} {change.what}")
        for check in iteration.checks:
            for doubt in check.doubts[:3]:
                self._say(f"  UNKNOWN {check.invariant}: {line(doubt.message)}")

    def __enter__(self) -> "PlainShow":
        self._pulse.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pulse.join()

    def _beat(self) -> None:
        while not self._over.wait(_HEARTBEAT):
            waited = self._clock.now() - self._since
            left = _left(self._deadline, self._clock.now())
            self._say(f"... {self._phase}, {waited:.0f} s so far{left}")


class LiveShow:
    """A table that is drawn anew: iteration, tests, findings, deltas per host, time left."""

    def __init__(self, console: Console, clock: Clock, deadline: float | None) -> None:
        self._clock, self._deadline = clock, deadline
        self._phase, self._since = "starting", clock.now()
        self._analysis: Analysis | None = None
        self._last: Iteration | None = None
        self._live = Live(
            console=console, get_renderable=self._draw, refresh_per_second=2, transient=False
        )

    def phase(self, iteration: int, name: str) -> None:
        self._phase, self._since = f"{_title(iteration)}: {name}", self._clock.now()

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        self._analysis, self._last = analysis, iteration

    def __enter__(self) -> "LiveShow":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _draw(self) -> Any:
        waited = self._clock.now() - self._since
        left = _left(self._deadline, self._clock.now())
        status = Text(f"{self._phase}  {waited:.0f} s{left}", style="bold")
        if self._analysis is None or self._last is None:
            return Group(status)
        last = self._last
        text = describe(self._analysis, last)
        parts: list[Any] = [status, Text(text, style=_STYLES[last.verdict])]
        parts += [
            Text(f"{f.invariant}: {line(f.breach.message)}", style="red", overflow="ellipsis")
            for f in self._analysis.findings[-8:]
            if f.closed is None and not f.waiver
        ]
        return Group(*parts, _deltas(self._analysis, last))


def describe(analysis: Analysis, iteration: Iteration) -> str:
    """Return an iteration as one line: verdict, tests, findings, what moved, how long it took."""
    verdict = "interrupted, not judged" if iteration.interrupted else iteration.verdict
    parts = [f"{_title(iteration.number)} {verdict}"]
    if tests := iteration.tests:
        counts = (f"{tests.count(word)} {word}" for word in ("passed", "failed", "skipped"))
        parts.append(", ".join(counts))
        if tests.ending != "finished":
            parts.append(f"tests {tests.ending}: {line(tests.explanation)}")
    standing = sum(1 for finding in analysis.findings if finding.closed is None)
    parts.append(count(standing, "finding"))
    parts.append(_moved(analysis, iteration))
    parts.append(", ".join(f"{name} {took:.1f} s" for name, took in iteration.phases.items()))
    return " | ".join(filter(None, parts))


def _moved(analysis: Analysis, iteration: Iteration) -> str:
    """Return the deltas to the baseline that are not zero, unseen ones too."""
    moved = [
        f"{host} {gauge} {signed(delta)}"
        for host, gauges in analysis.deltas(iteration).items()
        if host != DRIVER
        for gauge, delta in gauges.items()
        if delta != 0
    ]
    return ", ".join(moved) if moved else "deltas 0"


def _deltas(analysis: Analysis, iteration: Iteration) -> Table:
    table = Table(title="deltas to the baseline", title_justify="left")
    deltas = analysis.deltas(iteration)
    gauges = sorted({gauge for amounts in deltas.values() for gauge in amounts})
    for title in ("host", *gauges):
        table.add_column(title, justify="left" if title == "host" else "right")
    for host, amounts in deltas.items():
        table.add_row(Text(line(host)), *(signed(amounts.get(gauge)) for gauge in gauges))
    return table


def _title(number: int) -> str:
    return f"iteration {number}" if number else "baseline"


def _left(deadline: float | None, now: float) -> str:
    if deadline is None:
        return ""
    return f", {time.strftime('%H:%M:%S', time.gmtime(max(0.0, deadline - now)))} left"
