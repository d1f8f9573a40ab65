"""Every script of the Jenkinsfile, run on an agent's workspace with a fake harness."""

import subprocess
from importlib.metadata import entry_points

import pytest
from jenkinsfile import scenarios

from harness.cli.app import HarnessApp

VERDICTS = {0: "SUCCESS", 1: "UNSTABLE", 2: "UNSTABLE", 64: "FAILURE", 70: "FAILURE"}
SCENARIO_OF = {0: "pass", 1: "fail", 2: "unknown", 64: "usage", 70: "crash"}
LAB = {"CLOUD": ""}


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_every_script_is_shell(scripts, shell):
    assert len(scripts) == 7
    for label, script in scripts.items():
        checked = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
        assert (checked.returncode, checked.stderr) == (0, ""), label


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("code", VERDICTS)
def test_an_exit_code_of_the_soak_becomes_the_result(outcomes, scripts, workspace, code, shell):
    seen, _ = workspace.run(scripts[scenarios.SOAK_CLOUD], shell, FAKE_EXIT=str(code))
    assert seen == code
    assert scenarios.SCENARIOS[SCENARIO_OF[code]]["status"].get(scenarios.SOAK_CLOUD, 0) == seen
    assert outcomes[SCENARIO_OF[code]]["result"] == VERDICTS[code]


def test_the_soak_of_a_cloud_is_given_everything(scripts, workspace):
    workspace.run(scripts[scenarios.SOAK_CLOUD])
    (call,) = workspace.calls()
    assert call["arguments"] == [
        "soak",
        *("--hours", "8"),
        *("--cloud", "soak"),
        *("--tempest-conf", "/secret/tempest.conf"),
        *("--libvirt-uri", "qemu+ssh://nova@{host}/system?no_tty=1"),
        *("--regex", "^tempest[.](api[.]compute|scenario)"),
        *("--concurrency", "2"),
        *("--results", "results"),
        *("--run", "build-7"),
    ]
    assert call["ssh"] == str(workspace.folder / "jenkins/agent/bin/ssh")


def test_the_soak_of_the_lab_names_no_cloud(scripts, workspace):
    workspace.run(scripts[scenarios.SOAK_LAB], OS_CLOUD="another", **LAB)
    (call,) = workspace.calls()
    assert "--cloud" not in call["arguments"]
    assert call["cloud"] is None
    assert call["arguments"][-2:] == ["--run", "build-7"]


@pytest.mark.parametrize("label", [scenarios.SOAK_CLOUD, scenarios.SOAK_LAB, scenarios.REPORT])
def test_the_program_takes_the_options_that_it_is_given(scripts, workspace, label):
    (workspace.folder / "results/build-7").mkdir(parents=True)
    workspace.run(scripts[label])
    (call,) = workspace.calls()
    app = HarnessApp()
    factory, name, rest = app.command_manager.find_command(call["arguments"])
    parsed = vars(factory(app, None, cmd_name=name).get_parser(name).parse_args(rest))
    assert parsed.get("hours", 8.0) == 8.0
    assert parsed.get("run_name", parsed.get("run")) in ("build-7", "results/build-7")


def test_the_program_has_the_commands_for_the_lab():
    commands = {point.name for point in entry_points(group="harness.commands")}
    assert {"lab_up", "lab_down"} <= commands


def test_parameters_are_no_shell(scripts, workspace):
    workspace.run(scripts[scenarios.SOAK_CLOUD], REGEX='$(touch hacked) `touch hacked` "; touch *')
    assert '$(touch hacked) `touch hacked` "; touch *' in workspace.calls()[0]["arguments"]
    assert not (workspace.folder / "hacked").exists()


@pytest.mark.parametrize("label", [scenarios.SOAK_CLOUD, scenarios.SOAK_LAB])
def test_a_harness_that_is_not_there_gives_no_verdict(scripts, workspace, label):
    code, _ = workspace.run(scripts[label], HARNESS="/nowhere/harness")
    assert code in (126, 127)


def test_earlier_results_and_the_earlier_venv_go_first(scripts, workspace):
    (workspace.folder / "results/build-6/derived").mkdir(parents=True)
    python = workspace.folder / "bin/python3"
    python.parent.mkdir()
    python.write_text(
        "#!/bin/sh\n"
        "[ ! -e .venv ] || exit 9\n"
        "mkdir -p .venv/bin\n"
        "printf '#!/bin/sh\\necho \"$@\" >>pip.log\\n' >.venv/bin/pip\n"
        "printf '#!/bin/sh\\necho harness 0\\n' >.venv/bin/harness\n"
        "chmod +x .venv/bin/pip .venv/bin/harness\n"
    )
    python.chmod(0o755)
    script = 'PATH="$PWD/bin:$PATH"\n' + scripts[scenarios.INSTALL]
    for cloud in ("soak", ""):
        code, log = workspace.run(script, CLOUD=cloud)
        assert code == 0, log
    assert not (workspace.folder / "results").exists()
    pip = (workspace.folder / "pip.log").read_text().splitlines()
    assert pip == ["install --quiet .[libvirt]", "install --quiet .[libvirt,lab]"]


def test_a_preinstalled_harness_is_not_installed_again(scripts, workspace):
    code, _ = workspace.run(scripts[scenarios.INSTALL], HARNESS="/bin/echo")
    assert code == 0
    assert not (workspace.folder / ".venv").exists()


def test_a_build_without_a_run_has_nothing_to_report(scripts, workspace):
    code, log = workspace.run(scripts[scenarios.REPORT])
    assert code == 0
    assert "the soak never began" in log
    assert workspace.calls() == []


@pytest.mark.parametrize("code", VERDICTS)
def test_the_reports_are_made_anew_from_the_evidence(scripts, workspace, code):
    (workspace.folder / "results/build-7").mkdir(parents=True)
    seen, _ = workspace.run(scripts[scenarios.REPORT], FAKE_EXIT=str(code))
    assert seen == code
    assert [call["arguments"] for call in workspace.calls()] == [["replay", "results/build-7"]]


def test_the_description_is_the_first_line(scripts, workspace):
    code, log = workspace.run(scripts[scenarios.DESCRIBE])
    assert (code, log.splitlines()[-1]) == (0, "no report")
    report = workspace.folder / "results/build-7/derived/report.txt"
    report.parent.mkdir(parents=True)
    report.write_text("FAIL: 2 leaks\n\ncompute1 ...\n")
    code, log = workspace.run(scripts[scenarios.DESCRIBE])
    assert (code, log.splitlines()[-1]) == (0, "FAIL: 2 leaks")


@pytest.mark.parametrize(
    ("variables", "calls"),
    [(LAB, [["lab", "down"]]), ({}, []), (LAB | {"HARNESS": "/nowhere/harness"}, [])],
)
def test_a_lab_is_taken_down_and_a_cloud_is_left_alone(scripts, workspace, variables, calls):
    code, _ = workspace.run(scripts[scenarios.LAB_DOWN], **variables)
    assert code == 0
    assert [call["arguments"] for call in workspace.calls()] == calls


def test_ssh_uses_the_key_of_the_build_and_never_waits(root):
    wrapper = (root / "jenkins/agent/bin/ssh").read_text()
    echo = wrapper.replace("/usr/bin/ssh", "echo")
    assert echo != wrapper
    said = subprocess.run(
        ["sh", "-c", echo, "ssh", "-l", "nova", "compute1"],
        env={"LIBVIRT_KEY": "/a key", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.startswith("-i /a key -o IdentitiesOnly=yes -o BatchMode=yes ")
    assert said.endswith(" -l nova compute1\n")
