import signal

import pytest

from harness.core.errors import HarnessError
from harness.lab import faults


@pytest.mark.parametrize("name", ["KILL", "kill", "SIGKILL", "sigkill"])
def test_a_signal_has_its_name_with_or_without_sig(name: str) -> None:
    assert faults.signal_number(name) == signal.SIGKILL


@pytest.mark.parametrize("name", ["", "FOO", "9"])
def test_an_unknown_signal_is_refused(name: str) -> None:
    with pytest.raises(HarnessError, match="there is no signal"):
        faults.signal_number(name)
