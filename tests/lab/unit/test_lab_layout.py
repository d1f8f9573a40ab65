from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.lab.layout import HOSTS, SOCKET_PATH_LIMIT, layout_of


def test_a_state_directory_that_is_just_short_enough_is_taken() -> None:
    tail = len("/hosts/compute1/run/libvirt-admin-sock")
    longest = "/" + "d" * (SOCKET_PATH_LIMIT - 1 - tail - 1)
    assert layout_of(Path(longest)).state == Path(longest)
    with pytest.raises(HarnessError, match="1 characters too long"):
        layout_of(Path(longest + "d"))


@pytest.mark.parametrize("name", ["/srv/my lab", "/srv/lab%1", "/srv/lab;x", "/srv/lab'"])
def test_signs_that_configuration_files_quote_differently_are_refused(name: str) -> None:
    with pytest.raises(HarnessError, match="blanks or special signs"):
        layout_of(Path(name))


def test_a_file_is_no_state_directory(short_path: Path) -> None:
    file = short_path / "file"
    file.touch()
    with pytest.raises(HarnessError, match="not a directory"):
        layout_of(file)


def test_a_relative_state_directory_becomes_absolute() -> None:
    assert layout_of(Path("lab")).state == Path.cwd() / "lab"


def test_the_libvirt_uri_names_the_socket_of_the_host() -> None:
    layout = layout_of(Path("/srv/lab"))
    for host in HOSTS:
        socket = layout.host(host) / "run" / "libvirt-sock"
        assert layout.libvirt_uri.format(host=host).endswith(f"socket={socket}")
