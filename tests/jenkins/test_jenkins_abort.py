"""An abort: SIGTERM twice to all of the step's processes, and still a verdict and reports."""

from jenkinsfile import scenarios


def test_the_driver_ends_by_itself_and_its_exit_code_is_kept(scripts, workspace):
    soak = workspace.start(scripts[scenarios.SOAK_CLOUD], FAKE_LONG="1", FAKE_EXIT="2")
    workspace.wait_for("began")
    workspace.abort()
    workspace.abort()
    assert soak.code() == 2
    assert int((workspace.folder / "ended").read_text()) >= 1


def test_without_exec_the_shell_dies_and_the_driver_is_left_behind(scripts, workspace):
    script = scripts[scenarios.SOAK_CLOUD].replace('exec "$HARNESS" soak', '"$HARNESS" soak')
    soak = workspace.start(script, FAKE_LONG="1", FAKE_EXIT="2")
    workspace.wait_for("began")
    workspace.abort()
    workspace.abort()
    assert soak.code() == 143
    assert not (workspace.folder / "ended").exists()
    workspace.wait_for("ended")


def test_the_reports_wait_for_a_driver_that_is_still_ending(scripts, workspace):
    soak = workspace.start(scripts[scenarios.SOAK_CLOUD], FAKE_LONG="1", FAKE_EXIT="2")
    workspace.wait_for("began")
    workspace.abort()
    code, _ = workspace.run(scripts[scenarios.REPORT])
    assert code == 0
    replay = workspace.calls()[-1]
    assert (replay["arguments"][0], replay["ended before"]) == ("replay", True)
    assert soak.code() == 2


def test_a_driver_that_does_not_end_is_killed_before_the_reports(scripts, workspace):
    soak = workspace.start(scripts[scenarios.SOAK_CLOUD], FAKE_LONG="1", FAKE_DEAF="1")
    workspace.wait_for("began")
    workspace.abort()
    code, log = workspace.run(scripts[scenarios.REPORT], DRIVER_GRACE="1", FAKE_EXIT="2")
    assert (code, "killing it" in log) == (2, True)
    assert workspace.calls()[-1]["arguments"][0] == "replay"
    assert soak.code() == 137


def test_a_second_driver_in_the_workspace_gives_no_verdict(scripts, workspace):
    soak = workspace.start(scripts[scenarios.SOAK_CLOUD], FAKE_LONG="1")
    workspace.wait_for("began")
    code, _ = workspace.run(scripts[scenarios.SOAK_CLOUD], RUN="build-8")
    assert code == 75
    workspace.abort()
    assert soak.code() == 0


def test_an_abort_does_not_reach_the_lab(scripts, workspace):
    workspace.run(scripts[scenarios.LAB_UP], CLOUD="")
    workspace.run(scripts[scenarios.SOAK_LAB], CLOUD="")
    up, soak = workspace.calls()
    assert (up["arguments"], up["cookie"]) == (["lab", "up"], None)
    assert soak["cookie"] == workspace.cookie
