"""What nova-scheduler goes by, host for host, as it was for one server."""

from collections.abc import Iterator, Mapping

from harness.core.apis.standing import Standing
from harness.diagnosis.case import Case
from harness.diagnosis.openness import asked, image_of, refused


def told(case: Case) -> Iterator[str]:
    """Yield what a server asked for, then a line for each compute node."""
    demand, scene, around = case.demand, case.scene, case.scene.standings
    traits = [f"{trait} {value} by {asker}" for trait, value, asker in asked(demand, case.snapshot)]
    image = image_of(demand, case.snapshot)
    words = image.asks if image else {}
    zone = demand.zone or "none that is known"
    yield f"it asked for zone: {zone}; traits: {', '.join(traits) or 'none'}"
    specs = demand.flavor.extra_specs
    yield f"extra specs of its flavor: {_listed(specs)}; of its image: {_listed(words)}"
    own = refused(demand, case.snapshot)
    for host in sorted(own):
        stood = [f"{scene.when(each.moment) or 'now'}: {_stood(each, host)}" for each in around]
        yield f"{host}: {'; '.join([*stood, *own[host]])}"
    for aggregate in case.snapshot["aggregates"]:
        metadata = {name: value or "(not kept)" for name, value in aggregate.metadata.items()}
        hosts = ", ".join(aggregate.hosts) or "no host"
        yield f"aggregate {aggregate.name}: {hosts}; {_listed(metadata)}"


def _stood(standing: Standing, host: str) -> str:
    if host not in standing.zones:
        return "nova lists no such compute node"
    closed = ", ".join(standing.closed.get(host, ())) or "open"
    report = standing.reports.get(host) or "never"
    return f"{closed}, zone {standing.zones[host] or 'unknown'}, last report {report}"


def _listed(named: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(named.items())) or "none"
