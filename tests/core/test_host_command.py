"""Commands that reach a host: checked once, and a host's name is never more than a name."""

import shlex

import pytest

from harness.core.host_command import checked, words


@pytest.mark.parametrize("text", ["", "  ", "off", " off "])
def test_no_command(text: str) -> None:
    assert checked(text) == ""


def test_ssh_is_kept_from_asking_questions() -> None:
    command = checked("ssh nova@{host} sudo -n python3 -")
    assert shlex.split(command)[:4] == ["ssh", "-o", "BatchMode=yes", "nova@{host}"]
    given = "/usr/bin/ssh -o BatchMode=yes -o ConnectTimeout=5 nova@{host} python3 -"
    assert shlex.split(checked(given)) == shlex.split(given)
    assert checked(command) == command


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ssh 'nova@{host} python3 -", "quote it as in a shell"),
        ("ssh -o StrictHostKeyChecking=no nova@{host} python3 -", "takes a host's key as it comes"),
        ("ssh -oStrictHostKeyChecking=off nova@{host} python3 -", "takes a host's key"),
        ("ssh -o 'stricthostkeychecking accept-new' {host} python3 -", "takes a host's key"),
        ("sshpass -p geheim ssh nova@{host} python3 -", "has a password in it"),
        ("sshpass -pgeheim ssh nova@{host} python3 -", "has a password in it"),
    ],
)
def test_what_is_not_safe_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as error:
        checked(text)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("host", ["compute1; reboot", "$(reboot)", "a b", "'x'", "{host}"])
def test_a_name_stays_in_its_word(host: str) -> None:
    assert words("ssh nova@{host} python3 -", host) == ["ssh", f"nova@{host}", "python3", "-"]
