"""What a diagnosis found, in paragraphs: the gist, one line each, then the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.core.iterations.boots import Cause, FailedBoot
from harness.diagnosis.everything import sheets_of
from harness.diagnosis.scene import Scene
from harness.diagnosis.telling import tables
from harness.reports.failed_boots import gist
from harness.reports.failed_boots import told as boot_told
from harness.reports.layout import table
from harness.reports.plain_text import line, some

_IN_FULL = 20
_LISTED = 100
_NO_TABLES = frozenset({Cause.QUOTA, Cause.OTHER, Cause.NO_FAULT, Cause.TOO_LARGE})
"""Causes for which it is no matter who held what."""
Told = tuple[FailedBoot | None, Scene | None]


@dataclass(frozen=True)
class Diagnosis:
    """The servers that failed, each with the scene of that moment, None where it is not kept; a
    scene without a server is the cloud as it is.

    ``unknown`` says of which looks it is not known whether any did.
    """

    scenes: tuple[Told, ...]
    unknown: tuple[str, ...] = ()

    @property
    def boots(self) -> list[FailedBoot]:
        return [boot for boot, _ in self.scenes if boot]


def report(found: Diagnosis) -> list[str]:
    """Return what is said of them, in paragraphs."""
    failed = found.boots
    counts = Counter(boot.cause for boot in failed)
    parts = [f"{gist(counts)}." if failed else "No server that failed is seen."]
    if found.unknown:
        lines = some([line(each) for each in found.unknown], _IN_FULL)
        parts.append("\n".join(["It is not known whether others did:", *lines]))
    if len(failed) > 1:
        parts.append("\n".join(some(table([*map(_row, failed)]), _LISTED, " servers")))
    parts += ["\n".join(boot_told(boot)) for boot in failed[:_IN_FULL]]
    if len(failed) > _IN_FULL:
        parts.append(f"... {len(failed) - _IN_FULL} more; `--server ID` tells of one")
    parts += _tables(found.scenes)
    without = sum(1 for boot, scene in found.scenes if boot and boot.server and scene is None)
    if without:
        parts.append(f"Of {without} of them it is not kept any more who held what (--keep).")
    return parts


def _row(boot: FailedBoot) -> list[str]:
    at = line(boot.at)[: len("2026-11-26T16:11:33")]
    return [at, line(boot.server) or f"no server: {line(boot.name)}", str(boot.cause)]


def _tables(scenes: Sequence[Told]) -> Iterator[str]:
    """Yield who held what at one moment, and of which others the same is true or not shown."""
    shown = _worth_showing(scenes)
    texts: list[str] = []
    if shown:
        boot, scene = shown
        texts, unseen = _texts(scene)
        moment = f"WHO HELD WHAT when server {line(boot.server)} failed" if boot else ""
        yield "\n".join([moment or "WHO HOLDS WHAT", *map(line, unseen)])
        yield from texts
    rest = [(b, s) for b, s in scenes if b and s and not (shown and b is shown[0])]
    same = [b.server for b, s in rest[:_IN_FULL] if texts and _texts(s)[0] == texts]
    if same:
        yield f"The same to the unit when these failed: {', '.join(map(line, same))}."
    if more := len(rest) - len(same):
        yield f"Who held what when the other {more} failed: `--server ID` tells of one."


def _texts(scene: Scene) -> tuple[list[str], tuple[str, ...]]:
    """Return the tables of a scene, and one line for each view that was not seen."""
    sheets, unseen = sheets_of(scene)
    return list(tables(sheets)), unseen


def _worth_showing(scenes: Sequence[Told]) -> tuple[FailedBoot | None, Scene] | None:
    """Return the first scene where it matters who held what, one whose cause is known before
    others; the only one in any case."""
    kept = [(boot, scene) for boot, scene in scenes if scene is not None]
    if len(kept) == 1:
        return kept[0]
    matter = [(b, scene) for b, scene in kept if b is None or b.cause not in _NO_TABLES]
    known = [(b, scene) for b, scene in matter if b is None or b.cause is not Cause.UNKNOWN]
    return next(iter([*known, *matter]), None)
