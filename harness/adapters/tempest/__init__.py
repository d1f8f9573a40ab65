"""Runs tempest in processes of its own, through stestr."""

from harness.adapters.tempest.covering import Covers
from harness.adapters.tempest.runner import TempestRunner
from harness.adapters.tempest.selection import Selection

__all__ = ["Covers", "Selection", "TempestRunner"]
