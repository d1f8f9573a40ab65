"""The driver's own process: leaks of it, and what only looks like one."""

import math
from typing import Any

from harness.sources.own_process import OwnProcess
from tests.invariants.clouds import NOW, Cloud
from tests.invariants.leak import Leak

_MB = 2**20
_RULE = "own_process_is_bounded"
_WAVE = (0, 9, 3, 14, 6, 1)
"""What comes and goes from one look to the next."""


def process(samples: int, **series: Any) -> Cloud:
    """Return a cloud watched by a driver: each series is a function of the life's part, 0 to 1."""
    steady = {"memory": 80 * _MB, "files": 20, "threads": 6, "children": 0, "folder": 5 * _MB}
    told = {
        name: tuple(
            int(series[name](i / samples)) + _WAVE[i % 6] * (_MB if name == "memory" else 0)
            if name in series
            else start
            for i in range(samples)
        )
        for name, start in steady.items()
    }
    at = tuple(NOW - 300.0 * (samples - i) for i in range(samples))
    return Cloud(others={"own_process": (OwnProcess(77, at, **told),)})


def _leak(name: str, cloud: Cloud, *words: str) -> Leak:
    return Leak(_RULE, cloud, name, "", words)


OWN_LEAKS: dict[str, Leak] = {
    "the harness leaks memory": _leak(
        "memory", process(120, memory=lambda x: (80 + 100 * x) * _MB), "climb from 11"
    ),
    "the harness leaks files": _leak("files", process(60, files=lambda x: 20 + 90 * x), "files"),
    "the harness leaks threads": _leak("threads", process(60, threads=lambda x: 6 + 40 * x)),
    "the harness leaves children": _leak("children", process(90, children=lambda x: 50 * x)),
    "the harness leaks after a warm-up": _leak(
        "memory",
        process(120, memory=lambda x: (80 + 90 * min(1, 6 * x) + 90 * x) * _MB),
        "steady climb",
    ),
}

QUIET_OWN: dict[str, Cloud] = {
    "the harness warms up": process(
        120, memory=lambda x: (60 + 200 * (1 - math.exp(-4 * x))) * _MB
    ),
    "the harness warms up in one step": process(120, memory=lambda x: (60 + 200 * (x > 0.5)) * _MB),
    "the harness is steady": process(120),
    "the harness climbs a little": process(120, memory=lambda x: (80 + 20 * x) * _MB),
    "the harness climbs, and too little is known": process(
        30, memory=lambda x: (80 + 200 * x) * _MB
    ),
    "the harness climbs and comes back": process(
        120, memory=lambda x: (80 + 100 * (3 * x % 1)) * _MB
    ),
    "the run's folder fills": process(120, folder=lambda x: x * 2**30),
}
