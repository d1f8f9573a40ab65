"""The script that a compute host runs to tell what it holds: one text, made of the parts here.

The parts import each other by name, for whoever reads or tests them; in the script they follow one
another, and those imports are left out. What is left is the standard library of Python 3.6.
"""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

_PARTS = ("reading", "folders", "disks", "system", "looking")


def script(folders: Mapping[str, str], views: Sequence[str], seconds: float, most: int) -> str:
    """Return the script that tells these views.

    ``folders`` are ``instances`` and ``libvirt``. ``seconds`` is the time for all of it, ``most``
    how many things a folder may have.
    """
    options = {"folders": {**folders}, "seconds": seconds, "most": most, "views": [*views]}
    return f"{source()}\n\nmain(json.loads({json.dumps(options)!r}))\n"


def source() -> str:
    """Return the parts as one text, which declares and does nothing."""
    texts = [files(__package__).joinpath(f"{part}.py").read_text("utf-8") for part in _PARTS]
    return "\n\n".join("\n".join(_without_ours(text)) for text in texts)


def _without_ours(text: str) -> Iterator[str]:
    """Yield the lines of a part but for its imports of other parts."""
    ours: set[int] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("harness."):
            ours.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number, line in enumerate(text.splitlines(), 1):
        if number not in ours:
            yield line
