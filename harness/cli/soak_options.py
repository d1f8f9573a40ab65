"""The options of ``harness soak``."""

import argparse
import platform
import re
from importlib.metadata import version

from harness.adapters.confinement import check_name
from harness.cli import faulting
from harness.cli.target import Target
from harness.core.errors import HarnessError


def add(parser: argparse.ArgumentParser) -> None:
    """Add them; ``check`` tells what they may not be."""
    _add_length(parser)
    _add_tests(parser)
    faulting.add(parser)
    parser.add_argument("--results", metavar="DIR", help="where runs are kept (default: results)")
    parser.add_argument(
        "--run",
        dest="run_name",
        metavar="NAME",
        help="name of this run's folder there (default: the time in UTC)",
    )
    parser.add_argument(
        "--keep",
        metavar="SIZE",
        help="bytes that the run may hold, for example 500M or 2G: beyond it, old iterations give "
        "up their captures and keep what was judged; 'all' sets no bound (default: 10G, or "
        "[retention] keep)",
    )
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with a run whose driver died, with the options that it began with; a run that "
        "is --forever goes on by itself where it is begun again with the same --run",
    )


_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def bytes_of(text: str) -> int | None:
    """Return "500M" or "2G" in bytes, None for "all". Raises HarnessError for anything else."""
    if text == "all":
        return None
    found = re.fullmatch(r"([0-9]{1,15})([KMGT]?)", text)
    if not found or not int(found[1]):
        raise HarnessError(
            f"keep {text!r} is no size: give for example 500M or 2G, or all to keep everything"
        )
    return int(found[1]) * _UNITS[found[2]]


def _add_length(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "how long", "at least one; the first that is reached ends the run"
    )
    group.add_argument(
        "--hours",
        type=float,
        metavar="H",
        help="begin no iteration after so many hours; the last one is finished",
    )
    group.add_argument("--iterations", type=int, metavar="N", help="end after so many iterations")
    group.add_argument("--forever", action="store_true", help="go on until SIGINT or SIGTERM")
    group.add_argument(
        "--iteration-timeout",
        type=float,
        metavar="SECONDS",
        help="end an iteration's tests after so long (default: 7200)",
    )
    group.add_argument(
        "--fail-fast-on",
        action="append",
        choices=("LEAK", "TEST"),
        help="end after the iteration in which an invariant (LEAK) or a test (TEST) fails; may be "
        "given twice",
    )


def _add_tests(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which tests", "as `tempest run` takes them")
    group.add_argument("--regex", "-r", default="", metavar="REGEX", help="tests whose id matches")
    group.add_argument("--exclude-regex", default="", metavar="REGEX", help="but not these")
    group.add_argument("--include-list", metavar="FILE", help="file of regexes, one per line")
    group.add_argument("--exclude-list", metavar="FILE", help="file of regexes to leave out")
    group.add_argument("--concurrency", type=int, metavar="N", help="test processes; 0: per CPU")
    group.add_argument("--tempest-conf", metavar="FILE", help="tempest.conf (default: the lab's)")


def check(args: argparse.Namespace) -> None:
    """Raise HarnessError where the options make no sense together or are out of range."""
    if args.resume is None and args.hours is None and args.iterations is None and not args.forever:
        raise HarnessError("how long? give --hours H, --iterations N or --forever")
    if args.hours is not None and not 0 < args.hours < 24 * 3660:
        raise HarnessError(f"--hours {args.hours:g} is no time to soak: give a number above 0")
    if args.iterations is not None and args.iterations < 1:
        raise HarnessError(f"--iterations {args.iterations}: give 1 or more")
    if args.concurrency is not None and args.concurrency < 0:
        raise HarnessError(f"--concurrency {args.concurrency}: give 0 (one per CPU) or more")
    if args.run_name is not None:
        check_name(args.run_name)
    if args.keep is not None:
        bytes_of(args.keep)
    for name in ("iteration_timeout", "settle_limit"):
        value = getattr(args, name)
        if value is not None and not value > 0:
            raise HarnessError(f"--{name.replace('_', '-')} {value:g}: give seconds above 0")


def shown(args: argparse.Namespace, goal: Target, tests: int) -> dict[str, str]:
    """Return the options that the reports show, without any that is empty."""
    named = {
        "regex": args.regex,
        "exclude_regex": args.exclude_regex,
        "include_list": args.include_list or "",
        "exclude_list": args.exclude_list or "",
        "hours": "" if args.hours is None else f"{args.hours:g}",
        "iterations": "" if args.iterations is None else str(args.iterations),
        "forever": "yes" if args.forever else "",
        "tests": str(tests),
        "libvirt": "yes" if goal.libvirt_uri else "no URI configured",
        "host probe": "yes" if goal.host_probe else "none",
        "faults": args.faults or "",
        "lab": "yes" if goal.is_lab else "",
        "harness": version("harness"),
        "tempest": version("tempest"),
        "python": platform.python_version(),
    }
    return {name: value for name, value in named.items() if value}
