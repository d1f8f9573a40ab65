"""Runs tempest once for each order: the port ``TestRunner``."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from harness.adapters import process_tree
from harness.adapters.tempest.child import Bounds, Child, Command, Ending
from harness.adapters.tempest.covering import Covers
from harness.adapters.tempest.endings import CRASH, explain, first_reason
from harness.adapters.tempest.selection import LISTING, Selection
from harness.adapters.tempest.workspace import Workspace, read_conf
from harness.core.errors import HarnessError
from harness.core.ports import TestOrder, TestOutcome

_LISTING_SECONDS = 600.0
_STARTING_SECONDS = 60.0
_WHERE = "import os, stestr, tempest.test_discover as t; print(os.path.dirname(t.__file__))"

# SIGINT is ignored in what a shell starts in the background, and that is inherited.
_RUN = (
    "import signal, sys, traceback; from stestr.commands import run_command; "
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "try: code = run_command(subunit_out=True, load_list=sys.argv[1], concurrency=int(sys.argv[2]))"
    f"\nexcept Exception: traceback.print_exc(); code = {CRASH}\n"
    "sys.exit(code)"
)


class TempestRunner:
    """Runs the selected tests of tempest in processes of their own.

    ``workspace`` is a folder of one run of the harness, and of one process at a time; what carries
    its name in the cookie and is found alive at the start of an iteration is ended.
    ``tempest_conf`` is the operator's file, which is never changed. ``python`` has tempest and
    stestr. ``environ`` is all of the environment that the tests get. ``test_path`` is a folder of
    tests to take instead of tempest's. ``covers`` keeps secrets out of what stays.
    """

    def __init__(
        self,
        workspace: Path,
        tempest_conf: Path,
        python: Path = Path(sys.executable),
        selection: Selection = Selection(),  # noqa: B008  (frozen)
        environ: Mapping[str, str] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008  (frozen)
        test_path: Path | None = None,
        covers: Covers = Covers(),  # noqa: B008  (frozen)
    ) -> None:
        self._workspace = Workspace(workspace)
        self._tempest_conf = tempest_conf.absolute()
        self._python = python.absolute()
        self._selection = selection
        self._environ = dict(environ or {})
        self._bounds = bounds
        self._test_path = test_path
        self._covers = covers
        self._ids: tuple[str, ...] = ()
        self._stopping = False
        self._strays: tuple[process_tree.Ended, ...] = ()

    def tests(self) -> tuple[str, ...]:
        """Return the ids of the selected tests, sorted; listed once.

        Raises HarnessError for a wrong configuration, selection or interpreter, and for tests that
        cannot be imported.
        """
        if not self._ids:
            self._selection.check()
            read_conf(self._tempest_conf)
            self._workspace.make(self._test_path or self._find_tempest())
            self._ids = self._list()
        return self._ids

    def run(self, order: TestOrder) -> TestOutcome:
        """Run the selected tests once; see ``ports.TestRunner``. Nothing runs once stopped."""
        expected = () if self._stopping else self.tests()
        started = time.time()
        if self._stopping:
            return TestOutcome(
                "interrupted", "stopped before it began", None, started, started, b"", expected
            )
        self._end_strays()
        self._workspace.clear()
        command = self._command(_RUN, str(self._workspace.ids), str(self._selection.concurrency))
        self._workspace.configure(self._tempest_conf, order.prefix, order.iteration)
        try:
            ending = self._see_through(command, order.iteration, order.time_limit)
        finally:
            self._workspace.forget_conf()
        name, explanation = explain(ending, order.time_limit, self._strays, self._workspace.errors)
        self._strays = ()
        self._mend(ending)
        return TestOutcome(
            ending=name,
            explanation=explanation,
            exit_code=ending.code,
            started=started,
            ended=time.time(),
            stream=self._workspace.stream.read_bytes(),
            expected=expected,
            command=command.words,
        )

    def stop(self) -> None:
        """End the tests that run now, and let none begin; see ``ports.TestRunner``."""
        self._stopping = True

    def _see_through(self, command: Command, iteration: int, seconds: float) -> Ending:
        def tick() -> None:
            self._workspace.bound_log(iteration, self._bounds.log)

        started = time.time()
        try:
            child = Child(command, self._bounds, tick)
        except OSError as error:
            raise HarnessError(f"the tests cannot be started: {error}") from error
        try:
            return child.see_through(seconds, lambda: self._stopping)
        finally:
            self._covers.cover(self._workspace, started)

    @property
    def _cookie(self) -> str:
        """The workspace by its one true path: a later driver may have come by a link."""
        return str(self._workspace.path.resolve())

    def _command(self, *words: str) -> Command:
        """Return a command of the tests' interpreter, with stestr's and tempest's environment."""
        space = self._workspace
        environ = {
            **self._environ,
            "PYTHON": space.interpreter(self._python),
            "TEMPEST_CONFIG_DIR": str(space.conf.parent),
            "TEMPEST_CONFIG": space.conf.name,
            "TESTR_PDB": "",
            **space.temporary(),
        }
        words = (str(self._python), "-c", *words)
        return Command(words, space.path, environ, self._cookie, space.stream, space.errors)

    def _find_tempest(self) -> Path:
        """Return tempest's folder of tests in its interpreter."""
        try:
            done = subprocess.run(
                [str(self._python), "-c", _WHERE],
                env=self._environ,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_STARTING_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HarnessError(f"{self._python} cannot be run: {error}") from error
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise HarnessError(f"{self._python} cannot import tempest and stestr: {reason}")
        return Path(done.stdout.strip().splitlines()[-1])

    def _list(self) -> tuple[str, ...]:
        self._end_strays()
        self._workspace.configure(self._tempest_conf, "tempest", 0)
        command = self._command(LISTING, self._selection.arguments())
        try:
            ending = self._see_through(command, 0, _LISTING_SECONDS)
        finally:
            self._workspace.forget_conf()
        if ending.ending == "interrupted":
            return ()
        lines = self._workspace.stream.read_text(errors="replace").splitlines()
        if ending.code != 0:
            lines += self._workspace.errors.read_text(errors="replace").splitlines()
            raise HarnessError(f"the tests cannot be listed: {first_reason(ending, lines)}")
        ids = tuple(sorted({line for line in lines if line.strip()}))
        if not ids:
            raise HarnessError(f"no test is selected by {self._selection}")
        self._workspace.ids.write_text("".join(f"{test}\n" for test in ids))
        return ids

    def _end_strays(self) -> None:
        """End what a driver that was killed left running here; the next outcome tells of it."""
        self._strays += process_tree.end(None, self._cookie, self._bounds.grace)

    def _mend(self, ending: Ending) -> None:
        """Leave stestr a repository that it can use."""
        if ending.code is None:
            self._workspace.distrust_repository()
        elif ending.code == CRASH:
            self._workspace.remove_repository()
