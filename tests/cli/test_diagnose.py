"""What `harness diagnose` says of a run: no server that failed is passed over in silence."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from harness.cli import diagnose
from harness.cli.diagnose import Told, of_run, report
from harness.core.boots import Cause, FailedBoot
from harness.core.history import Iteration
from harness.core.invariant import Check, Doubt
from harness.diagnosis.scene import Scene
from tests.invariants.clouds import RUN, Cloud
from tests.toys import RECORD

BOOT = FailedBoot(
    "server-1", "web", "made by a test", "2026-11-23T19:50:00Z", "No valid host", "req-1", "1 vCPU",
    Cause.LEFT, "a test left it.",
)  # fmt: skip
REFUSED = replace(BOOT, server="", name="m.C.test", request="", cause=Cause.QUOTA)
UNSEEN = Check(
    "no_server_in_error", doubts=(Doubt("servers", "", "servers was not seen: HTTP 503"),)
)


def _run(monkeypatch: pytest.MonkeyPatch, *iterations: Iteration) -> Any:
    """Return a store whose iterations are judged so, and gave up their captures."""
    monkeypatch.setattr(diagnose, "judged", lambda _store: SimpleNamespace(history=iterations))
    return SimpleNamespace(
        run_record=lambda: RECORD,
        end_record=lambda: None,
        resumptions=lambda: (),
        windows=lambda: (),
        evidence_of=lambda _number: SimpleNamespace(captures=()),
    )


def test_what_gave_up_its_captures_or_never_was_a_server_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = _run(monkeypatch, Iteration(0, 0, 1), Iteration(1, 1, 2, boots=(BOOT, REFUSED)))
    told = of_run(store, None)
    assert told.boots == [BOOT, REFUSED]
    text = "\n".join(report(told))
    assert text.startswith("2 servers failed: 1 quota, 1 tests do not clean up.")
    assert "no server: m.C.test" in text
    assert "Of 1 of them it is not kept any more who held what" in text
    assert of_run(store, "server-1").boots == [BOOT]


def test_a_look_that_did_not_see_the_servers_is_no_look_without_failures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = _run(monkeypatch, Iteration(0, 0, 1), Iteration(3, 1, 2, checks=(UNSEEN,)))
    told = of_run(store, None)
    assert told.unknown == ("iteration 3: servers was not seen: HTTP 503",)
    assert "It is not known whether others did" in "\n".join(report(told))


def test_a_cloud_in_which_nothing_failed_shows_who_holds_what() -> None:
    text = "\n".join(report(Told(((None, Scene(Cloud().snapshot(), RUN)),))))
    assert text.startswith("No server that failed is seen.\nWHO HOLDS WHAT")
    assert "compute1: VCPU" in text
