"""Answers questions with nova's own functions. Runs in an environment with nova; not a test.

One JSON question per line on standard input, one JSON answer per line on standard output. Nova's
database is a SQLite one in memory, read and written by nova's own objects. What is left out is
what has no part in the sums: the hypervisor and placement.
"""

import json
import logging
import sys
from types import SimpleNamespace

from nova import config, context, objects
from nova.compute import resource_tracker, vm_states
from nova.db.main import api as database
from nova.db.main import models
from nova.objects import fields
from nova.scheduler import utils as scheduling
from nova.virt import hardware
from planting import flavor_of, forget, plant_migration, plant_server, whole

CONF = config.CONF
TRACKERS = {}


def promised(question):
    """What the scheduler asks placement for: with PCPUs, and without where it may fall back.

    A flavor and an image that the API refuses gives the name of the refusal.
    """
    flavor = flavor_of(question["flavor"], 1)
    image = objects.ImageMeta.from_dict(
        {"id": whole("image"), "properties": question["image"], "min_disk": 0, "min_ram": 0}
    )
    try:
        hardware.numa_get_constraints(flavor, image)
        spec = objects.RequestSpec(
            flavor=flavor,
            image=image,
            is_bfv=question["boots_from_volume"],
            requested_destination=None,
            requested_resources=[],
            request_level_params=objects.RequestLevelParams(),
        )
        asked = scheduling.ResourceRequest.from_request_spec(spec)
        answers = [asked.merged_resources()]
        if asked.cpu_pinning_requested:
            again = scheduling.ResourceRequest.from_request_spec(spec, False)
            answers.append(again.merged_resources())
    except Exception as error:  # noqa: BLE001 - that nova refuses, and how, is the answer
        return {"refused": type(error).__name__}
    emulator = hardware.get_emulator_thread_policy_constraint(flavor)
    return {"answers": answers, "emulator_threads": emulator}


class Driver:
    """A hypervisor that has room and tells nothing of what runs."""

    def node_is_available(self, nodename):
        return True

    def get_available_resource(self, nodename):
        return {
            "hypervisor_hostname": nodename,
            "uuid": whole(nodename),
            "hypervisor_type": "QEMU",
            "hypervisor_version": 1,
            "vcpus": 64,
            "memory_mb": 1 << 20,
            "local_gb": 1 << 14,
            "vcpus_used": 0,
            "memory_mb_used": 0,
            "local_gb_used": 0,
            "cpu_info": "",
            "numa_topology": None,
            "disk_available_least": 0,
        }


class Placement:
    """Placement, as far as an audit asks it about what deleted servers hold: nothing."""

    def get_allocations_for_resource_provider(self, *args):
        return SimpleNamespace(allocations={})

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


def audit(question):
    """Put servers and migrations into nova's database and let each host's tracker audit, twice,
    since an audit marks a migration that it does not know what to do with.

    Gives for each host the row that it saved, or why it failed, and the servers of the host; and
    for each migration what it is after that.
    """
    ctxt, audits, nodes = begin(question)
    numbers = {}
    for server in question["servers"]:
        for kind in ("old", "new"):
            numbers[server["uuid"], kind] = len(numbers) + 1
        plant_server(ctxt, {**server, "compute_id": nodes.get(server["host"])}, numbers)
        for migration in server["migrations"]:
            plant_migration(ctxt, migration, server, numbers)
        if server["deleted"]:
            with database.context_manager.writer.using(ctxt):
                ctxt.session.query(models.Instance).filter_by(uuid=server["uuid"]).update(
                    {"deleted": models.Instance.id}
                )
    before = None
    while before != (after := statuses(ctxt)):
        before = after
        rows = {host: audited(ctxt, begun, host) for host, begun in audits.items()}
    return {"rows": rows, "migrations": after}


def statuses(ctxt):
    """What each migration is, and when it last changed."""
    moves = objects.MigrationList.get_by_filters(ctxt, {})
    return {move.uuid: [move.status, move.updated_at.isoformat()] for move in moves}


def begin(question):
    """Forget all servers; each host's tracker goes on, and has audited once at its start."""
    ctxt = context.get_admin_context()
    forget(ctxt)
    for name, amount in question["reserved"].items():
        CONF.set_override(f"reserved_host_{name}", amount)
    for host in question["hosts"]:
        if host not in TRACKERS:
            TRACKERS[host] = tracker(ctxt, host)
            TRACKERS[host].update_available_resource(ctxt, f"{host}-node")
        TRACKERS[host].is_bfv.clear()
    audits = {host: TRACKERS[host] for host in question["hosts"]}
    return ctxt, audits, {h: b.compute_nodes[f"{h}-node"].id for h, b in audits.items()}


def tracker(ctxt, host):
    """A tracker as nova-compute begins it, with what it tells placement left out."""
    service = objects.Service(ctxt, host=host, binary="nova-compute", topic="compute")
    service.create()
    begun = resource_tracker.ResourceTracker(host, Driver(), Placement())
    begun._update_to_placement = lambda *args, **kwargs: None
    begun.set_service_ref(service)
    return begun


def audited(ctxt, begun, host):
    listed = objects.InstanceList.get_by_host(ctxt, host, expected_attrs=[])
    answer = {"servers": [instance.uuid for instance in listed], "failed": ""}
    try:
        begun.update_available_resource(ctxt, f"{host}-node")
    except Exception as error:  # noqa: BLE001 - that it fails, and how, is the answer
        answer["failed"] = f"{type(error).__name__}: {error}"
    row = objects.ComputeNode.get_by_host_and_nodename(ctxt, host, f"{host}-node")
    names = ("vcpus_used", "memory_mb_used", "local_gb_used", "running_vms")
    return answer | {name: getattr(row, name) for name in names}


def drift(question):
    """The disk in a tracker's row after each server that comes, then that goes, and after an audit.

    ``question`` holds the servers, all on one host that audits before they come.
    """
    ctxt, audits, nodes = begin(question)
    begun, seen, numbers = audits["h1"], [], {}
    begun.update_available_resource(ctxt, "h1-node")
    for server in question["servers"]:
        numbers |= {(server["uuid"], kind): 1 for kind in ("old", "new")}
        plant_server(ctxt, server | {"compute_id": nodes["h1"]}, numbers)
    servers = objects.InstanceList.get_by_host_and_node(ctxt, "h1", "h1-node", ["flavor"])
    for gone in (False, True):
        for instance in servers:
            begun._update_usage_from_instance(ctxt, instance, "h1-node", is_removed=gone)
            seen.append(begun.compute_nodes["h1-node"].local_gb_used)
    forget(ctxt)
    begun.update_available_resource(ctxt, "h1-node")
    return [*seen, begun.compute_nodes["h1-node"].local_gb_used]


def removable(question):
    """Whether nova's audit leaves a server out, for each pair of states that there can be."""
    return [
        [vm_state, task or "", vm_states.allow_resource_removal(vm_state, task)]
        for vm_state in fields.InstanceState.ALL
        for task in (None, *fields.InstanceTaskState.ALL)
    ]


QUESTIONS = {"promised": promised, "audit": audit, "drift": drift, "removable": removable}


def main():
    logging.disable(logging.CRITICAL)
    config.parse_args(["nova"], default_config_files=[])
    CONF.set_override("connection", "sqlite://", "database")
    database.context_manager.configure(thread_checkin=False)
    database.configure(CONF)
    objects.register_all()
    models.BASE.metadata.create_all(database.get_engine())
    for line in sys.stdin:
        question = json.loads(line)
        answer = QUESTIONS[question.pop("ask")](question)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
