"""Allocation without inventory."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import database, placement, servers


@leak("provider_usage_equals_allocations", needs=(LAB,))
def allocation_without_inventory(ground: Ground) -> Planted:
    """A server holds of a resource class that its provider has none of: no usage shows it."""
    server = servers.boot(ground)
    provider = placement.provider(ground, server.host)
    (row,) = database.select(ground, "placement", "resource_providers", {"uuid": provider}, ("id",))
    (kind,) = database.select(ground, "placement", "resource_classes", {"name": "VGPU"}, ("id",))
    where = {"consumer_id": server.uuid, "resource_class_id": kind["id"]}
    stamps = {"created_at": database.LONG_AGO, "updated_at": database.LONG_AGO}
    values = {"resource_provider_id": row["id"], "used": 1, **stamps}
    database.insert(ground, "allocations", where, values, "placement")
    return Planted((lost("provider_usage_equals_allocations", provider, server.host, {}, "VGPU"),))
