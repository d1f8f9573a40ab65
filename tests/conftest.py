"""What all tests share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow to draw and to answer; how fast anything is belongs in benchmarks.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A new folder whose name leaves room for the sockets of a lab (107 bytes of path)."""
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        yield Path(folder)
