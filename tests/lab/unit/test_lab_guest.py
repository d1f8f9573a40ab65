import shutil
import subprocess
from pathlib import Path

import pytest

from harness.lab.guest import Entry, archive


@pytest.mark.skipif(shutil.which("cpio") is None, reason="there is no cpio to ask")
def test_cpio_unpacks_the_archive(tmp_path: Path) -> None:
    made = archive(
        [
            Entry("etc", 0o040755),
            Entry("etc/odd", 0o100640, b"12345"),
            Entry("etc/empty", 0o100755),
            Entry("link", 0o120777, b"etc/odd"),
        ]
    )
    subprocess.run(["cpio", "-i", "--quiet"], input=made, cwd=tmp_path, check=True)
    assert (tmp_path / "link").read_bytes() == b"12345"
    assert (tmp_path / "etc" / "odd").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "etc" / "empty").read_bytes() == b""


def test_every_header_and_every_file_begins_at_a_multiple_of_four() -> None:
    made = archive([Entry("a", 0o100644, b"xyz"), Entry("bc", 0o100644, b"")])
    places = [place for place in range(len(made)) if made.startswith(b"070701", place)]
    assert len(places) == 3
    assert not [place for place in places if place % 4]
    assert len(made) % 4 == 0
    assert made.index(b"xyz") % 4 == 0
