"""YAML files of an operator, read as plain text: lists, mappings and text, and nothing else.

Every value is text as it is written: a bug's number and a day need no quotes. What YAML has beyond
that (references, tags, a name twice, of which one would count in silence) is refused.
"""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

from yaml import SafeLoader, YAMLError, load
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode

from harness.core.errors import HarnessError

T = TypeVar("T")

_MOST = 1_000_000
"""Bytes that such a file may have."""
_NOTHING = "tag:yaml.org,2002:null"


class _Plain(SafeLoader):
    """Reads lists, mappings and text, and nothing else."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name is PyYAML's
        first: [rule for rule in rules if rule[0] == _NOTHING]
        for first, rules in SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):
            why = "references are not read: put a text that begins with & or * in quotes"
            raise ConstructorError(None, None, why, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key.value, str)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ConstructorError(None, None, f"{twice[0]!r} is there twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read_plain(path: Path, what: str, parse: Callable[[Any], T]) -> T:
    """Return what ``parse`` makes of a file's content; it may raise ValueError, each line of which
    is told. Raises HarnessError where the file cannot be read so; ``what`` it is begins a line."""
    try:
        content = load(_text(path), _Plain)
    except OSError as error:
        reason = error.strerror or str(error)
    except RecursionError:
        reason = "it is nested too deep"
    except (YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
    else:
        try:
            return parse(content)
        except ValueError as error:
            lines = [" ".join(each.split())[:300] for each in str(error).splitlines()]
            raise HarnessError("\n".join(f"{what} {path}: {each}" for each in lines)) from None
    raise HarnessError(f"{what} {path}: {reason}")


def _text(path: Path) -> str:
    """Return what a file holds. One that would never end (a pipe, a device) is none."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError(f"it has more than {_MOST:,} bytes")
    return content.decode("utf-8")
