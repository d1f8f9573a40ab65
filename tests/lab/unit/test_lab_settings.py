from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.lab import settings
from harness.lab.settings import Settings


def test_what_was_chosen_is_remembered_until_chosen_anew(tmp_path: Path) -> None:
    assert settings.load(tmp_path) == Settings(port_offset=0, audit_interval=10)
    settings.store(tmp_path, settings.chosen(settings.load(tmp_path), 100, None))
    again = settings.chosen(settings.load(tmp_path), None, 30)
    assert again == Settings(port_offset=100, audit_interval=30)


def test_nothing_chosen_changes_nothing() -> None:
    assert settings.chosen(Settings(7, 8), None, None) == Settings(7, 8)


def test_an_audit_interval_of_zero_would_mean_a_minute_to_nova() -> None:
    with pytest.raises(HarnessError, match="at least 1 second, not 0"):
        settings.chosen(Settings(), None, 0)


@pytest.mark.parametrize("text", ["", "[]", '{"colour": 1}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / settings.FILE_NAME).write_text(text)
    with pytest.raises(HarnessError, match=r"cannot read .*settings.json"):
        settings.load(tmp_path)
