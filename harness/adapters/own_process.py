"""Looks at the process that runs here: what it holds, and what it held at earlier looks."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psutil

from harness.core.ports import Unreachable

MOST = 120
"""Samples that are kept. With more, every second one is left out, and fewer are taken."""


@dataclass
class OwnProcess:
    """``held`` tells the bytes of the run's folder. Every ``stride``-th look is kept as a sample;
    the newest is always told."""

    held: Callable[[], int]
    samples: list[list[float]] = field(default_factory=list)
    stride: int = 1
    looks: int = 0

    def ask(self, now: float) -> Any:
        """Return the body of ``sources.own_process``. Raises Unreachable where the system does not
        tell what the process holds."""
        try:
            process = psutil.Process()
            with process.oneshot():
                sample = [
                    now,
                    process.memory_info().rss,
                    process.num_fds(),
                    process.num_threads(),
                    len(process.children(recursive=True)),
                    self.held(),
                ]
        except (psutil.Error, OSError) as error:
            raise Unreachable(f"the driver's own process cannot be looked at: {error}") from error
        told = [*self.samples, sample]
        if self.looks % self.stride == 0:
            self.samples = told
            if len(self.samples) >= MOST:
                self.samples, self.stride = self.samples[::2], self.stride * 2
        self.looks += 1
        return {"pid": os.getpid(), "samples": told}
