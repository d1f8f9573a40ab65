"""The ledger outlives its writer, and is of one cloud and one self-test at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.selftest.ledger import Ledger


def test_an_intent_is_on_the_disk_before_the_step_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "ledger.json"
    with Ledger(path, "cloud") as ledger:
        ledger.kind = "ghost_server"
        ledger.intend("server_is_gone", {"name": "a"})
        ledger.intend("domain_is_gone", {"host": "h", "domain": "d"})
        ledger.drop(ledger.entries[0])
    with Ledger(path, "cloud") as again:
        (entry,) = again.entries
        assert (entry.kind, entry.undo) == ("ghost_server", "domain_is_gone")
        assert entry.args == {"host": "h", "domain": "d"}


def test_a_writer_that_is_killed_leaves_its_intents(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    text = (
        "import os, signal, sys; from pathlib import Path; "
        "from harness.selftest.ledger import Ledger; "
        "ledger = Ledger(Path(sys.argv[1]), 'cloud').__enter__(); "
        "ledger.intend('port_is_gone', {'name': 'p'}); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", text, str(path)], check=False)
    assert done.returncode == -9
    with Ledger(path, "cloud") as ledger:
        assert [entry.undo for entry in ledger.entries] == ["port_is_gone"]


def test_two_self_tests_do_not_use_one_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    with (
        Ledger(path, "cloud"),
        pytest.raises(HarnessError, match="another self-test"),
        Ledger(path, "cloud"),
    ):
        pass


def test_what_was_planted_in_another_cloud_is_not_undone_here(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    with Ledger(path, "one") as ledger:
        ledger.intend("port_is_gone", {"name": "p"})
    with pytest.raises(HarnessError, match="planted in one"), Ledger(path, "two"):
        pass


@pytest.mark.parametrize("text", ["", "[]", '{"cloud": "c"}', '{"cloud": "c", "entries": [1]}'])
def test_a_ledger_that_cannot_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(text)
    with pytest.raises(HarnessError, match="is not known"), Ledger(path, "c"):
        pass
