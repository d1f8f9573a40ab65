"""What a leak is, for the tests of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.rules.origin import Origin
from tests.invariants.clouds import Cloud


@dataclass(frozen=True)
class Leak:
    """``rule`` must say that ``subject`` on ``host`` breaks it, with all of ``words``.

    ``origin``, ``amounts`` and ``heals_within`` (seconds) are asked for where they are given.
    """

    rule: str
    cloud: Cloud
    subject: str
    host: str
    words: tuple[str, ...]
    heals_at_audit: bool = False
    origin: Origin | None = None
    amounts: Mapping[str, int] | None = None
    heals_within: float | None = None
