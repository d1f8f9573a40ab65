"""The job as code: what Jenkins Job Builder makes of it agrees with the Jenkinsfile."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from jenkinsfile import scenarios

JENKINS_JOBS = Path(sys.executable).with_name("jenkins-jobs")


def render(jobs: Path, output: Path) -> subprocess.CompletedProcess:
    assert JENKINS_JOBS.exists(), "jenkins-jobs is not installed: pip install '.[test]'"
    command = [JENKINS_JOBS, "--conf", "/dev/null", "test", jobs, "-o", output]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def job(root, tmp_path_factory):
    output = tmp_path_factory.mktemp("jobs")
    done = render(root / "jenkins/jobs", output)
    assert done.returncode == 0, done.stderr
    assert [file.name for file in output.iterdir()] == ["openstack-soak"]
    return ET.parse(output / "openstack-soak").getroot()


def test_the_job_is_a_pipeline_out_of_the_jenkinsfile(job):
    assert job.tag == "flow-definition"
    assert job.findtext("definition/scriptPath") == "Jenkinsfile"
    assert job.findtext("definition/lightweight") == "true"
    assert job.findtext("definition/sandbox") == "true"


def test_the_checkout_does_not_wipe_what_an_abort_left(job):
    assert list(job.find("definition/scm/extensions")) == []


def test_the_trigger_is_that_of_the_jenkinsfile(job, outcomes):
    (cron,) = (one["args"][""] for one in outcomes["pass"]["events"] if one["step"] == "cron")
    assert [one.text for one in job.iter("spec")] == [cron]


def test_the_parameters_are_those_of_the_jenkinsfile(job, outcomes):
    declared = [
        one["args"] for one in outcomes["pass"]["events"] if one["within"] == ["parameters"]
    ]
    parameters = [
        {
            "name": one.findtext("name"),
            "defaultValue": one.findtext("defaultValue"),
            "description": one.findtext("description"),
            "trim": one.findtext("trim") == "true",
        }
        for one in job.iter("hudson.model.StringParameterDefinition")
    ]
    assert parameters == declared
    assert len(parameters) == len(scenarios.DEFAULTS)


def test_as_many_builds_are_kept_as_the_jenkinsfile_says(job, outcomes):
    (kept,) = (one["args"] for one in outcomes["pass"]["events"] if one["step"] == "logRotator")
    assert job.findtext(".//numToKeep") == kept["numToKeepStr"]
    assert job.findtext(".//artifactNumToKeep") == kept["artifactNumToKeepStr"]
    assert any("DisableConcurrentBuilds" in one.tag for one in job.iter())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("- timed:", "- timer:"),
        ("- string:", "- strnig:"),
        ("    pipeline-scm:", "    pipeline-smc:"),
        ("url: '{repository}'", "url: '{repo}'"),
        ("    project-type: pipeline", "    project-type: pipelin"),
    ],
)
def test_a_planted_mistake_is_refused(root, tmp_path, right, wrong):
    jobs = shutil.copytree(root / "jenkins/jobs", tmp_path / "jobs")
    definition = jobs / "openstack-soak.yaml"
    text = definition.read_text()
    assert right in text
    definition.write_text(text.replace(right, wrong, 1))
    assert render(jobs, tmp_path / "out").returncode != 0
