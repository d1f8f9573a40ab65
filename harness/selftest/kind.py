"""What a kind of planted leak declares: how it is planted and what the judge must say of it."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.core.rules.origin import NOTHING_HELD, Origin
from harness.selftest.ground import Ground

LAB = "the lab"
"""Needed by kinds that stop services or write to databases: only a lab lets them."""
VOLUMES = "a volume service"


@dataclass(frozen=True)
class Expected:
    """A finding that must be raised: its identity, class and what it holds of the host.

    ``words`` must all be in its message. ``amounts`` has keys of ``origin.AMOUNTS``.
    """

    rule: str
    subject: str
    host: str
    origin: Origin
    amounts: Mapping[str, int] = field(default_factory=lambda: NOTHING_HELD)
    words: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        return (self.rule, self.subject, self.host)


def lost(
    rule: str,
    subject: str,
    host: str,
    amounts: Mapping[str, int] = NOTHING_HELD,
    *words: str,
) -> Expected:
    """Expect a finding of what the cloud lost."""
    return Expected(rule, subject, host, Origin.CLOUD_LOST, amounts, words)


def _nothing() -> None:
    """Nothing holds the cloud back."""


@dataclass(frozen=True)
class Planted:
    """What was planted: just these findings and no other must be raised.

    ``release`` lets the cloud heal where something was held back for that.
    """

    findings: tuple[Expected, ...]
    release: Callable[[], None] = _nothing


@dataclass(frozen=True)
class Kind:
    """A kind of leak. ``rules`` are those that must find it, the telling one first.

    ``heals`` names what in the cloud puts it right by itself, or is "": never. ``within`` is how
    many seconds that may take. ``in_run``: it is planted after a baseline, and judged as an
    iteration of a run is. ``needs``: what not every cloud has.
    """

    name: str
    rules: tuple[str, ...]
    story: str
    plant: Callable[[Ground], Planted]
    heals: str = ""
    within: float = 90.0
    in_run: bool = False
    needs: frozenset[str] = frozenset()


def leak(
    *rules: str,
    heals: str = "",
    within: float = 90.0,
    in_run: bool = False,
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[[Ground], Planted]], Kind]:
    """Make a function into the kind of its name; the docstring's first line is its story."""

    def declare(plant: Callable[[Ground], Planted]) -> Kind:
        story = inspect.getdoc(plant)
        if not story:
            raise TypeError(f"kind {plant.__name__} tells no story: give it a docstring")
        first = story.splitlines()[0]
        return Kind(plant.__name__, rules, first, plant, heals, within, in_run, frozenset(needs))

    return declare
