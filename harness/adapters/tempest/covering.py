"""Covers secrets in what a run of tests left in its workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.tempest.workspace import Workspace

_PIECE = 4 << 20
_SLACK = 2.0
"""Seconds by which a file system's clock may be behind."""


def _as_it_is(data: bytes) -> bytes:
    return data


@dataclass(frozen=True)
class Covers:
    """How secrets are covered, in streams of results and in plain text: bytes of the same number.

    By default nothing is a secret.
    """

    stream: Callable[[bytes], bytes] = _as_it_is
    text: Callable[[bytes], bytes] = _as_it_is

    def cover(self, space: Workspace, since: float) -> None:
        """Cover what tests wrote since then (seconds since the epoch); none must live by now."""
        results = [space.stream, space.repository / "failing"]
        runs = [path for path in space.repository.glob("*") if path.name.isdecimal()]
        results += sorted(runs, key=lambda path: int(path.name))[-1:]
        for path in results:
            if path.is_file():
                _rewrite(path, self.stream)
        for path in (space.errors, *space.logs.glob("*")):
            if path.is_file() and path.stat().st_mtime >= since - _SLACK:
                _in_pieces(path, self.text)


def _rewrite(path: Path, cover: Callable[[bytes], bytes]) -> None:
    content = path.read_bytes()
    covered = cover(content)
    if covered != content:
        path.write_bytes(covered)


def _in_pieces(path: Path, cover: Callable[[bytes], bytes]) -> None:
    """Cover a long text in its place, so many whole lines at a time."""
    with path.open("r+b") as file:
        at = 0
        while lines := file.readlines(_PIECE):
            piece = b"".join(lines)
            covered = cover(piece)
            if covered != piece:
                file.seek(at)
                file.write(covered)
            at += len(piece)
            file.seek(at)
