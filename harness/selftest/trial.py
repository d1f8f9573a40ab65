"""One kind put to the test: planted, judged, let heal, taken away, and all quiet again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.answers.capture import Capture
from harness.core.errors import HarnessError
from harness.core.findings.findings import Finding, follow
from harness.core.rules.invariant import Circumstances
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict, worst
from harness.selftest.comparison import Identity, compare, identities
from harness.selftest.court import Court, Judged
from harness.selftest.ground import Ground, PlantFailed
from harness.selftest.kind import Kind, Planted
from harness.selftest.recording import Recording
from harness.selftest.removal import remove

Say = Callable[[str], None]
_LONG = 300


@dataclass(frozen=True)
class Outcome:
    """What came of a kind.

    ``found``: the verdict on the planted leak; ``seconds`` from planting to it. ``healed``: whether
    its finding closed, and ``healed_after`` how many seconds after the cloud was let heal; None
    where it is not of the kind that heals. ``clean``: the verdict when the plant was gone, None
    where it was kept. ``says``: a line for whatever was not right. ``skipped``: why it was not
    tried, or "".
    """

    kind: str
    story: str
    rules: tuple[str, ...]
    heals: str = ""
    found: Verdict = Verdict.UNKNOWN
    seconds: float | None = None
    healed: Verdict | None = None
    healed_after: float | None = None
    clean: Verdict | None = None
    says: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return the worst of what was asked; a skipped one is UNKNOWN."""
        parts = (self.found, self.healed, self.clean)
        return worst(part for part in parts if part is not None)


def outcome_of(kind: Kind, **more: Any) -> Outcome:
    """Return the outcome of a kind before anything is known, but for ``more``."""
    return Outcome(kind.name, kind.story, kind.rules, kind.heals, **more)


@dataclass
class Trial:
    """A kind in a cloud. ``keep``: leave it planted. ``standing``: what was there before and counts
    for nothing; what a trial leaves behind is added. ``recording`` is there when it was judged.
    """

    kind: Kind
    ground: Ground
    court: Court
    say: Say
    keep: bool = False
    standing: frozenset[Identity] = frozenset()
    recording: Recording | None = field(default=None, init=False)

    def run(self) -> Outcome:
        """Plant, judge, heal, remove, judge again. Whatever happens, what is planted goes."""
        self.ground.ledger.kind = self.kind.name
        outcome, kept = outcome_of(self.kind), False
        failed: list[str] = []
        try:
            outcome = self._planted()
            kept = self.keep
        finally:
            if not kept:
                failed = remove(self.ground, self.say)
        return outcome if kept else self._cleaned(outcome, failed)

    def _planted(self) -> Outcome:
        baseline = self.court.observe() if self.kind.in_run else None
        around = (
            self.court.in_run(baseline, self.ground.prefix) if baseline else self.court.at_rest()
        )
        try:
            planted = self.kind.plant(self.ground)
        except Exception as error:  # noqa: BLE001 - an API that fails for a moment ends no self-test
            return outcome_of(self.kind, says=(f"not planted: {_reason(error)}",))
        judged = self.court.judge(around)
        seen = compare(planted, judged.checks, self.standing)
        self.recording = self._recorded(planted, judged, baseline)
        outcome = outcome_of(
            self.kind, found=seen.verdict, seconds=judged.ended - judged.began, says=seen.lines
        )
        if self.kind.heals and seen.verdict is Verdict.PASS and not self.keep:
            return self._healed(outcome, planted, judged, around)
        return outcome

    def _healed(
        self, outcome: Outcome, planted: Planted, found: Judged, around: Circumstances
    ) -> Outcome:
        """Let the cloud heal, and look until every finding of the plant is closed."""
        began = self.court.clock.now()
        try:
            planted.release()
        except Exception as error:  # noqa: BLE001 - as where it is planted
            text = f"not let heal: {_reason(error)}"
            return replace(outcome, healed=Verdict.UNKNOWN, says=(*outcome.says, text))
        released = self.court.clock.now()
        wanted = {item.identity for item in planted.findings}
        history = [found.as_iteration(1)]
        while True:
            judged = self.court.judge(around)
            history.append(judged.as_iteration(len(history) + 1))
            ours = [finding for finding in follow(history) if finding.identity in wanted]
            if all(finding.closed is not None for finding in ours):
                after = judged.ended - began
                odd = [f"{f.invariant} closed as {f.origin}" for f in ours if not _healed(f)]
                return replace(
                    outcome,
                    healed=Verdict.FAIL if odd else Verdict.PASS,
                    healed_after=after,
                    says=(*outcome.says, *odd),
                )
            if judged.ended - released >= self.kind.within:
                waited = judged.ended - released
                text = f"not healed by {self.kind.heals} after {waited:.0f} s"
                return replace(outcome, healed=Verdict.FAIL, says=(*outcome.says, text))

    def _cleaned(self, outcome: Outcome, failed: list[str]) -> Outcome:
        """Judge the cloud without the plant: all must be as it was before."""
        checks = self.court.judge(self.court.at_rest()).checks
        seen = compare(Planted(()), checks, self.standing)
        self.standing |= identities(checks)
        says = [f"not removed: {text}" for text in failed]
        says += [f"after the removal: {text}" for text in seen.lines]
        clean = worst([seen.verdict, *([Verdict.UNKNOWN] if failed else [])])
        return replace(outcome, clean=clean, says=(*outcome.says, *says))

    def _recorded(self, planted: Planted, judged: Judged, baseline: Capture | None) -> Recording:
        laws = self.court.laws
        prefix = self.ground.prefix if baseline else ""
        return Recording(
            self.kind.name, planted.findings, judged.captures, laws.patience, baseline, prefix
        )


def _healed(finding: Finding) -> bool:
    """Tell whether a finding that closed did so by the cloud's own doing."""
    lost = finding.breach.origin is Origin.CLOUD_LOST
    return finding.origin is Origin.HEALED if lost else True


def _reason(error: Exception) -> str:
    """Return why a step failed, in a line; of what no step foresaw its kind, too."""
    text = " ".join(str(error).split())[:_LONG]
    foreseen = isinstance(error, PlantFailed | HarnessError)
    return text if foreseen else f"{type(error).__name__}: {text}"


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {
        "kind": outcome.kind,
        "story": outcome.story,
        "rules": list(outcome.rules),
        "heals": outcome.heals,
        "verdict": str(outcome.verdict),
        "found": str(outcome.found),
        "seconds": outcome.seconds,
        "healed": None if outcome.healed is None else str(outcome.healed),
        "healed_after": outcome.healed_after,
        "clean": None if outcome.clean is None else str(outcome.clean),
        "says": list(outcome.says),
        "skipped": outcome.skipped,
    }


def from_plain(data: Mapping[str, Any]) -> Outcome:
    """Read an outcome that was stored. Raises KeyError, TypeError or ValueError for none."""
    verdicts = {
        name: None if data[name] is None else Verdict(data[name])
        for name in ("found", "healed", "clean")
    }
    return Outcome(
        data["kind"],
        data["story"],
        tuple(data["rules"]),
        data["heals"],
        verdicts["found"] or Verdict.UNKNOWN,
        data["seconds"],
        verdicts["healed"],
        data["healed_after"],
        verdicts["clean"],
        tuple(data["says"]),
        data["skipped"],
    )
