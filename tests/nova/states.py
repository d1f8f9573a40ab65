"""States of nova's database: servers and their moves, and what the APIs show of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from harness.accounting.flavor_usage import promised
from harness.core.views.snapshot import Snapshot
from harness.sources.allocations import Allocation
from harness.sources.hypervisors import ComputeNode
from harness.sources.migrations import STATUSES, Migration
from harness.sources.providers import Inventory, Provider
from harness.sources.servers import Flavor, Server
from tests.invariants.clouds import Cloud, node, provider, service

HOSTS = ("h1", "h2", "h3")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = ("confirmed", "reverted", "failed", "completed", "cancelled", "done")
State = dict[str, Any]

sizes = st.sampled_from((0, 1, 3, 512, 1024, 1536))
hosts = st.sampled_from(HOSTS)
resizing = st.sampled_from(("resize_prep", "resize_migrating", "resize_migrated", "resize_finish"))
rebuilding = st.sampled_from(("rebuilding", "rebuild_block_device_mapping", "rebuild_spawning"))
alive = st.sampled_from(("active", "stopped"))
others = st.one_of(
    st.sampled_from(("active", "stopped", "building", "paused", "suspended", "rescued")),
    st.sampled_from(("soft-delete", "deleted", "error", "shelved", "shelved_offloaded")),
)
tasks = st.sampled_from(
    ("", "deleting", "spawning", "image_uploading", "powering-off", "migrating")
)
between = st.one_of(
    st.tuples(st.just("resized"), st.sampled_from(("", "", "resize_reverting"))),
    st.tuples(alive, resizing),
    st.tuples(alive, rebuilding),
    st.tuples(st.sampled_from(("active", "paused")), st.just("migrating")),
)
situations = st.one_of(between, between, between, st.tuples(others, tasks))
"""Pairs of a vm_state and a task: most are such that nova counts moves."""

kinds = st.sampled_from(("resize", "resize", "migration", "live-migration", "evacuation"))
still = st.sampled_from(("finished", "error", "running", "migrating"))
statuses = st.one_of(still, still, still, st.sampled_from(STATUSES + ENDED))


@st.composite
def flavors(draw: st.DrawFn, specs: Mapping[str, str]) -> State:
    """A flavor, as answering.py takes it."""
    return {
        "vcpus": draw(st.integers(1, 8)),
        "ram": draw(st.sampled_from((64, 512, 4096))),
        "disk": draw(sizes),
        "ephemeral": draw(st.integers(0, 2)),
        "swap": draw(sizes),
        "extra_specs": specs,
    }


@st.composite
def servers(draw: st.DrawFn, number: int, specs: Mapping[str, str]) -> State:
    """A server with its moves. What nova keeps of its flavors follows from how far a move is."""
    vm_state, task = draw(situations)
    moves = [
        draw(migrations(number * 10 + i)) for i in range(draw(st.sampled_from((0, 1, 1, 2, 2, 3))))
    ]
    last = max(moves, key=lambda move: move["age"], default=None)
    resize = last is not None and last["kind"] == "resize"
    in_move = vm_state == "resized" or task.startswith("resize_")
    late = vm_state == "resized" or (task == "resize_finish" and draw(st.booleans()))
    deleted = vm_state == "deleted" and draw(st.booleans())
    server = {
        "uuid": f"00000000-0000-4000-8000-{number:012}",
        "host": draw(st.one_of(hosts, hosts, st.just(""))),
        "vm_state": vm_state,
        "task": task,
        "deleted": deleted,
        "boots_from_volume": draw(st.booleans()),
        "old": draw(flavors(specs)),
        "new": draw(flavors(specs)),
        "now": "new" if resize and late else "old",
        "keeps_old": in_move and task not in ("resize_prep", "resize_migrating"),
        "keeps_new": in_move,
        "migrations": moves,
    }
    _give_context(draw, server, last)
    return server


@st.composite
def migrations(draw: st.DrawFn, number: int) -> State:
    kind = draw(kinds)
    return {
        "uuid": f"00000000-0000-4000-9000-{number:012}",
        "kind": kind,
        "status": draw(statuses),
        "source": draw(hosts),
        "dest": draw(hosts),
        "to": "new" if kind == "resize" else "old",
        "age": draw(st.integers(0, 9)),
        "in_context": False,
    }


def _give_context(draw: st.DrawFn, server: State, last: State | None) -> None:
    """Mark the move that the server's migration context names: any or none, but for a server that
    waits for a confirmation, which always has one (nova/compute/resource_tracker.py: _move_claim).
    """
    moves = server["migrations"]
    must = server["vm_state"] == "resized" and moves
    chosen = draw(st.sampled_from([*moves, last] if must else [None, *moves]))
    if chosen is not None:
        chosen["in_context"] = True


@st.composite
def states(draw: st.DrawFn) -> State:
    specs = draw(
        st.sampled_from(({}, {}, {}, {"resources:MEMORY_MB": "8"}, {"hw:cpu_policy": "shared"}))
    )
    return {
        "hosts": HOSTS,
        "reserved": {
            "cpus": draw(st.integers(0, 2)),
            "memory_mb": draw(st.sampled_from((0, 512))),
            "disk_mb": draw(st.sampled_from((0, 0, 512, 1024))),
        },
        "servers": [draw(servers(i, specs)) for i in range(1, 2 + draw(st.integers(0, 2)))],
    }


def snapshot(state: State, answer: State, stuck: bool, down: tuple[str, ...]) -> Snapshot:
    """Return what the APIs show after the audits. ``stuck``: nothing has changed for a day."""
    listed = [server for server in state["servers"] if not server["deleted"]]
    cloud = Cloud(
        servers=tuple(map(_server, listed)),
        migrations=tuple(
            row
            for server in state["servers"]
            for move in server["migrations"]
            if (row := _migration(server, move, answer["migrations"]))
        ),
        allocations=tuple(row for server in listed for row in _allocations(server)),
        nodes=tuple(compute_node(host, answer["rows"][host], host not in down) for host in HOSTS),
        providers=tuple(_provider(host, state["reserved"]) for host in HOSTS),
        services=tuple(service(host, up=host not in down) for host in HOSTS),
        domains=(),
    )
    moment = EPOCH + (timedelta(days=1) if stuck else timedelta(seconds=10))
    return Snapshot(moment.timestamp(), cloud.snapshot().views)


def compute_node(host: str, row: State, up: bool) -> ComputeNode:
    return node(
        host,
        uuid=host,
        node=f"{host}-node",
        up=up,
        vcpus_used=row["vcpus_used"],
        memory_mb_used=row["memory_mb_used"],
        local_gb_used=row["local_gb_used"],
        running_vms=row["running_vms"],
        servers=dict.fromkeys(row["servers"], ""),
    )


def _server(data: State) -> Server:
    return Server(
        uuid=data["uuid"],
        name="",
        project="project",
        host=data["host"],
        node=data["host"] and f"{data['host']}-node",
        domain_name="",
        status="",
        vm_state=data["vm_state"],
        task=data["task"],
        updated=EPOCH.isoformat(),
        flavor=Flavor(**data[data["now"]]),
        boots_from_volume=data["boots_from_volume"],
    )


def _migration(server: State, move: State, after: Mapping[str, list[str]]) -> Migration | None:
    """Return the row that the API lists for a move, or None for one that the source passes over."""
    status, updated = after[move["uuid"]]
    if status not in STATUSES and (status, move["kind"]) != ("done", "evacuation"):
        return None
    ends = [(host, host and f"{host}-node") for host in (move["source"], move["dest"])]
    return Migration(
        move["uuid"], server["uuid"], move["kind"], status, *ends[0], *ends[1], updated
    )


def _allocations(server: State) -> list[Allocation]:
    """What placement holds: in a move the old flavor for it and the new one for the server."""
    open_moves = [m for m in server["migrations"] if m["status"] not in (*ENDED, "error")]
    if not open_moves:
        return [_allocation(server, server["uuid"], server["host"], server["now"])]
    last = max(open_moves, key=lambda move: move["age"])
    return [
        _allocation(server, server["uuid"], last["dest"], last["to"]),
        _allocation(server, last["uuid"], last["source"], "old"),
    ]


def _allocation(server: State, consumer: str, host: str, which: str) -> Allocation:
    held = promised(Flavor(**server[which]), server["boots_from_volume"])[0]
    return Allocation(consumer, host, f"{host}-node", 1, held)


def _provider(host: str, reserved: Mapping[str, int]) -> Provider:
    inventories = {
        "VCPU": Inventory(64, reserved["cpus"], 4.0),
        "MEMORY_MB": Inventory(1 << 20, reserved["memory_mb"], 1.0),
        "DISK_GB": Inventory(1 << 14, -(-reserved["disk_mb"] // 1024), 1.0),
    }
    return provider(host, uuid=host, name=f"{host}-node", inventories=inventories)
