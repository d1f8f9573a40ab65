"""No command stumbles over a long body that is damaged in the evidence, or that is no JSON."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.adapters.store import RunStore
from harness.cli.app import main
from harness.cli.findings import findings_of
from harness.core.answers.members import BODY, member, members
from harness.core.errors import EXIT_FAIL, EXIT_UNKNOWN
from harness.core.rules.reading import Patience
from tests.test_replay import _live, _observe_real, _real_laws
from tests.toys import FakeClock


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results directory with a run, named "leaky", that has long bodies in its evidence."""
    path, clock = tmp_path_factory.mktemp("results"), FakeClock(time=1795464000.0)
    changes = {"clock": clock, "observe": _observe_real(clock), "iterations": 1}
    _live(path / "leaky", _real_laws(Patience(1.5, 60.0), 600.0), settle_limit=180.0, **changes)
    return path


def _flipped(part: bytes) -> bytes:
    return part[:-20] + bytes([part[-20] ^ 0x5A]) + part[-19:]


def _no_json(_part: bytes) -> bytes:
    return member("{", BODY)


@pytest.fixture(params=[_flipped, _no_json])
def damaged(request: pytest.FixtureRequest, whole: Path, tmp_path: Path) -> Path:
    """The same with every long body damaged in the last observation of each iteration."""
    change: Callable[[bytes], bytes] = request.param
    shutil.copytree(whole / "leaky", tmp_path / "leaky")
    for folder in (tmp_path / "leaky/evidence").glob("[0-9]*"):
        path = max(folder.glob("capture-*"))
        parts = list(members(path.read_bytes()))
        assert BODY in dict(parts)
        path.write_bytes(b"".join(change(part) if kind == BODY else part for kind, part in parts))
    return tmp_path


def _said(capsys: pytest.CaptureFixture[str], results: Path, *argv: str) -> str:
    capsys.readouterr()
    assert main([*argv, "--results", str(results)]) in (0, EXIT_FAIL, EXIT_UNKNOWN)
    told = capsys.readouterr()
    assert "Traceback (most recent" not in told.out + told.err
    return told.out


def test_what_cannot_be_read_is_unknown(capsys: pytest.CaptureFixture[str], damaged: Path) -> None:
    _said(capsys, damaged, "replay", "leaky")
    told = _said(capsys, damaged, "show", "leaky", "1")
    assert "cannot be read" in told
    assert "UNKNOWN" in told
    assert "UNKNOWN" in _said(capsys, damaged, "show", "leaky")
    assert "leaky" in _said(capsys, damaged, "list")


def test_the_rest_is_explained(capsys: pytest.CaptureFixture[str], damaged: Path) -> None:
    found = findings_of(RunStore(damaged / "leaky"))
    assert found, "the findings were kept when they were made"
    for finding, _ in found:
        told = _said(capsys, damaged, "explain", "leaky", finding.id)
        assert "REQUEST IDS" in told
    assert _said(capsys, damaged, "findings", "leaky")


def test_it_is_diagnosed_as_far_as_it_goes(
    capsys: pytest.CaptureFixture[str], damaged: Path
) -> None:
    assert "not known" in _said(capsys, damaged, "diagnose", "leaky")
