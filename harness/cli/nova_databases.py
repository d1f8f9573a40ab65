"""Which of nova's databases are read."""

import argparse
from collections.abc import Mapping
from typing import Any

from harness.adapters.nova_database import checked, names, passwords
from harness.core.errors import HarnessError

_OFF = "off"


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names databases."""
    parser.add_argument(
        "--nova-database",
        action="append",
        metavar="URL",
        help="SQLAlchemy URL of the database of one of nova's cells, once for each cell, e.g. "
        "'mysql+pymysql://reader@db/nova_cell1?read_default_file=/etc/harness/my.cnf'; with a "
        "password it belongs in the configuration file; 'off': none",
    )


def chosen(args: argparse.Namespace, conf: Any, own: Mapping[str, str]) -> tuple[str, ...]:
    """Return the URLs that the command line, the configuration or else the lab (``own``) names.

    Raises HarnessError, with one line that holds no URL, where one cannot be used.
    """
    given = getattr(args, "nova_database", None)
    if any(map(passwords, given or ())):
        raise HarnessError(
            "--nova-database: the list of processes would show the password of this URL; put the "
            "URL into [nova_database] url"
        )
    urls = tuple(given or conf.nova_database.url or own.values())
    if urls == (_OFF,):
        return ()
    where = "--nova-database" if given else "[nova_database] url"
    made = []
    for number, url in enumerate(urls, 1):
        try:
            made.append(checked(url))
        except ValueError as error:
            which = f" number {number}" if len(urls) > 1 else ""
            raise HarnessError(f"{where}{which}: {error}") from None
    if len(set(names(made))) < len(made):
        raise HarnessError(f"{where}: the database {names(made)[0]} is named more than once")
    return urls
