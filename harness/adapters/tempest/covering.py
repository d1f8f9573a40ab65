"""Covers secrets in what a run of tests left in its workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.tempest.workspace import Workspace

_PIECE = 4 << 20


def _as_it_is(data: bytes) -> bytes:
    return data


@dataclass(frozen=True)
class Covers:
    """How secrets are covered, in streams of results and in plain text: bytes of the same number.

    By default nothing is a secret.
    """

    stream: Callable[[bytes], bytes] = _as_it_is
    text: Callable[[bytes], bytes] = _as_it_is

    def cover(self, space: Workspace, iteration: int) -> None:
        """Cover what the tests of an iteration wrote; nothing of them must live by now."""
        results = [space.stream, space.repository / "failing"]
        runs = [path for path in space.repository.glob("*") if path.name.isdecimal()]
        results += sorted(runs, key=lambda path: int(path.name))[-1:]
        for path in results:
            if path.is_file():
                _rewrite(path, self.stream)
        for path in (space.errors, space.log(iteration)):
            if path.is_file():
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
