"""Asks one hypervisor and prints its answers: a process of its own, since libvirt may hang.

``python -m harness.adapters.libvirt_probe`` reads ``{"uri": ..., "questions": {...}}``: source name
-> "module:attribute" of a HostSource, or "module:attribute#uuid,uuid" of an Exhibit. Prints
``{"bodies": {...}, "errors": {...}}``. The connection is read-only.
"""

import importlib
import json
import sys
from typing import Any


def main() -> int:
    order = json.load(sys.stdin)
    print(json.dumps(answer(order["uri"], order["questions"])))  # noqa: T201 - the answer is this process's output
    return 0


def answer(uri: str, questions: dict[str, str]) -> dict[str, Any]:
    """Put every question to the hypervisor at ``uri``; never raises for the hypervisor's sake."""
    try:
        import libvirt
    except ImportError as error:
        reason = f"libvirt-python is not installed ({error}): pip install 'harness[libvirt]'"
        return {"bodies": {}, "errors": dict.fromkeys(questions, reason)}
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    try:
        connection = libvirt.openReadOnly(uri)
    except libvirt.libvirtError as error:
        reason = f"cannot connect: {error}"
        return {"bodies": {}, "errors": dict.fromkeys(questions, reason)}
    bodies: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, place in questions.items():
        address, mark, things = place.partition("#")
        module, attribute = address.split(":")
        source = getattr(importlib.import_module(module), attribute)
        try:
            bodies[name] = source.read(connection, *([things.split(",")] if mark else []))
        except libvirt.libvirtError as error:
            errors[name] = str(error)
    return {"bodies": bodies, "errors": errors}


if __name__ == "__main__":
    sys.exit(main())
