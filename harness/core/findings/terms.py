"""What a run is held to: which breaches fail it, and which are only told."""

from dataclasses import dataclass

from harness.core.findings.waiver import Waiver

PASS, FAIL = "pass", "fail"
"""What an option of the terms may be."""


@dataclass(frozen=True)
class Terms:
    """``healed_fails``: what the cloud put right itself within its time fails the run all the same.

    ``baseline_fails``: what stood before the first test fails each iteration that still sees it.
    ``waivers`` are known breaches that fail nothing until their end dates.
    """

    healed_fails: bool = False
    baseline_fails: bool = True
    waivers: tuple[Waiver, ...] = ()
