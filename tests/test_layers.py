"""Imports go inwards only, and a room's names tell what is in it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness

ROOT = Path(harness.__file__).parent
IN_WORDS = frozenset({"util", "utils", "helper", "helpers", "manager", "handler", "handlers"})
VAGUE = IN_WORDS | {"base", "common", "misc", "info"}
LONGEST = 260


def _core(*rooms: str) -> set[str]:
    return {f"harness.core.{room}" for room in rooms}


SETTLING = {"harness.core", "tenacity"}
"""What a module at the top of the package may need beside the standard library."""

ALLOWED: dict[str, set[str]] = {
    "harness.core": {"harness.core"},
    "harness.core.answers": _core("answers") | {"msgspec"},
    "harness.core.apis": _core("answers", "apis", "ports") | {"msgspec"},
    "harness.core.views": _core("answers", "ports", "views") | {"msgspec"},
    "harness.core.rules": _core("answers", "views", "rules"),
    "harness.core.faults": _core("answers", "rules", "faults", "host_command"),
    "harness.core.iterations": _core("answers", "apis", "views", "rules", "faults", "iterations"),
    "harness.core.findings": _core("answers", "rules", "faults", "iterations", "findings"),
    "harness.core.runs": _core(
        "answers", "apis", "views", "rules", "faults", "iterations", "findings", "runs"
    ),
    "harness.sources": {"harness.core", "harness.sources", "msgspec"},
    "harness.accounting": {"harness.core", "harness.sources", "harness.accounting", "msgspec"},
    "harness.invariants": {"harness.core", "harness.sources", "harness.accounting"},
    "harness.reports": {"harness.core", "harness.reports", "junit_xml"},
    "harness.logs": {"harness.core", "harness.logs", "harness.reports"},
    "harness.diagnosis": {
        "harness.core",
        "harness.sources",
        "harness.accounting",
        "harness.diagnosis",
        "harness.reports",
    },
    "harness.observe": {"harness.core"},
    "harness.settle": SETTLING,
    "harness.soak": {"harness.core", "harness.settle"},
    "harness.replay": {"harness.core"},
    "harness.thinning": {"harness.core"},
    "harness.config": {"harness.core", "harness.view_options", "oslo_config"},
    "harness.view_options": {"oslo_config"},
    "harness.adapters.allocator": set(),
    "harness.adapters.atomic_file": set(),
    "harness.adapters.clock": {"harness.core"},
    "harness.adapters.cloud": {
        "harness.core",
        "harness.adapters.cloud",
        "openstack",
        "keystoneauth1",
        "requests",
        "tenacity",
        "urllib3",
        "yaml",
    },
    "harness.adapters.host": {"harness.core", "harness.adapters.host_probe"},
    "harness.adapters.host_probe": {"harness.adapters.host_probe"},
    "harness.adapters.hypervisor": {"harness.core"},
    "harness.adapters.ledger": {
        "harness.core",
        "harness.adapters.ledger",
        "harness.adapters.ledger_rows",
        "harness.adapters.ledger_tables",
        "sqlalchemy",
    },
    "harness.adapters.ledger_rows": {"harness.core"},
    "harness.adapters.ledger_tables": {"sqlalchemy"},
    "harness.adapters.nova_database": {"harness.core", "sqlalchemy"},
    "harness.adapters.known_secrets": {"harness.core", "oslo_config", "yaml"},
    "harness.adapters.libvirt_probe": {"harness.core", "libvirt"},
    "harness.adapters.process_tree": {"harness.core", "psutil"},
    "harness.adapters.confinement": {"harness.core"},
    "harness.adapters.results_directory": {
        "harness.core",
        "harness.adapters.atomic_file",
        "harness.adapters.confinement",
        "harness.adapters.store",
    },
    "harness.adapters.run_lock": {"harness.core"},
    "harness.adapters.evidence_files": {"harness.core", "harness.adapters.shelf"},
    "harness.adapters.evidence_sizes": {
        "harness.adapters.atomic_file",
        "harness.adapters.evidence_files",
    },
    "harness.adapters.own_process": {"harness.core", "psutil"},
    "harness.adapters.shelf": {"harness.core", "harness.adapters.atomic_file"},
    "harness.adapters.store": {
        "harness.core",
        "harness.adapters.atomic_file",
        "harness.adapters.confinement",
        "harness.adapters.evidence_files",
        "harness.adapters.evidence_sizes",
        "harness.adapters.shelf",
        "harness.adapters.fault_journal",
    },
    "harness.adapters.subunit_stream": {
        "harness.core",
        "harness.adapters.subunit_stream",
        "subunit",
        "iso8601",
    },
    "harness.adapters.waiver_file": {"harness.core", "harness.adapters.plain_yaml"},
    "harness.adapters.plain_yaml": {"harness.core", "yaml"},
    "harness.adapters.fault_commands": {"harness.core"},
    "harness.adapters.fault_driver": {"harness.core", "harness.adapters.fault_journal"},
    "harness.adapters.fault_journal": {"harness.core", "harness.adapters.atomic_file"},
    "harness.adapters.tempest": {
        "harness.core",
        "harness.adapters.tempest",
        "harness.adapters.process_tree",
        "oslo_config",
        "psutil",
    },
}
"""room -> what its modules may import beside the standard library.

Adapters do not know each other, but for ``process_tree``, where whoever starts processes ends them,
``confinement``, by which whoever writes below a folder stays there, the rooms of a run,
``plain_yaml``, how an operator's file is read, and ``host_probe``, the script that ``host`` sends.
The lab is a room of its own; only ``cli`` and ``selftest`` may import it. ``cli`` imports all.
"""
FREE = ("harness.cli", "harness.lab", "harness.selftest")
SOURCES_ARE_ALONE = "a source imports no other source: each view is a file of its own"
PURE_FORBIDS = frozenset(
    {"os", "pathlib", "random", "secrets", "socket", "subprocess", "tempfile", "threading", "time"}
)
"""Modules of the standard library that reach outside: core, rules and reports do without them."""
PURE = ("harness.core", "harness.sources", "harness.accounting", "harness.invariants")
PURE_TOO = (
    "harness.reports",
    "harness.logs",
    "harness.diagnosis",
    "harness.soak",
    "harness.settle",
    "harness.replay",
    "harness.thinning",
)


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(path): path for path in sorted(ROOT.rglob("*.py"))}


def _imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it; ``from a import b`` as ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else str(node.module) for name in whole)


def _within(name: str, rooms: set[str] | tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def _room(module: str) -> str:
    return max((room for room in ALLOWED if _within(module, {room})), key=len, default="")


JUDGED = [name for name in MODULES if not _within(name, FREE) and name != "harness"]


@pytest.mark.parametrize("module", JUDGED)
def test_imports_go_inwards_only(module: str) -> None:
    if module == "harness.adapters":
        return
    room = _room(module)
    assert room, f"{module} is in no room: write down what it may import"
    outwards = [
        name
        for name in _imports(MODULES[module])
        if name.split(".")[0] not in sys.stdlib_module_names and not _within(name, ALLOWED[room])
    ]
    assert outwards == []


@pytest.mark.parametrize("module", [name for name in JUDGED if _within(name, PURE + PURE_TOO)])
def test_what_judges_reaches_nothing_outside(module: str) -> None:
    reached = {name.split(".")[0] for name in _imports(MODULES[module])}
    assert reached & PURE_FORBIDS == set()


@pytest.mark.parametrize("module", [name for name in MODULES if _within(name, {"harness.sources"})])
def test_sources_do_not_know_each_other(module: str) -> None:
    others = [name for name in _imports(MODULES[module]) if _within(name, {"harness.sources"})]
    assert others == [], SOURCES_ARE_ALONE


def test_the_lab_is_imported_by_commands_only() -> None:
    users = {
        module
        for module, path in MODULES.items()
        if any(_within(name, {"harness.lab"}) for name in _imports(path))
    }
    assert all(_within(module, FREE) for module in users)


def test_nothing_imports_the_commands() -> None:
    users = {
        module
        for module, path in MODULES.items()
        if any(_within(name, {"harness.cli"}) for name in _imports(path))
    }
    assert all(_within(module, {"harness.cli"}) for module in users)


@pytest.mark.parametrize("module", MODULES)
def test_a_name_tells_what_is_in_it(module: str) -> None:
    words = set(module.split(".")[-1].split("_"))
    assert not words & IN_WORDS
    assert module.split(".")[-1] not in VAGUE


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_short_enough_to_read(module: str) -> None:
    assert len(MODULES[module].read_text("utf-8").splitlines()) < LONGEST
