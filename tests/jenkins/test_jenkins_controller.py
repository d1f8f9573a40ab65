"""The controller as code has all that the Jenkinsfile asks for, and no secret in it."""

import re
from collections.abc import Iterator

import pytest
import yaml


class Strict(yaml.SafeLoader):
    """YAML where a key stands once: PyYAML silently takes the last."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"line {node.start_mark.line + 1}: a key stands twice"
        return super().construct_mapping(node, deep)


@pytest.fixture(scope="module")
def controller(root):
    return yaml.load((root / "jenkins/controller/casc.yaml").read_text(), Strict)


def leaves(node, path: tuple = ()) -> Iterator[tuple[tuple, object]]:
    """Every value with the keys that lead to it."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, (*path, key))
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child, path)
    else:
        yield path, node


def credentials(controller) -> list[dict]:
    (domain,) = controller["credentials"]["system"]["domainCredentials"]
    return [one["file"] for one in domain["credentials"]]


def test_the_roots_are_those_of_the_plugin_and_of_core(controller):
    assert controller.keys() == {"jenkins", "unclassified", "credentials"}


def test_every_credential_that_the_jenkinsfile_binds_is_there(controller, outcomes):
    (bound,) = (
        one["args"][""] for one in outcomes["pass"]["events"] if one["step"] == "withCredentials"
    )
    asked = {binding["file"]["credentialsId"] for binding in bound}
    assert {one["id"] for one in credentials(controller)} == asked


def test_secrets_come_from_files(controller):
    for one in credentials(controller):
        assert re.fullmatch(r"\$\{readFileBase64:/run/secrets/[a-z.-]+\}", one["secretBytes"])
    for path, value in leaves(controller):
        if re.search(r"password|secret|token|key", str(path[-1]), re.IGNORECASE):
            assert re.fullmatch(r"\$\{readFile(Base64)?:/run/secrets/[^}]+\}", str(value)), path


def test_nothing_there_looks_like_a_key(root):
    for file in sorted((root / "jenkins").rglob("*")):
        text = file.read_text() if file.is_file() else ""
        assert not re.search(r"PRIVATE KEY|BEGIN CERT|[A-Za-z0-9+/]{60,}", text), file


def test_the_lock_is_declared(controller, outcomes):
    declared = controller["unclassified"]["lockableResourcesManager"]["declaredResources"]
    (asked,) = (one["args"] for one in outcomes["pass"]["events"] if one["step"] == "lock")
    assert [one["name"] for one in declared] == [asked["resource"]]


def test_an_agent_has_the_label_and_the_controller_builds_nothing(controller, outcomes):
    (label,) = (one["args"][""] for one in outcomes["pass"]["events"] if one["step"] == "label")
    agents = [node["permanent"] for node in controller["jenkins"]["nodes"]]
    assert [agent["labelString"] for agent in agents] == [label]
    assert agents[0]["numExecutors"] == 1
    assert controller["jenkins"]["numExecutors"] == 0


def test_nobody_gets_in_without_a_password(controller):
    strategy = controller["jenkins"]["authorizationStrategy"]["loggedInUsersCanDoAnything"]
    assert strategy == {"allowAnonymousRead": False}
    assert controller["jenkins"]["securityRealm"]["local"]["allowsSignup"] is False


def test_a_key_that_stands_twice_is_seen():
    with pytest.raises(AssertionError, match="stands twice"):
        yaml.load("a: 1\na: 2\n", Strict)


@pytest.mark.parametrize("file", ["controller/plugins.txt", "agent/packages.txt"])
def test_a_list_is_sorted_with_one_name_a_line(root, file):
    names = (root / "jenkins" / file).read_text().splitlines()
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9.+-]+", name) for name in names)


def test_the_image_has_what_stands_beside_it(root):
    folder = root / "jenkins/controller"
    image = (folder / "Dockerfile").read_text()
    copied = re.findall(r"^COPY --chown=jenkins:jenkins (\S+) (\S+)$", image, re.MULTILINE)
    assert [source for source, _ in copied] == ["plugins.txt", "casc.yaml"]
    assert all((folder / source).is_file() for source, _ in copied)
    assert f"CASC_JENKINS_CONFIG={copied[1][1]}\n" in image
    assert "configuration-as-code" in (folder / "plugins.txt").read_text().split()


def test_an_abort_waits_no_longer_than_the_reports_do(root, scripts):
    from jenkinsfile import scenarios

    image = (root / "jenkins/controller/Dockerfile").read_text()
    waits = int(re.search(r"REMOTE_TIMEOUT=(\d+)", image)[1])
    grace = int(re.search(r"DRIVER_GRACE:-(\d+)", scripts[scenarios.REPORT])[1])
    assert 20 < waits <= grace
