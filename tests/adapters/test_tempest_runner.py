"""Tests are run once, and nothing of them is left, however they end."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.adapters import process_tree
from harness.adapters.subunit_stream import parse
from harness.adapters.tempest import Selection, TempestRunner
from harness.adapters.tempest.child import Bounds
from harness.core import ports
from harness.core.errors import EXIT_USAGE, HarnessError
from harness.core.iterations import history

QUICK = Bounds(stream=20_000, stderr=3000, log=1000, gentle=5.0, grace=0.3, hold=0.2, patience=5.0)

SUITE = {
    "test_plain": """
        import sys, unittest

        class Passes(unittest.TestCase):
            def test_a(self):
                sys.stdout.buffer.write(b"\\xff\\xfe\\x00\\x1b[31m\\xc3\\x28")
            def test_b(self):
                sys.stderr.write("noise " * 1000 + chr(10))

        class Fails(unittest.TestCase):
            def test_c(self):
                self.fail("so it is")

        class Skips(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                raise unittest.SkipTest("not here")
            def test_d(self):
                pass
        """,
    "test_conf": """
        import os, pathlib, unittest

        class Conf(unittest.TestCase):
            def test_conf(self):
                conf = pathlib.Path(os.environ["TEMPEST_CONFIG_DIR"], os.environ["TEMPEST_CONFIG"])
                mode = oct(conf.stat().st_mode & 0o777)
                seen = pathlib.Path("seen")
                seen.write_text(mode + chr(10) + str(os.getsid(0)) + chr(10) + conf.read_text())
                with open(pathlib.Path("logs", "tempest-000007.log"), "a") as log:
                    log.write("x" * 5000)
                pathlib.Path("locks", "test_accounts").mkdir()
        """,
    "test_hang": """
        import os, pathlib, signal, testtools, time

        class Hangs(testtools.TestCase):
            def test_hang(self):
                self.addCleanup(pathlib.Path("cleaned").touch)
                os.kill(int(os.environ["TELL"]), signal.SIGUSR1)
                time.sleep(1000)
        """,
    "test_deaf": """
        import os, signal, time, unittest

        class Deaf(unittest.TestCase):
            def test_deaf(self):
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.kill(int(os.environ["TELL"]), signal.SIGUSR1)
                time.sleep(1000)
        """,
    "test_job": """
        import os, signal, unittest

        class Job(unittest.TestCase):
            def test_job(self):
                os.kill(os.getsid(0), signal.SIGTERM)
                os.kill(int(os.environ["TELL"]), signal.SIGUSR1)
        """,
    "test_runaway": """
        import subprocess, unittest

        class Runaway(unittest.TestCase):
            def test_quiet(self):
                subprocess.Popen(
                    ["sleep", "1000"], start_new_session=True, stdout=-3, stderr=-3
                )
            def test_holding(self):
                subprocess.Popen(["sleep", "1000"], start_new_session=True)
        """,
    "test_flood": """
        import sys, time, unittest

        class Flood(unittest.TestCase):
            def test_flood(self):
                print("x" * 30_000, flush=True)
                time.sleep(1000)
        """,
    "test_exit": """
        import os, unittest

        class Exits(unittest.TestCase):
            def test_exit(self):
                os._exit(3)
            def test_later(self):
                pass
        """,
}


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("job 50% [done]") / "fake"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, text in SUITE.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return folder


Make = Callable[..., TempestRunner]


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    path = tmp_path / "tempest.conf"
    path.write_text("[DEFAULT]\nx = 50%\n[auth]\nadmin_password = a$$b\n")
    return path


@pytest.fixture
def make(tmp_path: Path, conf: Path, suite: Path) -> Make:
    def made(regex: str = "", python: Path = Path(sys.executable), **rest: object) -> TempestRunner:
        return TempestRunner(
            tmp_path / "work space",
            rest.pop("tempest_conf", conf),  # type: ignore[arg-type]
            python,
            Selection(regex, concurrency=1, **rest),  # type: ignore[arg-type]
            {"TELL": str(os.getpid())},
            QUICK,
            suite,
        )

    return made


def run(runner: TempestRunner, iteration: int = 7, limit: float = 60.0) -> ports.TestOutcome:
    return runner.run(ports.TestOrder(iteration, "soak-$1", limit))


def read(outcome: ports.TestOutcome) -> dict[str, history.TestResult]:
    run = parse(outcome.stream, outcome.expected, outcome.ending, outcome.explanation)
    return {result.name.rpartition(".")[2]: result for result in run.results}


def statuses(outcome: ports.TestOutcome) -> dict[str, str]:
    return {name: result.status for name, result in read(outcome).items()}


@pytest.fixture
def stopped_from_a_handler() -> object:
    """Call ``stop`` of the runners put in the list when a test says that it runs."""
    runners: list[TempestRunner] = []
    before = signal.signal(signal.SIGUSR1, lambda *_: [one.stop() for one in runners])
    yield runners
    signal.signal(signal.SIGUSR1, before)


def test_a_run_to_the_end(make: Make, tmp_path: Path) -> None:
    outcome = run(make("test_plain"))
    assert (outcome.ending, outcome.explanation, outcome.exit_code) == ("finished", "", 0)
    assert statuses(outcome) == {
        "test_a": "passed",
        "test_b": "passed",
        "test_c": "failed",
        "test_d": "skipped",
    }
    assert read(outcome)["test_d"].detail == "not here"
    assert outcome.expected[0] == "fake.test_plain.Fails.test_c"
    assert outcome.started <= outcome.ended
    assert (tmp_path / "work space" / "stderr.txt").stat().st_size == QUICK.stderr
    assert (tmp_path / "work space" / ".stestr" / "0").exists()


def test_the_private_configuration(make: Make, tmp_path: Path, conf: Path) -> None:
    workspace = tmp_path / "work space"
    runner = make("test_conf")
    run(runner)
    mode, session, text = (workspace / "seen").read_text().split("\n", 2)
    assert mode == "0o600"
    assert int(session) != os.getsid(0)
    assert text.startswith(conf.read_text())
    assert "resource_name_prefix = soak-$$1\n" in text
    assert f"lock_path = {workspace / 'locks'}\n" in text
    assert workspace.stat().st_mode & 0o777 == 0o700
    assert not (workspace / "tempest.conf").exists()
    assert statuses(run(runner)) == {"test_conf": "passed"}, "taken accounts are given back"


def test_what_a_stopped_test_had_begun_is_cleaned_up(
    make: Make, tmp_path: Path, stopped_from_a_handler: list[TempestRunner]
) -> None:
    runner = make("test_hang")
    stopped_from_a_handler.append(runner)
    outcome = run(runner)
    assert (outcome.ending, outcome.explanation) == ("interrupted", "the run was stopped")
    assert (tmp_path / "work space" / "cleaned").exists()
    assert statuses(outcome) == {"test_hang": "unfinished"}
    detail = read(outcome)["test_hang"].detail  # of the sleep, or of the line that tells before it
    assert "in test_hang" in detail
    assert "KeyboardInterrupt" in detail
    again = run(runner)
    assert (again.ending, again.stream) == ("interrupted", b"")


def test_a_job_that_is_stopped_children_first_is_interrupted(
    make: Make, stopped_from_a_handler: list[TempestRunner]
) -> None:
    runner = make("test_job")
    stopped_from_a_handler.append(runner)
    assert run(runner).ending == "interrupted"


def test_a_stestr_that_was_killed(make: Make, stopped_from_a_handler: object) -> None:
    runner = make("test_job")
    runner._bounds = Bounds(patience=0)
    outcome = run(runner)
    assert (outcome.ending, outcome.exit_code) == ("crashed", -signal.SIGTERM)
    assert outcome.explanation.startswith("stestr ended with SIGTERM")


def test_a_test_that_hears_nothing_is_killed(
    make: Make, tmp_path: Path, stopped_from_a_handler: list[TempestRunner]
) -> None:
    bounds = Bounds(gentle=0.2, grace=0.2)
    runner = make("test_deaf")
    runner._bounds = bounds
    stopped_from_a_handler.append(runner)
    outcome = run(runner)
    assert outcome.ending == "interrupted"
    assert "SIGKILL" in outcome.explanation
    assert outcome.exit_code is None
    assert statuses(outcome) == {"test_deaf": "unfinished"}
    assert process_tree.carrying(str(tmp_path / "work space")) == []


def test_the_time_limit(make: Make, tmp_path: Path) -> None:
    runner = make("test_plain")
    outcome = run(runner, limit=0)
    assert outcome.ending == "timeout"
    assert outcome.explanation.startswith("the tests took longer than 0 s")
    assert process_tree.carrying(str(tmp_path / "work space")) == []
    assert run(runner).ending == "finished"


@pytest.mark.parametrize("how", ["quiet", "holding"])
def test_what_tests_leave_behind_is_ended(make: Make, tmp_path: Path, how: str) -> None:
    outcome = run(make(f"test_{how}"))
    assert (outcome.ending, outcome.exit_code) == ("finished", 0)
    assert outcome.explanation.startswith("ended sleep (pid ")
    assert statuses(outcome) == {f"test_{how}": "passed"}
    assert process_tree.carrying(str(tmp_path / "work space")) == []


def test_what_an_earlier_driver_left_is_ended(make: Make, tmp_path: Path) -> None:
    cookie = {process_tree.COOKIE: str(tmp_path / "work space")}
    with subprocess.Popen(["sleep", "1000"], env=cookie):
        outcome = run(make("test_a"))
    assert outcome.ending == "finished"
    assert outcome.explanation.startswith("ended sleep (pid ")
    assert outcome.explanation.endswith(" of an earlier run")


def test_a_flood_is_stopped(make: Make) -> None:
    outcome = run(make("test_flood"))
    assert outcome.ending == "crashed"
    assert "longer than 20000 bytes" in outcome.explanation
    assert len(outcome.stream) == QUICK.stream
    assert statuses(outcome) == {"test_flood": "unfinished"}


def test_a_worker_that_dies(make: Make) -> None:
    outcome = run(make("test_exit"))
    assert outcome.ending == "finished"
    assert statuses(outcome) == {"test_exit": "unfinished", "test_later": "missing"}


def test_a_broken_repository_costs_one_run(make: Make, tmp_path: Path) -> None:
    runner = make("test_c")
    runner.tests()
    (tmp_path / "work space" / ".stestr" / "next-stream").write_text("nonsense")
    outcome = run(runner)
    assert (outcome.ending, outcome.exit_code) == ("crashed", 70)
    assert outcome.explanation.startswith("stestr ended with exit code 70: ValueError: Corrupt")
    assert run(runner).ending == "finished"


def test_selection(make: Make, tmp_path: Path) -> None:
    include, exclude = tmp_path / "in", tmp_path / "out"
    include.write_text("Skips  # a comment\n\n")
    exclude.write_text("test_b\n")
    runner = make("Passes Fails", include_list=include, exclude_list=exclude, exclude_regex="_c$")
    assert runner.tests() == ("fake.test_plain.Passes.test_a", "fake.test_plain.Skips.test_d")


def refusal(runner: TempestRunner) -> str:
    with pytest.raises(HarnessError) as caught:
        run(runner)
    assert caught.value.exit_code == EXIT_USAGE
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_no_test_selected(make: Make) -> None:
    assert refusal(make("nowhere")) == "no test is selected by regex nowhere"


def test_wrong_selections(make: Make, tmp_path: Path) -> None:
    assert "no regular expression" in refusal(make("a("))
    assert "cannot be read" in refusal(make(include_list=tmp_path / "none"))
    assert "workers is -1" in refusal(
        TempestRunner(tmp_path, tmp_path, selection=Selection(concurrency=-1))
    )


def test_wrong_configurations(make: Make, tmp_path: Path, conf: Path) -> None:
    conf.write_text("[auth]\nadmin_password hunter2\n")
    assert "malformed in line 2" in refusal(make())
    assert "hunter2" not in refusal(make())
    conf.write_bytes(b"[auth]\nx = \xff\n")
    assert "cannot be read" in refusal(make())
    assert "No such file" in refusal(make(tempest_conf=tmp_path / "none"))
    conf.write_text("[auth]\ntest_accounts_file = etc/accounts.yaml\n")
    assert "give the whole path" in refusal(make())


def test_wrong_interpreters(conf: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    assert "cannot be run" in refusal(TempestRunner(tmp_path / "w", conf, python))
    python.write_text("#!/bin/sh\necho 'No module named tempest' >&2; exit 1\n")
    python.chmod(0o700)
    said = refusal(TempestRunner(tmp_path / "w", conf, python))
    assert said == f"{python} cannot import tempest and stestr: No module named tempest"


def test_tests_that_cannot_be_imported(make: Make, suite: Path) -> None:
    broken = suite / "test_broken.py"
    broken.write_text("import nothing_of_this_name")
    try:
        said = refusal(make())
    finally:
        broken.unlink()
    assert said == (
        "the tests cannot be listed: Failed to import test module: fake.test_broken: "
        "ModuleNotFoundError: No module named 'nothing_of_this_name'"
    )
