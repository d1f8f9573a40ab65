"""What the nightly build does, seen on a run of the Jenkinsfile with recording steps."""

import pytest
from jenkinsfile import scenarios

from harness.config import list_opts

RESULTS = {
    "pass": "SUCCESS",
    "lab": "SUCCESS",
    "fail": "UNSTABLE",
    "unknown": "UNSTABLE",
    "fail that the test report does not show": "UNSTABLE",
    "usage": "FAILURE",
    "crash": "FAILURE",
    "cloud that does not answer": "FAILURE",
    "killed": "FAILURE",
    "lock taken": "FAILURE",
    "verdict without a test report": "FAILURE",
    "reports that cannot be made": "FAILURE",
    "install fails": "FAILURE",
    "abort": "ABORTED",
    "abort of the reports": "ABORTED",
}


def steps(outcome, name, within=""):
    """The arguments of every step of that name, GStrings as plain text."""
    return [
        {key: _text(value) for key, value in event["args"].items()}
        for event in outcome["events"]
        if event["step"] == name and (not within or within in event["within"])
    ]


def _text(value):
    if isinstance(value, dict):
        return value.get("gstring") or {key: _text(one) for key, one in value.items()}
    return [_text(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("scenario", "result"), RESULTS.items())
def test_a_verdict_becomes_the_result(outcomes, scenario, result):
    assert outcomes[scenario]["result"] == result


@pytest.mark.parametrize(
    "scenario", ["pass", "fail", "unknown", "crash", "killed", "abort", "abort of the reports"]
)
def test_everything_is_published_whatever_happens(outcomes, scenario):
    told = [
        event["args"].get("label", event["step"])
        for event in outcomes[scenario]["events"]
        if "post always" in event["within"]
        and event["step"] in ("sh", "junit", "plot", "archiveArtifacts")
    ]
    assert told == [scenarios.REPORT, "archiveArtifacts", scenarios.DESCRIBE, "junit", "plot"]


def test_without_a_test_report_the_artifacts_are_kept_all_the_same(outcomes):
    outcome = outcomes["verdict without a test report"]
    (kept,) = steps(outcome, "archiveArtifacts")
    assert kept["allowEmptyArchive"] is True
    assert kept["artifacts"].split(",") == [
        "results/build-7/evidence/**",
        "results/build-7/derived/**",
    ], "tempest's workspace may hold its tempest.conf after a kill, and with it a password"
    assert "allowEmptyResults" not in steps(outcome, "junit")[0]


def test_one_report_with_constant_names_is_published(outcomes):
    (junit,) = steps(outcomes["fail"], "junit")
    assert junit == {
        "testResults": "results/build-7/derived/junit/run.xml",
        "keepProperties": True,
        "keepTestNames": True,
        "stdioRetention": "FAILED",
        "skipPublishingChecks": True,
    }


def test_the_plot_has_one_csv_and_keeps_what_discarded_builds_gave(outcomes):
    (plot,) = steps(outcomes["fail"], "plot")
    (series,) = plot["csvSeries"]
    assert series["file"] == "results/build-7/derived/plot/deltas.csv"
    assert plot["keepRecords"] is True
    assert plot["csvFileName"] == "soak-leaks.csv"


def test_the_description_is_the_first_line_of_the_report(outcomes):
    assert outcomes["fail"]["description"] == "FAIL 2 leaks"
    assert outcomes["abort"]["description"] == "UNKNOWN no end mark"


def test_the_run_is_of_this_build(outcomes):
    assert outcomes["pass"]["env"]["RUN"] == "build-7"


@pytest.mark.parametrize(
    ("scenario", "hours"), [("pass", 8), ("lab", 8), ("half an hour", 0.5), ("a week", 168)]
)
def test_the_timeout_is_above_the_hours_of_the_soak(outcomes, scenario, hours):
    stage = f"stage {scenarios.SOAK_LAB if scenario == 'lab' else scenarios.SOAK_CLOUD}"
    (timeout,) = steps(outcomes[scenario], "timeout", within=stage)
    assert timeout == {"time": hours * 60 + 180, "unit": "MINUTES"}


def test_the_timeout_leaves_time_for_a_last_iteration(outcomes):
    defaults = {
        (str(group), option.name): option.default
        for group, options in list_opts()
        for option in options
    }
    (timeout,) = steps(outcomes["pass"], "timeout", within=f"stage {scenarios.SOAK_CLOUD}")
    last = defaults["tempest", "iteration_timeout"] + defaults["settle", "limit"]
    assert (timeout["time"] - 8 * 60) * 60 > last + 30 * 60


@pytest.mark.parametrize("scenario", ["pass", "lab"])
def test_a_night_is_over_before_the_next_one(outcomes, scenario):
    minutes = [timeout["time"] for timeout in steps(outcomes[scenario], "timeout")]
    assert sum(minutes) < 24 * 60
    (cron,) = steps(outcomes[scenario], "cron")
    minute, hour, *days = cron[""].split()
    assert minute == "H"
    assert hour.isdigit()
    assert days == ["*", "*", "*"]


def test_no_timeout_lies_around_the_publishing(outcomes):
    # A timeout kills what still runs in it 60 s later, and that would be the publishing.
    for event in outcomes["fail"]["events"]:
        assert event["step"] != "timeout" or "options" not in event["within"]
        if event["step"] in ("junit", "plot", "archiveArtifacts"):
            assert event["within"] == ["stage Nightly", "post always"]


@pytest.mark.parametrize("scenario", ["pass", "lab"])
def test_whatever_may_hang_has_a_timeout(outcomes, scenario):
    for event in outcomes[scenario]["events"]:
        if event["step"] == "sh" and event["args"]["label"] != scenarios.DESCRIBE:
            assert "timeout" in event["within"], event["args"]["label"]


def test_secrets_are_files_bound_around_the_soak_of_a_cloud_only(outcomes):
    (bound,) = steps(outcomes["pass"], "withCredentials")
    assert [kind for binding in bound[""] for kind in binding] == ["file", "file", "file"]
    inside = [
        event["args"]["label"]
        for event in outcomes["pass"]["events"]
        if event["step"] == "sh" and "withCredentials" in event["within"]
    ]
    assert inside == [scenarios.SOAK_CLOUD]
    assert steps(outcomes["lab"], "withCredentials") == []


def test_no_script_comes_from_an_interpolated_text(outcomes):
    for outcome in outcomes.values():
        for event in outcome["events"]:
            assert event["step"] != "sh" or isinstance(event["args"]["script"], str)


@pytest.mark.parametrize(
    ("scenario", "stages"),
    [
        ("pass", [scenarios.INSTALL, scenarios.SOAK_CLOUD]),
        ("lab", [scenarios.INSTALL, scenarios.LAB_UP, scenarios.SOAK_LAB]),
        ("install fails", [scenarios.INSTALL]),
    ],
)
def test_an_empty_cloud_means_the_lab(outcomes, scenario, stages):
    ran = [
        event["args"]["label"]
        for event in outcomes[scenario]["events"]
        if event["step"] == "sh" and not any("post" in place for place in event["within"])
    ]
    assert ran == stages


def test_the_agent_is_asked_for_after_the_lock(outcomes):
    assert steps(outcomes["pass"], "lock", within="options") == [{"resource": "openstack-soak"}]
    assert steps(outcomes["pass"], "label", within="agent") == [{"": "openstack-soak"}]


def test_builds_do_not_overlap_and_old_ones_go(outcomes):
    options = [
        event["step"] for event in outcomes["pass"]["events"] if "options" in event["within"]
    ]
    assert {"disableConcurrentBuilds", "buildDiscarder", "timestamps"} <= set(options)
    (kept,) = steps(outcomes["pass"], "logRotator")
    assert int(kept["artifactNumToKeepStr"]) < int(kept["numToKeepStr"])
