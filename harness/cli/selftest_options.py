"""The options of ``harness selftest``: what is planted, and where what comes of it goes."""

import argparse
from pathlib import Path


def add_what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", action="append", default=[], metavar="NAME", help="only this kind; repeatable"
    )
    parser.add_argument("--list", action="store_true", help="print the kinds and plant nothing")
    parser.add_argument(
        "--keep", action="store_true", help="leave the leak of the one --kind planted"
    )
    parser.add_argument(
        "--resume", action="store_true", help="leave out the kinds that --output has results of"
    )
    parser.add_argument(
        "--clean", action="store_true", help="only remove what an earlier self-test left planted"
    )
    parser.add_argument(
        "--blind",
        action="append",
        default=[],
        metavar="RULE",
        help="judge as if this rule saw nothing, to show that it would be found out; repeatable",
    )


def add_where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("results/selftest"),
        metavar="DIR",
        help="where selftest.json, .txt and .xml go (default: results/selftest)",
    )
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="keep the captures of each kind found, for tests"
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="the ledger of what is planted (default: selftest.json in the lab's state "
        "directory, else in $XDG_STATE_HOME/harness/CLOUD)",
    )
    parser.add_argument(
        "--i-know-this-plants-leaks",
        action="store_true",
        help="plant in a cloud that is not a lab",
    )
