"""Waivers in a YAML file.

waivers:
  - rule: domain_has_server
    subject: "1f3c*"
    host: compute2
    reason: left by the crash of 12 May, kept for the vendor
    bug: https://bugs.example.org/4711
    until: 2026-12-31

Every value is text as it is written: a bug's number and a day need no quotes. What YAML has beyond
that (references, tags, a name twice, of which one would count in silence) is refused.
"""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

from yaml import SafeLoader, YAMLError, load
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode

from harness.core.errors import HarnessError
from harness.core.waiver import Waiver, waivers_from

_MOST = 1_000_000
"""Bytes that a file of waivers may have."""
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


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers. Raises HarnessError, one line, where it cannot be read as one."""
    try:
        content = load(_text(path), _Plain)
        if not isinstance(content, Mapping) or set(content) != {"waivers"}:
            raise ValueError("expected a mapping with 'waivers' and nothing else")
        return waivers_from(content["waivers"])
    except OSError as error:
        reason = error.strerror or str(error)
    except RecursionError:
        reason = "it is nested too deep"
    except (YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
    raise HarnessError(f"waivers file {path}: {reason}")


def _text(path: Path) -> str:
    """Return what a file holds. One that would never end (a pipe, a device) is none."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise ValueError(f"it has more than {_MOST:,} bytes")
    return content.decode("utf-8")
