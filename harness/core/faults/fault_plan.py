"""A plan of faults: what is broken on purpose, when, for how long, and how it is mended again.

recovers_within: 10m
steps:
  - name: nova-api killed
    at: {iteration: 2, after: 10s}
    do: {lab: {kill: nova-api}}
    for: 30s
  - name: conductor restarts
    at: {after: 5m}
    do: {make: "ssh ctl sudo systemctl kill -s KILL nova-conductor", heal: by itself}
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harness.core import host_command

LAB, COMMAND = "lab", "command"
BY_ITSELF = "by itself"
ON_SERVICES = ("kill", "stop", "restart", "pause")
ON_HOSTS = ("drop_network",)
_TIME = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|)")
_ITERATIONS = re.compile(r"([1-9]\d{0,5}) iterations?")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:@+-]{0,79}")
_LONGEST = 7 * 86400.0
_STEP = ("name", "at", "do", "for", "recovers_within")
_PLAN = ("steps", "recovers_within", "leftovers")
RECOVERS_WITHIN = 600.0
"""Seconds in which a cloud is to recover where the plan does not say."""


class PlanError(ValueError):
    """A plan that is none; each of its lines says what is wrong with one part of it."""


@dataclass(frozen=True)
class Step:
    """A fault of a plan. Times are in seconds.

    It is due in ``iteration``, ``after`` its tests began, or where that is None, ``after`` the run
    began. ``kind`` is LAB, where ``action`` is done to ``target``, or COMMAND, where ``make`` and
    ``heal`` are run. It ``lasts`` so long and is healed then; ``by_itself``: nothing is done for
    that. The cloud is to recover within so many seconds or, where ``recovers_in`` is not 0, in so
    many iterations, the one in which it is healed counted too. ``leftovers_fail``: what tests that
    it disturbed leave counts like all else.
    """

    number: int
    name: str
    kind: str
    iteration: int | None = None
    after: float = 0.0
    lasts: float = 0.0
    recovers_within: float = RECOVERS_WITHIN
    action: str = ""
    target: str = ""
    make: tuple[str, ...] = ()
    heal: tuple[str, ...] = ()
    by_itself: bool = False
    leftovers_fail: bool = False
    recovers_in: int = 0

    @property
    def limit(self) -> str:
        """In what the cloud is to recover, in words."""
        if self.recovers_in:
            return f"{self.recovers_in} iteration{'s' if self.recovers_in > 1 else ''}"
        return f"{self.recovers_within:g} s"

    @property
    def does(self) -> str:
        """What is done, in a line."""
        if self.kind == LAB:
            return f"{self.action} {self.target} of the lab"
        return shlex.join(self.make)

    def due(self, now: float, run_began: float, iteration: int, began: float) -> bool:
        """Tell whether it is due. ``iteration`` is the one at hand, whose tests began at ``began``;
        all moments are seconds since the epoch."""
        if iteration < 1:
            return False
        if self.iteration is None:
            return now >= run_began + self.after
        if iteration == self.iteration:
            return now >= began + self.after
        return iteration > self.iteration

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def step_from(data: Mapping[str, Any]) -> Step:
    """Return a step that was stored. Raises KeyError or TypeError for what is none."""
    lists = {name: tuple(data.get(name, ())) for name in ("make", "heal")}
    return Step(**{**data, **lists})


def plan_from(data: Any) -> tuple[Step, ...]:
    """Read a plan whose values are all text. Raises PlanError with a line for each wrong step."""
    if not isinstance(data, Mapping):
        raise PlanError("expected a mapping with 'steps'")
    wrong = [f"{str(name)!r} is no part of a plan" for name in data if name not in _PLAN]
    listed = data.get("steps")
    if not isinstance(listed, list) or not listed:
        raise PlanError("\n".join([*wrong, "expected 'steps', a list of one step or more"]))
    leftovers = data.get("leftovers", "told")
    if leftovers not in ("told", "fail"):
        wrong.append(f"'leftovers' is {leftovers!r}, expected told or fail")
    within = (RECOVERS_WITHIN, 0)
    try:
        within = _limit(data, within)
    except PlanError as error:
        wrong.append(str(error))
    steps: list[Step] = []
    for number, entry in enumerate(listed, 1):
        try:
            steps.append(_step(number, entry, within, leftovers == "fail"))
        except PlanError as error:
            wrong.append(f"{_called(number, entry)}: {error}")
    names = [step.name for step in steps]
    wrong += [f"two steps are named {name!r}" for name in sorted(_twice(names))]
    if wrong:
        raise PlanError("\n".join(wrong))
    return tuple(steps)


def _called(number: int, entry: Any) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return f"step {number} ({name!r})" if name else f"step {number}"


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _step(number: int, entry: Any, within: tuple[float, int], leftovers_fail: bool) -> Step:
    if not isinstance(entry, Mapping):
        raise PlanError("it is no mapping of names to values")
    _known(entry, _STEP, "a step")
    if "at" not in entry or "do" not in entry:
        raise PlanError(f"{'at' if 'at' not in entry else 'do'!r} is missing")
    iteration, after = _when(entry["at"])
    parts = _deed(entry["do"])
    lasts = _seconds("for", entry.get("for", "0"))
    if parts.get("action") == "restart" and lasts:
        raise PlanError("a restart does not last: leave out 'for', or stop the service")
    name = str(entry.get("name") or f"step {number}")
    if not _NAME.fullmatch(name):
        raise PlanError("'name' may have up to 80 letters, digits, blanks and _ . : @ + -")
    seconds, iterations = _limit(entry, within)
    return Step(
        number,
        name,
        iteration=iteration,
        after=after,
        lasts=lasts,
        recovers_within=seconds,
        recovers_in=iterations,
        leftovers_fail=leftovers_fail,
        **parts,
    )


def _limit(entry: Mapping[str, Any], otherwise: tuple[float, int]) -> tuple[float, int]:
    """Return the seconds and the iterations, 0 where the seconds count."""
    if "recovers_within" not in entry:
        return otherwise
    if found := _ITERATIONS.fullmatch(str(entry["recovers_within"]).strip()):
        return RECOVERS_WITHIN, int(found[1])
    seconds = _seconds("recovers_within", entry["recovers_within"])
    if not seconds:
        raise PlanError("'recovers_within' is 0, in which nothing can recover")
    return seconds, 0


def _known(entry: Mapping[str, Any], names: tuple[str, ...], what: str) -> None:
    if unknown := sorted(str(name) for name in entry if name not in names):
        raise PlanError(f"{unknown[0]!r} is no part of {what}: {', '.join(names)} are")


def _when(at: Any) -> tuple[int | None, float]:
    if not isinstance(at, Mapping) or not at:
        raise PlanError("'at' should be {iteration: N}, {after: 90s} or both")
    _known(at, ("iteration", "after"), "'at'")
    after = _seconds("after", at.get("after", "0"))
    if "iteration" not in at:
        return None, after
    number = str(at["iteration"])
    if not number.isdecimal() or not 1 <= int(number) < 10**6:
        raise PlanError(f"'iteration' is {number!r}, expected a number from 1 on")
    return int(number), after


def _seconds(name: str, value: Any) -> float:
    text = str(value).strip()
    found = _TIME.fullmatch(text)
    if text.startswith("-"):
        raise PlanError(f"{name!r} is {text!r}: a time is not negative")
    if not found or not float(found[1]) * _UNITS[found[2]] <= _LONGEST:
        raise PlanError(f"{name!r} is {text!r}, expected a time as 90s, 5m or 1h, up to 168h")
    return float(found[1]) * _UNITS[found[2]]


def _deed(do: Any) -> dict[str, Any]:
    if not isinstance(do, Mapping) or not do:
        raise PlanError("'do' should be {lab: {kill: SERVICE}} or {make: COMMAND, heal: COMMAND}")
    _known(do, ("lab", "make", "heal"), "'do'")
    if "lab" in do:
        if len(do) > 1:
            raise PlanError("'do' has 'lab' and a command: the lab knows how to heal what it does")
        return _in_lab(do["lab"])
    if "make" not in do:
        raise PlanError("'make' is missing: the command that makes the fault")
    if "heal" not in do:
        raise PlanError(f"'heal' is missing: a command, or {BY_ITSELF!r} where none is needed")
    alone = do["heal"] == BY_ITSELF
    return {
        "kind": COMMAND,
        "make": _words("make", do["make"]),
        "heal": () if alone else _words("heal", do["heal"]),
        "by_itself": alone,
    }


def _in_lab(deed: Any) -> dict[str, Any]:
    if not isinstance(deed, Mapping) or len(deed) != 1:
        raise PlanError("'lab' should be one deed, as {kill: nova-api}")
    ((action, target),) = deed.items()
    if action not in (*ON_SERVICES, *ON_HOSTS):
        known = ", ".join((*ON_SERVICES, *ON_HOSTS))
        raise PlanError(f"the lab knows no {str(action)!r}: {known} it knows")
    if not isinstance(target, str) or not target:
        raise PlanError(f"{action!r} needs the name of a service or a host")
    return {"kind": LAB, "action": action, "target": target}


def _words(name: str, command: Any) -> tuple[str, ...]:
    """Return a command as words; no shell ever reads it. ssh is told to ask nobody."""
    try:
        words = shlex.split(host_command.checked(shlex.join(map(str, _parts(command)))))
    except ValueError as error:
        raise PlanError(f"{name!r}: {error}") from None
    if not words or not words[0] or any("\0" in word for word in words):
        raise PlanError(f"{name!r} is no command")
    return tuple(words)


def _parts(command: Any) -> Iterator[Any]:
    if isinstance(command, list):
        yield from command
    elif isinstance(command, str):
        yield from shlex.split(command)
