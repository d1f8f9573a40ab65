"""The Jenkinsfile read once and run once for all tests: a start of the JVM costs a second."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))  # with --import-mode=importlib, pytest itself adds no folder


@pytest.fixture(scope="session")
def root():
    """The root of the project."""
    return ROOT


@pytest.fixture(scope="session")
def syntax(tmp_path_factory):
    """The Groovy version, and the trees of the Jenkinsfile and of each copy with a mistake."""
    from jenkinsfile import groovy, mistakes

    folder = tmp_path_factory.mktemp("pipelines")
    text = (ROOT / "Jenkinsfile").read_text()
    files = {"Jenkinsfile": ROOT / "Jenkinsfile"}
    for name, mistake in mistakes.MISTAKES.items():
        assert mistake.right in text, f"{name}: {mistake.right!r} is not in the Jenkinsfile"
        files[name] = folder / f"{name.replace(' ', '-')}.groovy"
        files[name].write_text(text.replace(mistake.right, mistake.wrong, 1))
    answer = groovy.syntax(list(files.values()))
    trees = {name: answer["files"][str(path)] for name, path in files.items()}
    return {"groovy": answer["groovy"], "trees": trees}


@pytest.fixture(scope="session")
def outcomes():
    """What every scenario comes to: result, description, environment and events."""
    from jenkinsfile import groovy, scenarios

    asked = [{"file": str(ROOT / "Jenkinsfile"), **one} for one in scenarios.SCENARIOS.values()]
    return dict(zip(scenarios.SCENARIOS, groovy.interpret(asked), strict=True))


@pytest.fixture(scope="session")
def scripts(outcomes):
    """The body of every sh step by its label."""
    events = outcomes["pass"]["events"] + outcomes["lab"]["events"]
    return {one["args"]["label"]: one["args"]["script"] for one in events if one["step"] == "sh"}


@pytest.fixture
def workspace(tmp_path, outcomes):
    """The workspace of a build on a cloud."""
    from jenkinsfile import agent

    secrets = {"OS_CLIENT_CONFIG_FILE": "/secret/clouds", "TEMPEST_CONF": "/secret/tempest.conf"}
    folder = tmp_path / "a workspace"
    return agent.prepare(folder, ROOT, outcomes["pass"]["env"] | secrets | {"LIBVIRT_KEY": "/k"})
