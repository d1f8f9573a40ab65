"""Secrets are taken out by value, by name and by place, and what is none stays."""

import base64
import json

import pytest

from harness.core.redaction import GONE, NOTHING, Secrets, is_secret, secrets_in

SECRET = "s3cr3t/+&'é 7?"
KNOWN = Secrets.of([SECRET])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"adminPass": "abc", "x": 1}', '{"adminPass": "***", "x": 1}'),
        ("{'password': 'it\\'s'}", "{'password': '***'}"),
        ("password=hunter2 rest", "password=*** rest"),
        ("admin_password = hunter2\nnext = 1", "admin_password = ***\nnext = 1"),
        ("X-Auth-Token: gAAA-x_y and", "X-Auth-Token: *** and"),
        ("Authorization: Basic abcd= ", "Authorization: Basic *** "),
        ("http://u:pw@h/x and http://h:80/x", "http://u:***@h/x and http://h:80/x"),
        ('\\"password\\": \\"abc\\"', '\\"password\\": \\"***\\"'),
        ("<graphics passwd='x'/>", "<graphics passwd='***'/>"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc", "-----BEGIN RSA PRIVATE KEY-----***"),
    ],
)
def test_what_a_name_or_a_place_tells(text: str, shown: str) -> None:
    assert NOTHING.shown(text) == shown
    assert len(NOTHING.masked(text.encode())) == len(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a token is needed: no",
        "monkey: banana",
        '{"password_expires_at": "x", "key_name": "k", "user_data": null, "token": false}',
        "http://127.0.0.1:8774/v2.1/servers?limit=1",
        "-----BEGIN CERTIFICATE-----\nabc",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert NOTHING.shown(text) == text
    assert NOTHING.masked(text.encode()) == text.encode()


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
def test_a_known_value_is_found_in_base64(before: str) -> None:
    text = base64.b64encode(f"{before}{SECRET}".encode()).decode()
    assert GONE in KNOWN.shown(f"saw {text}")


def test_json_stays_json() -> None:
    told = {
        "n": {"secret": {"payload": "x"}},
        "token": 5,
        "credentials": [{"a": "b"}],
        "user_data": None,
        "fault": "password: abc, x",
        "told": 'he said "password": "abc"',
        "known": f"<{SECRET}>",
        "last": "the password:",
        "next": "kept",
    }
    assert KNOWN.read(json.dumps(told)) == {
        "n": {"secret": GONE},
        "token": GONE,
        "credentials": GONE,
        "user_data": None,
        "fault": "password: ***, x",
        "told": 'he said "password": "***"',
        "known": "<***>",
        "last": "the password:",
        "next": "kept",
    }


def test_a_known_value_that_is_a_number_breaks_no_json() -> None:
    said = Secrets.of(["12345678"]).read('{"size": 123456789, "text": "x12345678"}')
    assert said == {"size": 123456789, "text": "x***"}


def test_a_common_word_is_no_value_to_look_for() -> None:
    assert Secrets.of(["admin", "", None, 7]).values == frozenset()
    assert "s3cr3t" not in repr(KNOWN)


def test_fields_of_secrets() -> None:
    assert [is_secret(n) for n in ("OS_PASSWORD", "adminPass", "X-Auth-Token")] == [True] * 3
    assert [is_secret(n) for n in ("key_name", "password_expires_at", "pass")] == [False] * 3
    found = secrets_in({"auth": {"password": "a", "url": "http://u:b@h/"}, "tokens": ["c"]})
    assert sorted(found) == ["a", "b"]
