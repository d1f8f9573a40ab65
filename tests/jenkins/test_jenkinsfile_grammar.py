"""The Jenkinsfile is declarative, and the linter that says so finds what is planted."""

import pytest
from jenkinsfile import declarative, groovy, mistakes, scenarios, vocabulary


def test_groovy_is_the_version_that_jenkins_has(syntax):
    assert syntax["groovy"] == "2.4.21"


def test_the_jenkinsfile_passes(syntax):
    assert declarative.complaints(syntax["trees"]["Jenkinsfile"]) == []


@pytest.mark.parametrize("name", mistakes.MISTAKES)
def test_a_planted_mistake_is_found(syntax, name):
    found = declarative.complaints(syntax["trees"][name])
    assert any(mistakes.MISTAKES[name].complaint in one for one in found), found


def test_a_complaint_names_the_line(syntax, root):
    found = declarative.complaints(syntax["trees"]["unknown section"])
    line = (root / "Jenkinsfile").read_text().splitlines().index("    options {") + 1
    assert found[0].startswith(f"line {line}: ")


def test_without_groovy_the_tests_fail_and_say_what_to_install(monkeypatch, root):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        pytest.fail.Exception, match=r"apt-get install the packages in .*packages\.txt"
    ):
        groovy.syntax([root / "Jenkinsfile"])


def test_the_packages_of_these_tests_are_one_name_a_line(root):
    names = (root / "tests/jenkins/packages.txt").read_text().split("\n")
    assert names == ["groovy", "default-jre-headless", ""]


def test_the_parameters_are_those_that_the_scenarios_give(outcomes):
    declared = {
        event["args"]["name"]: event["args"]["defaultValue"]
        for event in outcomes["pass"]["events"]
        if event["within"] == ["parameters"]
    }
    assert declared == scenarios.DEFAULTS


def test_every_plugin_that_a_word_comes_from_is_installed(syntax, root):
    plugins = (root / "jenkins/controller/plugins.txt").read_text().split()
    words = vocabulary.OPTIONS | vocabulary.PARAMETERS | vocabulary.STEPS | vocabulary.PARTS
    tree = syntax["trees"]["Jenkinsfile"]
    calls = {node["call"] for node in declarative.walk(tree["statements"]) if "call" in node}
    used = {words[call].plugin for call in calls & words.keys()}
    assert {"junit", "plot", "credentials-binding", "timestamper"} <= used <= set(plugins)
