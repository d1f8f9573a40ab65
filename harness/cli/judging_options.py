"""The options that say what fails a run, and the laws with them."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.adapters.waiver_file import read_waivers
from harness.cli import assembly
from harness.cli.target import Target
from harness.core.errors import HarnessError
from harness.core.findings.terms import FAIL, PASS, Terms
from harness.core.findings.waiver import Waiver
from harness.core.rules.reading import Patience
from harness.core.runs.judging import Laws


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run."""
    group = parser.add_argument_group("what fails the run")
    group.add_argument(
        "--healed",
        choices=(PASS, FAIL),
        help="whether what the cloud healed by itself, in its time, fails the run (default: pass)",
    )
    group.add_argument(
        "--baseline",
        choices=(PASS, FAIL),
        help="whether what stood before the first test fails the run (default: fail)",
    )
    _add_file(group)


def add_waivers(parser: argparse.ArgumentParser) -> None:
    """Add the one that has a meaning outside a run, too."""
    _add_file(parser)


def _add_file(place: Any) -> None:
    place.add_argument(
        "--waivers",
        metavar="FILE",
        help="YAML file of known breaches that fail nothing until their end dates",
    )


def laws(args: argparse.Namespace, conf: Any, goal: Target) -> Laws:
    """Return the laws for a cloud, with all that options and configuration say of judging.

    Raises HarnessError where the waivers cannot be read or name a rule that there is not.
    """
    found = assembly.laws(Patience(audit_interval=goal.audit_interval), conf.settle.stuck_after)
    return replace(
        found,
        reaper_interval=goal.reaper_interval,
        power_sync_interval=goal.power_sync_interval,
        terms=Terms(
            healed_fails=(getattr(args, "healed", None) or conf.judging.healed) == FAIL,
            baseline_fails=(getattr(args, "baseline", None) or conf.judging.baseline) == FAIL,
            waivers=_waivers(args, conf, found),
        ),
    )


def _waivers(args: argparse.Namespace, conf: Any, found: Laws) -> tuple[Waiver, ...]:
    given = args.waivers or conf.judging.waivers
    if not given:
        return ()
    path = Path(given).expanduser()
    waivers = read_waivers(path)
    for number, waiver in enumerate(waivers, 1):
        if waiver.rule not in found.truths:
            raise HarnessError(
                f"waivers file {path}: waiver {number} is of {waiver.rule!r}, which is no rule of "
                "harness: docs/invariants/README.md names them"
            )
    return waivers
