"""Runs Debian's Groovy 2.4.21, the very version inside Jenkins: it reads what Jenkins reads."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"


def syntax(files: Sequence[Path]) -> dict:
    """The Groovy version and the syntax tree of each file."""
    return _run("syntax.groovy", *files)


def interpret(scenarios: Sequence[Mapping]) -> list[dict]:
    """What each scenario comes to: result, description, environment and events."""
    return _run("interpret.groovy", stdin=json.dumps(scenarios))


def _run(script: str, *arguments: Path, stdin: str = ""):
    command, java = shutil.which("groovy"), shutil.which("java")
    if command is None or java is None:
        pytest.fail(
            "groovy or java is not installed, so nothing here can read the Jenkinsfile: "
            "apt-get install the packages in tests/jenkins/packages.txt"
        )
    # Debian's groovy finds no java but that of JAVA_HOME and of the package default-jre.
    home = os.environ.get("JAVA_HOME") or str(Path(java).resolve().parent.parent)
    done = subprocess.run(
        [command, HERE / script, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=os.environ | {"JAVA_HOME": home, "JAVA_OPTS": QUICK},
        timeout=60,
    )
    assert done.returncode == 0, f"{script} ended with {done.returncode}:\n{done.stderr}"
    return json.loads(done.stdout)
