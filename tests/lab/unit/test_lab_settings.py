from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.lab import settings
from harness.lab.settings import Settings


def test_what_was_chosen_is_remembered_until_chosen_anew(tmp_path: Path) -> None:
    assert settings.load(tmp_path) == Settings(port_offset=0, audit_interval=10)
    settings.store(tmp_path, settings.chosen(settings.load(tmp_path), {"port_offset": 100}))
    again = settings.chosen(settings.load(tmp_path), {"audit_interval": 30})
    assert again == Settings(port_offset=100, audit_interval=30)


def test_nothing_chosen_changes_nothing() -> None:
    assert settings.chosen(Settings(7, 8), {}) == Settings(7, 8)


@pytest.mark.parametrize("name", ["audit_interval", "reaper_interval", "power_sync_interval"])
def test_an_interval_of_zero_would_mean_another_thing_to_nova(name: str) -> None:
    option = "--" + name.replace("_", "-")
    with pytest.raises(HarnessError, match=f"{option} must be at least 1, not 0"):
        settings.chosen(Settings(), {name: 0})


def test_there_are_not_less_than_no_fake_hosts() -> None:
    with pytest.raises(HarnessError, match="--fake-hosts must be at least 0, not -1"):
        settings.chosen(Settings(), {"fake_hosts": -1})


def test_settings_of_an_older_version_get_the_defaults_of_what_it_did_not_know(
    tmp_path: Path,
) -> None:
    (tmp_path / settings.FILE_NAME).write_text('{"port_offset": 3, "audit_interval": 4}')
    assert settings.load(tmp_path) == Settings(3, 4, 1800, 600)


@pytest.mark.parametrize("text", ["", "[]", '{"colour": 1}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / settings.FILE_NAME).write_text(text)
    with pytest.raises(HarnessError, match=r"cannot read .*settings.json"):
        settings.load(tmp_path)
