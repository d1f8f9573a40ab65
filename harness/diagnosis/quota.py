"""A quota was exceeded: which, how much of it was in use, and who held it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.accounting.cloud_clock import since_epoch
from harness.diagnosis.case import listed, sentences
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import Claim, parts_of
from harness.sources.deleted_servers import DeletedServer
from harness.sources.servers import Server

_REFUSED = re.compile(
    r"Quota exceeded for (?P<what>[\w, ]{1,60}): Requested (?P<asked>[\d, ]{1,60}), but already "
    r"used (?P<used>[\d, ]{1,60}) of (?P<limit>[\d, ]{1,60}) [\w, ]{1,60}"
)
"""nova/exception.py: TooManyInstances; of several quotas the numbers are parted by commas."""
_OVER_LIMIT = re.compile(
    r"Resource (?P<what>[\w:]{1,60}) is over limit of (?P<limit>\d{1,18}) due to current usage "
    r"(?P<used>\d{1,18}) and delta (?P<asked>\d{1,18})"
)
"""oslo_limit/exception.py: ProjectOverLimit, where nova uses unified limits."""
_NAMES = {"servers": "instances", "class:VCPU": "cores", "class:MEMORY_MB": "ram"}
_AMOUNTS: Mapping[str, Callable[[Server | DeletedServer], int]] = {
    "instances": lambda _: 1,
    "cores": lambda server: server.flavor.vcpus if server.flavor else 0,
    "ram": lambda server: server.flavor.ram if server.flavor else 0,
}
"""Those of nova's quotas that servers hold: what a server counts (nova/quota.py:
_instances_cores_ram_count)."""


@dataclass(frozen=True)
class Excess:
    """A quota by its name, as nova told it when it refused."""

    quota: str
    asked: int
    used: int
    limit: int

    @property
    def text(self) -> str:
        return f"{self.quota}: {self.used} of {self.limit} were in use, {self.asked} were asked for"


def refusal_in(text: str) -> str:
    """Return what nova says in a text that refuses a server by quota, or ""."""
    found = _REFUSED.search(text) or _OVER_LIMIT.search(text)
    return found[0] if found else ""


def wanted_of(fault: str) -> str:
    """Return what a refused boot asked for of its quotas, in words."""
    return ", ".join(f"{each.asked} {each.quota}" for each in excesses(fault))


def excesses(fault: str) -> tuple[Excess, ...]:
    """Read nova's text; () where it names no numbers."""
    if found := _REFUSED.search(fault):
        parts = [[part.strip() for part in found[name].split(",")] for name in _REFUSED.groupindex]
        return tuple(_excess(*each) for each in zip(*parts, strict=False) if all(each))
    return tuple(
        _excess(found["what"], found["asked"], found["used"], found["limit"])
        for found in _OVER_LIMIT.finditer(fault)
    )


def _excess(what: str, asked: str, used: str, limit: str) -> Excess:
    return Excess(_NAMES.get(what, what), int(asked), int(used), int(limit))


def over_quota(fault: str, project: str, scene: Scene) -> str:
    """Return what is known of the quota that failed a server of a project, in sentences."""
    found = excesses(fault)
    if not found:
        return sentences(
            ["its fault speaks of a quota that it gives no numbers of", *_as_of_now(scene, ())]
        )
    servers = list(_alive(project, scene))
    said = [each.text for each in found]
    whose = f"project {project}, those included that came in the same second,"
    said += [_held(each, servers, whose, scene) for each in found]
    return sentences([*said, *_as_of_now(scene, found), *([scene.unsure] if scene.unsure else [])])


def refused_to(test: str, fault: str, scene: Scene, since: float | None) -> str:
    """Return what is known of the quota that refused a server to a test, in sentences.

    No server came of it, so that neither its project nor the moment is known: told are the servers
    that tests of its class have made since the iteration began.
    """
    test_class = (test.split(".")[-2:-1] or [""])[0]
    ahead = scene.now - scene.snapshot.moment
    servers = [
        server
        for server in _seen(scene)
        if f"({test_class})" in scene.maker_of(server)
        and (since is None or (since_epoch(server.created) or 0.0) >= since + ahead)
    ]
    told = [_held(each, servers, f"tests of {test_class}", scene) for each in excesses(fault)]
    said = ["nova refused the request, so that no server came of it"]
    said += [each.text for each in excesses(fault)]
    said += ["all that these tests made in this iteration, gone by then or not", *told]
    return sentences(said)


def _seen(scene: Scene) -> Iterator[Server | DeletedServer]:
    yield from scene.snapshot["servers"]
    yield from scene.snapshot["deleted_servers"]


def _alive(project: str, scene: Scene) -> Iterator[Server | DeletedServer]:
    """Yield the servers of a project that its quota counted at the moment: on a host or not, but
    not the soft-deleted (nova/objects/instance.py: InstanceList.get_counts)."""
    for server in scene.snapshot["servers"].having("project", project):
        if scene.was_there(server) and server.vm_state != "soft-delete":
            yield server
    for server in scene.snapshot["deleted_servers"].having("project", project):
        then = scene.then
        if then is not None and server.uuid != scene.but and scene.lived(server, then):
            yield server


def _held(
    excess: Excess, servers: Iterable[Server | DeletedServer], whose: str, scene: Scene
) -> str:
    amount = _AMOUNTS.get(excess.quota)
    if amount is None:
        return f"who holds {excess.quota} no view tells"
    claims = [Claim(*scene.holder(server), amount(server)) for server in servers]
    parts = parts_of(claims)
    total = sum(part.amount for part in parts)
    who = [f"{part.holder} {n} ({text})" for part in parts for text, n in part.whose]
    seen = f"of {whose} {len(claims)} servers are seen, which held {total} {excess.quota}"
    return f"{seen}: {listed(who)}" if who else seen


def _as_of_now(scene: Scene, found: Iterable[Excess]) -> Iterator[str]:
    """Yield the limits that nova tells at the look, of the quotas in question, else of all that are
    used up."""
    server = scene.snapshot["servers"].by_key().get(scene.but) or scene.snapshot[
        "deleted_servers"
    ].by_key().get(scene.but)
    quotas = server.failure.quotas if server and server.failure else {}
    names = [each.quota for each in found] or [
        name for name, (limit, used) in quotas.items() if 0 <= limit <= used
    ]
    told = [
        f"{name} {used} of {'any number' if limit < 0 else limit}"
        for name in names
        for limit, used in ([quotas[name]] if name in quotas else [])
    ]
    if told:
        when = scene.when(scene.now)
        yield f"{f'{when} ' if when else 'now '}nova counts {', '.join(told)}"
    elif server and server.failure:
        yield "what nova counts now against the quotas of its project is not recorded"
