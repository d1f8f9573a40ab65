"""A cloud of any size, as its APIs and its hosts would answer, with a few things lost in it.

Every field that a service sends is there, also those that nobody reads. ``VIEWS`` maps a view to
the function that makes its answers (place -> body): a new view is one more function there.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.synthetic import belongings, hosts, neutron, nova, others, placement, tables, things
from benchmarks.synthetic.things import Size
from harness.core.answers.capture import CLOUD, Answer, Capture

MOMENT = 1795464000.0  # 2026-11-23T20:00:00Z

VIEWS: Mapping[str, Callable[[Size], Iterator[tuple[str, Any]]]] = {
    "hypervisors": nova.hypervisors,
    "aggregates": belongings.aggregates,
    "allocations": placement.allocations,
    "images": belongings.images,
    "keypairs": belongings.keypairs,
    "migrations": nova.migrations,
    "bindings": neutron.bindings,
    "deleted_servers": belongings.deleted_servers,
    "flavors": belongings.flavors,
    "floating_ips": neutron.floating_ips,
    "networks": neutron.networks,
    "ports": neutron.ports,
    "routers": neutron.routers,
    "security_groups": neutron.security_groups,
    "subnets": neutron.subnets,
    "projects": others.projects,
    "providers": placement.providers,
    "server_groups": belongings.server_groups,
    "services": nova.services,
    "users": belongings.users,
    "domains": others.domains,
    "nodes": others.nodes,
    "cached_images": hosts.cached_images,
    "guest_files": hosts.guest_files,
    "host_devices": hosts.host_devices,
    "host_interfaces": hosts.host_interfaces,
    "host_resources": hosts.host_resources,
    "instance_directories": hosts.instance_directories,
    "instance_disks": hosts.instance_disks,
    "ovs_interfaces": hosts.ovs_interfaces,
    "qemu_processes": hosts.qemu_processes,
    "nova_compute_nodes": tables.nova_compute_nodes,
    "nova_instances": tables.nova_instances,
    "nova_migrations": tables.nova_migrations,
    "servers": nova.servers,
}
ABSENT = ("volume_attachments", "volume_backups", "volume_quotas", "volume_snapshots", "volumes")
"""The views of cinder, which the synthetic cloud does without."""


def observed(size: Size) -> Capture:
    """Return one observation of the whole cloud."""
    told = [
        Answer(name, place, MOMENT, MOMENT + 1, body)
        for name, answers in VIEWS.items()
        for place, body in answers(size)
    ]
    return Capture((*told, *(_absent(name) for name in ABSENT)))


def _absent(name: str) -> Answer:
    return Answer(name, CLOUD, MOMENT, MOMENT, None, "the cloud has no cinder", absent=True)


def breaches(size: Size) -> dict[str, int]:
    """Return rule -> how many breaches there must be: what was lost, and not one more."""
    wrong = {
        "domain": ("server_has_domain",),
        "allocation": ("server_has_allocation",),
        "mind": ("no_server_in_error",),
        "server": (
            "domain_has_server",
            "allocation_has_consumer",
            "instance_directory_has_server",
        ),
    }
    found: dict[str, int] = {}
    for number in range(size.servers):
        for rule in wrong.get(things.lost(number), ()):
            found[rule] = found.get(rule, 0) + 1
    return found
