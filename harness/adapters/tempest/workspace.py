"""The folder that the tests run in: configuration, logs, locks and stestr's repository.

The copy of tempest.conf holds credentials, so it is there only while tests run, and nobody else
can read the folder.
"""

import contextlib
import os
import shlex
import shutil
from pathlib import Path

from oslo_config import cfg

from harness.core.errors import HarnessError

_LOGS_KEPT = 3
_RUNS_KEPT = 20

# As "tempest run" writes it: a class is not split between workers.
_STESTR_CONF = """[DEFAULT]
test_path={test_path}
top_dir={top_dir}
group_regex=([^\\.]*\\.)*
"""

_OURS = """

[DEFAULT]
resource_name_prefix = {prefix}
log_config_append =
log_dir =
log_file = {log}
[oslo_concurrency]
lock_path = {locks}
"""


class Workspace:
    """A folder for the tests of one run of the harness, kept from iteration to iteration."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.conf = self.path / "tempest.conf"
        self.ids = self.path / "selected-tests.txt"
        self.stream = self.path / "stream.subunit"
        self.errors = self.path / "stderr.txt"
        self.scratch = self.path / "tmp"
        self.locks = self.path / "locks"
        self.logs = self.path / "logs"
        self.repository = self.path / ".stestr"

    def make(self, test_path: Path) -> None:
        """Make the folder, and the file that tells stestr where the tests are."""
        for folder in (self.path, self.scratch, self.locks, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        text = _STESTR_CONF.format(test_path=test_path, top_dir=test_path.parent)
        (self.path / ".stestr.conf").write_text(text.replace("%", "%%"))  # configparser's escape

    def interpreter(self, python: Path) -> str:
        """Return how stestr is to call the interpreter: it gives the path to a shell unquoted."""
        if _is_plain(python):
            return str(python)
        script = self.path / "python"
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} "$@"\n')
        script.chmod(0o700)
        return f"./{script.name}"

    def temporary(self) -> dict[str, str]:
        """Return the variable that has temporary files made here, so that they can be removed.

        stestr gives the names of its own to a shell unquoted, so the path must be plain for it.
        """
        return {"TMPDIR": str(self.scratch)} if _is_plain(self.scratch) else {}

    def log(self, iteration: int) -> Path:
        return self.logs / f"tempest-{iteration:06}.log"

    def configure(self, original: Path, prefix: str, iteration: int) -> None:
        """Write the private tempest.conf of an iteration.

        It is the operator's, byte for byte, and sections that come after it: oslo.config joins
        sections of one name and takes the last value.
        """
        ours = _OURS.format(
            prefix=_value(prefix), log=_value(self.log(iteration)), locks=_value(self.locks)
        )
        with contextlib.suppress(FileNotFoundError):
            self.conf.unlink()
        handle = os.open(self.conf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(read_conf(original) + os.fsencode(ours))

    def forget_conf(self) -> None:
        self.conf.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what earlier iterations left; only when none of their processes lives.

        A worker that was killed leaves its accounts taken (tempest/lib/common/preprov_creds.py),
        and stestr the runs it did not finish.
        """
        for leftover in (self.locks / "test_accounts", self.scratch):
            shutil.rmtree(leftover, ignore_errors=True)
        self.scratch.mkdir(mode=0o700)
        (self.path / "resource_list.json").unlink(missing_ok=True)
        for log in sorted(self.logs.glob("tempest-*.log"))[: -_LOGS_KEPT + 1]:
            log.unlink()
        for unfinished in self.repository.glob("tmp*"):
            unfinished.unlink()
        runs = [path for path in self.repository.glob("*") if path.name.isdecimal()]
        for run in sorted(runs, key=lambda path: int(path.name))[: -_RUNS_KEPT + 1]:
            run.unlink()

    def distrust_repository(self) -> None:
        """Remove stestr's tables: it was killed and may have been writing them."""
        for table in (*self.repository.glob("times.dbm*"), *self.repository.glob("meta.dbm*")):
            table.unlink()

    def remove_repository(self) -> None:
        shutil.rmtree(self.repository, ignore_errors=True)

    def bound_log(self, iteration: int, limit: int) -> None:
        """Begin the log anew where it is longer than ``limit`` bytes; its writers only append."""
        log = self.log(iteration)
        with contextlib.suppress(FileNotFoundError):
            if log.stat().st_size > limit:
                os.truncate(log, 0)


def read_conf(path: Path) -> bytes:
    """Return the operator's tempest.conf; raise HarnessError if tempest could not read it.

    The error names the line's number and not its text, which may be a password.
    """
    sections: dict[str, dict[str, list[str]]] = {}
    try:
        content = path.read_bytes()
        cfg.ConfigParser(str(path), sections).parse()
    except (OSError, UnicodeDecodeError) as error:
        raise HarnessError(
            f"the configuration of tempest {path} cannot be read: {error}"
        ) from error
    except cfg.ParseError as error:
        raise HarnessError(
            f"the configuration of tempest {path} is malformed in line {error.lineno}: {error.msg}"
        ) from None
    for accounts in sections.get("auth", {}).get("test_accounts_file", [])[-1:]:
        if accounts and not Path(accounts).is_absolute():
            raise HarnessError(
                f"test_accounts_file in {path} is {accounts}: give the whole path, since the tests "
                "run in a folder of their own"
            )
    return content


def _is_plain(path: Path) -> bool:
    """Tell whether a shell takes the path as it is."""
    return shlex.quote(str(path)) == str(path)


def _value(value: object) -> str:
    """Write a value for oslo.config, to which "$" is a reference to another option."""
    return str(value).replace("$", "$$")
