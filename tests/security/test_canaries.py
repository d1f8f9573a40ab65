"""No secret comes out, whatever is run: each output of each command is searched."""

import base64
import gzip
import json
import stat
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.canaries import CANARIES, Written, found, plain, value
from tests.security.loopback import listening
from tests.security.rehearsal import Rehearsal, prepare, tainted

CONF = ("--config-file", "harness.conf")


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Run every command, with logs, with failures, and with an API that echoes what it was sent."""
    pytest.importorskip("libvirt")
    with listening(tainted) as cloud:
        play = prepare(tmp_path_factory.mktemp("canaries"), cloud)
        loud = ("--debug", "-v", "-v", "--log-file")
        play.harness(*loud, "out/soak.log", "soak", "--iterations", "2", "--run", "r", *CONF,
                     name="soak")  # fmt: skip
        for words in (("replay", "r"), ("show", "r", "1"), ("list",)):
            play.harness(*words, *CONF, name=words[0])
        play.harness("findings", "r", "-f", "json", *CONF)
        rows = json.loads(_last(play, "findings stdout"))
        orphan = next(row for row in rows if row["rule"] == "domain_has_server")
        play.harness("explain", "r", orphan["id"], *CONF)
        play.harness("--debug", "selftest", *CONF, name="selftest")
        cloud.echo = "/compute"
        play.harness(*loud, "out/check.log", "check", "-f", "json", *CONF, name="check")
        cloud.echo = "/v3/auth"
        play.harness("-v", "-v", "check", *CONF, name="login")
        play.harness("--debug", "check", "--cloud", "mine", *CONF, name="certificate")
        _spoil(play)
        yield play


def _spoil(play: Rehearsal) -> None:
    """Run over files that are no YAML or INI, where a password stands in the wrong line."""
    secure = play.folder / "secure.yaml"
    secure.write_text(f"clouds:\n  other: {{password: '{plain('secure-yaml')}\n")
    play.harness("--debug", "check", *CONF, name="bad secure.yaml")
    clouds = play.folder / "clouds.yaml"
    clouds.write_text(f"clouds:\n  other: {{password: '{plain('cloud-password')}\n")
    play.harness("--debug", "check", *CONF, name="bad clouds.yaml")
    uri = f"qemu+ssh://root:{plain('libvirt-uri')}@{{host}}/system"
    (play.folder / "uri.conf").write_text(f"[cloud]\nname = other\n[libvirt]\nuri = {uri}\n")
    play.harness("--debug", "check", "--config-file", "uri.conf", name="password in a URI")


def _last(play: Rehearsal, name: str) -> bytes:
    return next(each.content for each in reversed(play.written) if each.name == name)


def test_no_output_holds_a_canary(rehearsed: Rehearsal) -> None:
    outputs = list(rehearsed.outputs())
    assert found(outputs) == []
    assert len(outputs) > 50, "fewer outputs were searched than there are"
    assert sum(len(each.content) for each in outputs) > 100_000


def test_the_commands_did_their_work(rehearsed: Rehearsal) -> None:
    """What ended in an error at once would have had no chance to tell."""
    codes = rehearsed.codes
    assert codes["soak"] == 1, _last(rehearsed, "soak stderr")
    assert {codes[name] for name in ("show", "list", "findings", "explain")} == {0}
    assert codes["check"] in (1, 2)
    assert {codes[name] for name in ("selftest", "bad clouds.yaml")} == {64}
    text = b"".join(each.content for each in rehearsed.outputs())
    for words in (b"***", b"[500] (left out)", b"domain_has_server", b"HTTP 500"):
        assert words in text


def test_what_was_asked_was_answered_with_canaries(rehearsed: Rehearsal) -> None:
    sent = [
        Written(path, json.dumps(body).encode()) for path, body in rehearsed.cloud.lists.items()
    ]
    kinds = {each.split(" ")[0] for each in found(sent)}
    for kind in (
        "admin-pass",
        "user-data",
        "metadata",
        "chap",
        "header!",
        "cloud-password",
        "key!",
    ):
        assert kind in kinds


def test_what_holds_credentials_is_for_its_owner_alone(rehearsed: Rehearsal) -> None:
    out = rehearsed.folder / "out"
    for path in (out / "results" / "r", out / "results" / "r" / "workspace", out / "soak.log"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert not list(out.rglob("tempest.conf"))


@pytest.mark.parametrize("kind", sorted(CANARIES))
def test_the_search_finds_what_is_there(kind: str) -> None:
    secret = CANARIES[kind]
    hidden = (
        f"x{secret}x",
        json.dumps({"a": secret}),
        json.dumps({"a": secret}, ensure_ascii=False),
        repr([secret]),
        f"http://h/?q={urllib.parse.quote_plus(secret)}",
        f"Basic {base64.b64encode(f'user:{secret}'.encode()).decode()}",
        f"Basic {base64.b64encode(f'me:{secret}'.encode()).decode()}",
    )
    for text in hidden:
        assert f"{kind} in o" in found([Written("o", text.encode())]), text
        assert f"{kind} in o" in found([Written("o", gzip.compress(text.encode()))])
    assert found([Written("o", b"nothing of it")]) == []


def test_every_kind_is_told_from_the_others() -> None:
    assert value("token") != plain("token")
    assert len(set(CANARIES.values())) == len(CANARIES)


def test_every_canary_is_planted() -> None:
    here = Path(__file__).parent
    text = "".join(path.read_text() for path in sorted(here.glob("*.py")))
    from tests.security.canaries import KINDS

    for kind in KINDS:
        assert f'value("{kind}")' in text or f'plain("{kind}")' in text or f"'{kind}')" in text
