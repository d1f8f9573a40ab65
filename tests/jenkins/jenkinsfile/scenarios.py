"""Nights to run the Jenkinsfile through: parameters, and what the program answers."""

DEFAULTS = {
    "HOURS": "8",
    "CLOUD": "soak",
    "LIBVIRT_URI": "qemu+ssh://nova@{host}/system?no_tty=1",
    "REGEX": "^tempest[.](api[.]compute|scenario)",
    "CONCURRENCY": "2",
    "HARNESS": ".venv/bin/harness",
}
"""The parameters as the Jenkinsfile gives them; a test keeps the two equal."""

INSTALL = "Clear the results of earlier builds, install harness"
LAB_UP = "Bring the lab up, out of reach of an abort"
SOAK_LAB = "Soak the lab"
SOAK_CLOUD = "Soak the cloud"
REPORT = "Wait for the driver, make the reports"
DESCRIBE = "Describe the build"
LAB_DOWN = "Take the lab down, if there is one"


def night(*, junit="passed", says="PASS 93 iterations", **parameters_and_status):
    """One scenario; capital names are parameters, the others are exit codes of a step."""
    labels = {"install": INSTALL, "lab_up": LAB_UP, "soak": SOAK_CLOUD, "report": REPORT}
    given = parameters_and_status.items()
    return {
        "params": DEFAULTS | {name: value for name, value in given if name.isupper()},
        "status": {labels[name]: value for name, value in given if name.islower()},
        "stdout": {DESCRIBE: says + "\n"},
        "junit": junit,
    }


SCENARIOS = {
    "pass": night(),
    "fail": night(soak=1, report=1, junit="failed", says="FAIL 2 leaks"),
    "unknown": night(soak=2, report=2, junit="failed"),
    "usage": night(soak=64, junit="missing"),
    "crash": night(soak=70, report=2, junit="failed"),
    "cloud that does not answer": night(soak=2, junit="missing"),
    "killed": night(soak=137, report=2, junit="failed"),
    "lock taken": night(soak=75, junit="missing"),
    "fail that the test report does not show": night(soak=1, report=1),
    "verdict without a test report": night(soak=1, report=1, junit="missing"),
    "reports that cannot be made": night(report=70),
    "abort": night(soak="abort", report=2, junit="failed", says="UNKNOWN no end mark"),
    "abort of the reports": night(soak="abort", report="abort"),
    "install fails": night(install=1, junit="missing", says="no report"),
    "lab": night(CLOUD=""),
    "half an hour": night(HOURS="0.5"),
    "a week": night(HOURS="168"),
}
