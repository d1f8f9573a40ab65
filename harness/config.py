"""The options of a configuration file; `oslo-config-generator --namespace harness` prints them."""

import math
from pathlib import Path
from typing import Any

from oslo_config import cfg

from harness.core.errors import HarnessError
from harness.view_options import CLOUD, HOST, LIBVIRT, NOVA_DATABASE

RESULTS = [
    cfg.StrOpt(
        "results",
        default="results",
        help="Directory that holds a folder for each run.",
    ),
]
TEMPEST = [
    cfg.StrOpt("conf", help="tempest.conf to use. Default for the lab: the lab's own."),
    cfg.StrOpt(
        "python",
        help="Python interpreter that has tempest and stestr. Default: the one that runs harness.",
    ),
    cfg.IntOpt(
        "concurrency",
        default=0,
        min=0,
        help="Number of test processes; 0 is one for each CPU.",
    ),
    cfg.FloatOpt(
        "iteration_timeout",
        default=7200.0,
        min=1,
        help="Seconds that the tests of one iteration may take before they are ended.",
    ),
]
SETTLE = [
    cfg.FloatOpt(
        "limit",
        default=180.0,
        min=0,
        help=(
            "Seconds to wait for the views to agree after the tests. Nova's audit runs every "
            "60 s by default, so less than 150 s may leave the tracker's rule UNKNOWN."
        ),
    ),
    cfg.FloatOpt(
        "audit_interval",
        default=60.0,
        min=1,
        help=(
            "nova-compute's update_resources_interval in seconds (0 there means 60). Used where "
            "the cloud does not tell when an audit ran."
        ),
    ),
    cfg.FloatOpt(
        "stuck_after",
        default=1800.0,
        min=1,
        help="Seconds after which a task, a build or a move is taken to be stuck.",
    ),
    cfg.FloatOpt(
        "reaper_interval",
        default=1800.0,
        min=1,
        help=(
            "nova-compute's running_deleted_instance_poll_interval in seconds: by then it destroys "
            "domains of deleted servers. Tells when a breach is overdue."
        ),
    ),
    cfg.FloatOpt(
        "power_sync_interval",
        default=600.0,
        min=1,
        help=(
            "nova-compute's sync_power_state_interval in seconds: by then it puts a server's power "
            "state right. Tells when a breach is overdue."
        ),
    ),
]
JUDGING = [
    cfg.StrOpt(
        "healed",
        default="pass",
        choices=["pass", "fail"],
        help=(
            "Whether a breach that the cloud healed by itself, in the time that it has for that, "
            "fails the run. The iterations that saw it fail either way."
        ),
    ),
    cfg.StrOpt(
        "baseline",
        default="fail",
        choices=["pass", "fail"],
        help=(
            "Whether a breach that stood before the first test fails each iteration that still "
            "sees it: a rule is broken, old as it may be. It is listed apart either way, and never "
            "counted as new."
        ),
    ),
    cfg.StrOpt(
        "waivers",
        help="YAML file of known breaches that fail nothing until their end dates.",
    ),
]
RETENTION = [
    cfg.StrOpt(
        "keep",
        default="10G",
        help=(
            "Bytes that a run's folder may hold, for example 500M or 2G. Beyond it, old iterations "
            "give up their captures, those in which nothing happened first, and keep what was "
            "judged of them; 'all' sets no bound."
        ),
    ),
]
_GROUPS: dict[str, list[Any]] = {
    "DEFAULT": RESULTS,
    "cloud": CLOUD,
    "libvirt": LIBVIRT,
    "host": HOST,
    "nova_database": NOVA_DATABASE,
    "tempest": TEMPEST,
    "settle": SETTLE,
    "judging": JUDGING,
    "retention": RETENTION,
}
_PLACES = ("~/.config/harness/harness.conf", "/etc/harness/harness.conf")


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """Return all options by group, for oslo-config-generator."""
    return [(group, list(options)) for group, options in _GROUPS.items()]


def load(path: str | None) -> cfg.ConfigOpts:
    """Read a configuration file, or the first of the usual places that has one.

    Raises HarnessError where the file is missing, malformed, or has a value out of range or an
    option that there is not.
    """
    conf = cfg.ConfigOpts()
    for group, options in _GROUPS.items():
        conf.register_opts(options, group=None if group == "DEFAULT" else group)
    usual = [place for place in map(_expand, _PLACES) if place.is_file()]
    files = [_expand(path)] if path else usual[:1]
    for file in files:
        if not file.is_file():
            raise HarnessError(f"configuration file {file} is not there: mend --config-file")
    try:
        conf(args=[], project="harness", default_config_files=[str(file) for file in files])
        for group, options in _GROUPS.items():
            for option in options:
                value = conf[option.name] if group == "DEFAULT" else conf[group][option.name]
                if isinstance(value, float) and not math.isfinite(value):
                    raise ValueError(f"[{group}] {option.name} is {value:g}, which is no number")
        _refuse_unknown(files)
    except (cfg.Error, cfg.ParseError, ValueError) as error:
        text = " ".join(str(error).split())
        raise HarnessError(f"configuration file {files[0] if files else ''}: {text}") from error
    return conf


def _refuse_unknown(files: list[Path]) -> None:
    """A misspelt option would otherwise be its default in silence."""
    for file in files:
        sections: dict[str, dict[str, list[str]]] = {}
        cfg.ConfigParser(str(file), sections).parse()
        for section, values in sections.items():
            known = {option.name for option in _GROUPS.get(section, [])}
            for name in values:
                if name not in known:
                    raise ValueError(f"[{section}] {name} is no option of harness")


def _expand(place: str) -> Path:
    return Path(place).expanduser()
