"""What filters would say of hosts that a nova-scheduler may run or not: no API tells.

Sources: nova/scheduler/request_filter.py, nova/scheduler/filters/aggregate_*.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.core.apis.traits import trait_in
from harness.core.views.snapshot import Snapshot
from harness.diagnosis.openness import Demand, holders_of, image_of
from harness.sources.aggregates import TENANT, Aggregate
from harness.sources.images import PREFIXES, traits_of

Refusals = Mapping[str, str]
"""host -> why a filter would refuse it."""
_REQUEST = "[scheduler] "
"""Before the name of an option by which placement is asked for less: nova's request filters."""
_SCOPE = "aggregate_instance_extra_specs"
_OPERATORS = (
    *("=", "<in>", "<all-in>", "<or>", "==", "!=", ">=", "<="),
    *("s==", "s!=", "s<", "s<=", "s>", "s>="),
)
"""nova/scheduler/filters/extra_specs_ops.py."""


def would_leave_none(
    demand: Demand, hosts: Sequence[str], snapshot: Snapshot, of_placement: bool = False
) -> Iterator[str]:
    """Yield which filters, if they are on, would refuse all of some hosts; where none would by
    itself, those that would together. ``of_placement``: only those that placement is asked by."""
    if gap := snapshot["aggregates"].gap():
        yield f"aggregates was not seen: {gap}"
        return
    found = {
        name: _of(filter_, demand, hosts, snapshot)
        for name, filter_ in FILTERS.items()
        if not of_placement or name.startswith(_REQUEST)
    }
    alone = [name for name, refusals in found.items() if len(refusals) == len(set(hosts))]
    for name in alone:
        yield f"{name} would leave none of these hosts, if it is on: {_told(found[name])}"
    some = [name for name, refusals in found.items() if refusals]
    if not alone and set().union(*found.values()) >= set(hosts):
        together = "; ".join(f"{name}: {_told(found[name])}" for name in some)
        yield f"{' and '.join(some)} would together leave none of these hosts, if on: {together}"


def _told(refusals: Refusals) -> str:
    return ", ".join(f"{host} {why}" for host, why in sorted(refusals.items()))


Filter = Callable[[Demand, str, Snapshot], str]
"""Says why it would refuse a host, or ""."""


def _of(filter_: Filter, demand: Demand, hosts: Sequence[str], snapshot: Snapshot) -> Refusals:
    told = {host: filter_(demand, host, snapshot) for host in hosts}
    return {host: why for host, why in told.items() if why}


def _around(host: str, snapshot: Snapshot) -> list[Aggregate]:
    return [aggregate for aggregate in snapshot["aggregates"] if host in aggregate.hosts]


def _values(name: str, aggregates: Sequence[Aggregate]) -> set[str] | None:
    """Return the values that aggregates have under a name; None where one of them is not kept."""
    found: set[str] = set()
    for aggregate in aggregates:
        if name in aggregate.metadata:
            value = aggregate.metadata[name]
            if value is None:
                return None
            found |= {part.strip() for part in value.split(",")}
    return found


def _tenants(aggregates: Sequence[Aggregate]) -> set[str] | None:
    names = {n for each in aggregates for n in each.metadata if n.startswith(TENANT)}
    found: set[str] = set()
    for name in sorted(names):
        values = _values(name, aggregates)
        if values is None:
            return None
        found |= values
    return found


def _multi_tenancy(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """A host in an aggregate with filter_tenant_id takes these projects only."""
    tenants = _tenants(_around(host, snapshot))
    return "is kept for other projects" if tenants and demand.project not in tenants else ""


def _tenant_aggregate(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """A project that has an aggregate of its own stays in it."""
    mine = [each for each in snapshot["aggregates"] if demand.project in (_tenants([each]) or ())]
    if not demand.project or not mine or any(host in each.hosts for each in mine):
        return ""
    return f"is not in the project's aggregate {mine[0].name!r}"


def _extra_specs(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """What a flavor asks for without a scope, or in this filter's, some aggregate must have.

    A value with an operator is not worked out: such a spec refuses only where it has no aggregate.
    """
    around = _around(host, snapshot)
    for spec, wanted in demand.flavor.extra_specs.items():
        scope, colon, rest = spec.partition(":")
        if colon and scope != _SCOPE:
            continue
        scoped = rest if colon else spec
        values = _values(scoped, around)
        if values is not None and not values:
            return f"is in no aggregate with {scoped}, which the flavor asks for"
        worked_out = wanted.split()[:1] and wanted.split()[0] not in _OPERATORS
        if values is not None and worked_out and wanted not in values:
            return f"has no aggregate with {scoped}={wanted}, which the flavor asks for"
    return ""


def _image_properties(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """A property of an image that an aggregate has too must be of the same value."""
    image, around = image_of(demand, snapshot), _around(host, snapshot)
    for name, value in image.asks.items() if image else ():
        values = _values(name, around)
        if values and value not in values:
            return f"has an aggregate with another {name} than the image's {value}"
    return ""


def _isolated(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """An aggregate that requires a trait takes only who asks for it."""
    image = image_of(demand, snapshot)
    specs = {**demand.flavor.extra_specs, **(image.asks if image else {})}
    asked = {trait_in(name) for name, value in specs.items() if value == "required"}
    for each in _around(host, snapshot):
        for name, value in each.metadata.items():
            trait = trait_in(name)
            if value == "required" and trait and trait not in asked:
                return f"has an aggregate for those who ask for trait {trait}"
    return ""


def _image_metadata(demand: Demand, host: str, snapshot: Snapshot) -> str:
    """Some properties of an image are translated into traits."""
    image, having = image_of(demand, snapshot), holders_of(demand, snapshot)
    uuids = {node.uuid for node in snapshot["hypervisors"].having("host", host)}
    for name, trait in traits_of(image.asks).items() if image else ():
        if name in PREFIXES and trait in having and not uuids & having[trait]:
            return f"lacks trait {trait} for the image's {name}"
    return ""


FILTERS: Mapping[str, Filter] = {
    "AggregateMultiTenancyIsolation": _multi_tenancy,
    "[scheduler] limit_tenants_to_placement_aggregate": _tenant_aggregate,
    "AggregateInstanceExtraSpecsFilter": _extra_specs,
    "AggregateImagePropertiesIsolation": _image_properties,
    "[scheduler] enable_isolated_aggregate_filtering": _isolated,
    "[scheduler] image_metadata_prefilter": _image_metadata,
}
"""nova's name -> what it would say. All of them are off unless an operator turns them on."""
