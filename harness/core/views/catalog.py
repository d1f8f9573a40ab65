"""What packages declare: every source and every invariant, found without a list kept by hand."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


def declared(
    package: ModuleType, kind: type[T] | tuple[type[Any], ...], group: str
) -> dict[str, T]:
    """Return name -> declaration for each object of ``kind`` in the package's modules.

    Other distributions join through the entry point ``group``. Raises ValueError where two
    declarations have one name.
    """
    found: dict[str, T] = {}
    for thing in (*_in_package(package, kind), *_plugged(kind, group)):
        if found.setdefault(thing.name, thing) is not thing:
            raise ValueError(f"two declarations in {group} are named {thing.name!r}")
    return dict(sorted(found.items()))


def address(package: ModuleType, kind: tuple[type[Any], ...], name: str) -> str:
    """Return "module:attribute" of the declaration of ``name`` in a package's modules."""
    for module in _modules(package):
        for attribute, thing in vars(module).items():
            if isinstance(thing, kind) and thing.name == name:
                return f"{module.__name__}:{attribute}"
    raise KeyError(name)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


def _in_package(package: ModuleType, kind: Any) -> Iterator[Any]:
    for module in _modules(package):
        yield from (thing for thing in vars(module).values() if isinstance(thing, kind))


def _plugged(kind: Any, group: str) -> Iterator[Any]:
    for point in entry_points(group=group):
        thing = point.load()
        if isinstance(thing, kind):
            yield thing
