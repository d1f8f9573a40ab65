"""What `harness diagnose` says of a run: no server that failed is passed over in silence."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.cli import diagnose
from harness.cli.diagnose import of_run
from harness.cli.diagnosed import Diagnosis, report
from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.iterations.history import Iteration
from harness.core.rules.invariant import Check, Doubt
from harness.diagnosis.scene import Scene
from tests.invariants.clouds import RUN, Cloud, server
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
    assert text.startswith(
        "2 servers failed: 1 because of a quota, 1 because tests do not clean up."
    )
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
    text = "\n".join(report(Diagnosis(((None, Scene(Cloud().snapshot(), RUN)),))))
    assert text.startswith("No server that failed is seen.\nWHO HOLDS WHAT")
    assert "compute1: VCPU" in text


def test_the_log_tells_that_placement_itself_found_none(tmp_path: Path) -> None:
    log = tmp_path / "nova-scheduler.log"
    log.write_text(
        "INFO [req-1 admin] Got no allocation candidates from the Placement API. This could be\n"
        "DEBUG [req-2 admin] Filter ImagePropertiesFilter returned 0 hosts\n"
    )
    filtered = replace(BOOT, server="server-2", request="req-2")
    parts = diagnose._log_lines([BOOT, filtered, REFUSED], [str(log)])
    assert f"{log}: 2 lines of these requests" in parts[0]
    assert parts[1:] == [
        "Placement itself found no host for these, and no filter was asked: server-1."
    ]


def _scenes(*causes: Cause) -> Diagnosis:
    """Return servers that failed at the same moment of a cloud."""
    scene = Scene(Cloud().snapshot(), RUN)
    boots = [replace(BOOT, server=f"server-{n}", cause=cause) for n, cause in enumerate(causes)]
    return Diagnosis(tuple((boot, scene) for boot in boots))


def test_each_table_is_shown_once_and_what_is_not_shown_is_said() -> None:
    alike = _scenes(Cause.UNKNOWN, Cause.LEFT, Cause.LEAKED, Cause.QUOTA)
    another = Scene(Cloud(servers=(server("web"),)).snapshot(), RUN)
    text = "\n".join(report(Diagnosis((*alike.scenes, (BOOT, another)))))
    assert text.count("compute1: VCPU") == 1
    assert "WHO HELD WHAT when server server-1 failed" in text, "its cause is known"
    assert "The same to the unit when these failed: server-0, server-2, server-3." in text
    assert text.endswith("Who held what when the other 1 failed: `--server ID` tells of one.")


def test_a_line_for_each_comes_before_the_rest() -> None:
    parts = report(_scenes(Cause.UNKNOWN, Cause.LEFT))
    assert parts[1].split("\n") == [
        "2026-11-23T19:50:00  server-0  unknown",
        "2026-11-23T19:50:00  server-1  tests do not clean up",
    ]
    assert parts[2].startswith("server server-0: web")
    assert report(_scenes(Cause.LEFT))[1].startswith("server server-0: web"), "of one is no list"


def test_tables_are_left_out_where_it_is_no_matter_who_held_what() -> None:
    text = "\n".join(report(_scenes(Cause.QUOTA, Cause.OTHER)))
    assert "WHO HELD WHAT" not in text
    assert "the other 2 failed" in text
    assert "WHO HELD WHAT" in "\n".join(report(_scenes(Cause.QUOTA)))
