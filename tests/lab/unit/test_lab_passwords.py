import re
from pathlib import Path

from harness.lab import passwords


def test_they_are_made_once_for_the_owner_only(tmp_path: Path) -> None:
    made = passwords.load_or_make(tmp_path)
    assert passwords.load_or_make(tmp_path) == made
    assert (tmp_path / passwords.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_no_two_are_the_same_and_none_needs_quoting(tmp_path: Path) -> None:
    made = passwords.load_or_make(tmp_path)
    assert len(set(made.values())) == len(passwords.NAMES)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{20,}", value) for value in made.values())
