"""Soak and leak-test harness for OpenStack."""

from importlib.metadata import version

__version__ = version("harness")
