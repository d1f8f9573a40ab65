"""Says in one line how a run of stestr ended."""

import signal
from itertools import dropwhile, islice
from pathlib import Path

from harness.adapters.process_tree import Ended
from harness.adapters.tempest.child import Ending

CRASH = 70
"""Our exit code for a stestr that raised; its own are 0 and 1, for failed tests."""

_LINE = 300
_SHOWN = 5


def explain(
    ending: Ending, time_limit: float, left: tuple[Ended, ...], errors: Path
) -> tuple[str, str]:
    """Return the ending as in ports.TestOutcome, and one line about it.

    ``left`` is what of an earlier run was found alive and ended; ``errors`` is what stderr got.
    """
    name, parts = ending.ending, []
    if name == "timeout":
        parts.append(f"the tests took longer than {time_limit:g} s")
    elif name == "interrupted":
        parts.append("the run was stopped")
    elif ending.trouble:
        name = "crashed"
        parts.append(f"the stream of results: {ending.trouble}")
    elif ending.code not in (0, 1):
        name = "crashed"
        said = errors.read_text(errors="replace").strip().rpartition("\n")[2]
        parts.append(f"stestr ended with {_code(ending.code)}: {said[:_LINE]}")
    if ending.ended:
        parts.append(f"ended {_names(ending.ended)}")
    if left:
        parts.append(f"ended {_names(left)} of an earlier run")
    return name, "; ".join(parts)


def _code(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


def _names(ended: tuple[Ended, ...]) -> str:
    shown = ", ".join(str(process) for process in ended[:_SHOWN])
    return shown + (f" and {len(ended) - _SHOWN} more" if len(ended) > _SHOWN else "")


def first_reason(ending: Ending, lines: list[str]) -> str:
    """Return the first meaningful line of a listing that failed, and which module it was about."""
    if ending.ending == "timeout":
        return "it took too long"
    module = next((line for line in lines if line.startswith("Failed to import test module")), "")
    traceback = dropwhile(lambda line: not line.startswith("Traceback "), lines)
    said = (line for line in islice(traceback, 1, None) if line.strip() and line[0] != " ")
    spoken = (line for line in lines if line.strip() and not line.startswith("="))
    line = next(said, "") or next(spoken, "") or _code(ending.code)
    return ": ".join(part for part in (module, line[:_LINE]) if part)
