"""Going on with a run whose driver died: with which options, and from where."""

import argparse
import errno
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.adapters.clock import SystemClock
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.core.iterations.history import Run
from harness.replay import run_of
from harness.reports import junit

SETTINGS = (
    "regex",
    "exclude_regex",
    "include_list",
    "exclude_list",
    "concurrency",
    "tempest_conf",
    "hours",
    "iterations",
    "forever",
    "iteration_timeout",
    "fail_fast_on",
    "keep",
    "settle_limit",
    "libvirt_uri",
    "host_probe",
    "nova_database",
    "cloud",
    "faults",
)
"""The options that a resumed run takes from its beginning, beside those that it is judged with."""
VERDICTS = (junit.RUN_FILE, "report.txt", "summary.json")
"""The reports that tell a verdict of the run as a whole."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
_JUDGING = ("healed", "baseline", "waivers")
_FILES = frozenset({"include_list", "exclude_list", "tempest_conf", "faults"})


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return what is stored of the options; files by their whole path."""
    given = {name: getattr(args, name) for name in SETTINGS}
    return {
        name: str(Path(value).expanduser().absolute()) if value and name in _FILES else value
        for name, value in given.items()
    }


def cut_off(directory: ResultsDirectory, args: argparse.Namespace) -> RunStore | None:
    """Return the run to go on with, or None where a new one is to begin.

    That is the run of --resume, or the one of --run where that is to go on for ever and has no end
    mark but that of a signal (a reboot). Raises HarnessError where there is none, it has ended, or
    other options were given.
    """
    if args.resume:
        store = directory.find(args.resume)
        _refuse_given(args)
    elif args.forever and args.run_name and directory.has(args.run_name):
        store = directory.find(args.run_name)
    else:
        return None
    refuse_ended(store)
    if not args.resume:
        _refuse_others(args, store)
    return store


def refuse_ended(store: RunStore) -> None:
    """Raise HarnessError where a run has ended otherwise than by a signal."""
    end = store.end_record()
    if end and not end["ending"].startswith("ended by SIG"):
        raise HarnessError(
            f"run {store.path.name!r} has ended ({end['ending']}): begin another with another --run"
        )


def _refuse_given(args: argparse.Namespace) -> None:
    options = (*SETTINGS, *_JUDGING, "run_name")
    given = [name for name in options if not _left_out(getattr(args, name))]
    if given:
        option = "--run" if given[0] == "run_name" else f"--{given[0].replace('_', '-')}"
        raise HarnessError(
            f"--resume goes on with the options that the run began with: leave out {option}"
        )


def _left_out(value: Any) -> bool:
    return value is None or value is False or value == ""


def _refuse_others(args: argparse.Namespace, store: RunStore) -> None:
    stored, given = store.run_record().get("settings") or {}, settings_of(args)
    differ = [name.replace("_", "-") for name in SETTINGS if stored.get(name) != given[name]]
    if differ:
        raise HarnessError(
            f"run {store.path.name!r} is there, can be gone on with, and began with another "
            f"--{differ[0]}: go on with it by --resume {shlex.quote(str(store.path))}, or take "
            "another --run"
        )


def restore(args: argparse.Namespace, record: Mapping[str, Any]) -> argparse.Namespace:
    """Return the options that a run began with, in the place of those that were left out.

    Raises HarnessError where they were not stored: it is older than that.
    """
    stored = record.get("settings")
    if not stored:
        raise HarnessError(
            f"run {record['name']!r} is of an older harness, which did not store its options: it "
            "cannot be resumed; `harness replay` judges what there is"
        )
    kept = {name: value for name, value in stored.items() if name in SETTINGS}
    return argparse.Namespace(**(vars(args) | kept | {"cloud": record["cloud"]}))


@contextmanager
def room_to_go_on(store: RunStore) -> Iterator[None]:
    """Tell how to go on where the disk fails under a run: what was done is kept. Tell it too where
    the run's folder was taken away."""
    try:
        yield
    except OSError as error:
        if not store.path.is_dir():
            raise HarnessError(
                f"{store.path} was removed while the run went on: nothing is left to judge, and "
                "what its tests made may still be in the cloud: `harness check`",
                EXIT_UNKNOWN,
            ) from error
        if error.errno not in _NO_ROOM or not (store.evidence / "run.json").exists():
            raise
        path = shlex.quote(str(store.path.absolute()))  # a name would depend on --results
        raise HarnessError(
            f"evidence cannot be written: {error.strerror}; what was done is kept: make room "
            f"there, then `harness soak --resume {path}`",
            EXIT_UNKNOWN,
        ) from error


def last_moment(store: RunStore, record: Mapping[str, Any]) -> float:
    """Return the latest moment that the evidence tells: seconds since the epoch, by the clock of
    the driver that died."""
    torn = store.torn()
    newest = torn.evidence if torn else store.evidence_of(store.marks() - 1)
    told = [record["started"], (newest.record or {}).get("ended"), torn.started if torn else None]
    told += [capture.ended for capture in newest.captures]
    told += [gap.at for gap in store.resumptions()]
    told += [at for each in store.windows() for at in (each.begun, each.over, each.healed)]
    return max(float(at) for at in told if at is not None)


def resumed(store: RunStore, record: Mapping[str, Any], clock: SystemClock) -> Run:
    """Store that the run goes on, and return it. Reports that told of its end go first."""
    written, now = store.written(), clock.now()
    numbers = [int(path.name) for path in store.evidence.glob("[0-9]" * 6) if path.is_dir()]
    gap = {"silent": max(now - written, 0.0)} if written is not None else {}
    store.withdraw(VERDICTS)
    store.resume({"after": max(numbers, default=0), "at": now, **gap})
    return run_of(record, None, store.resumptions(), windows=store.windows())
