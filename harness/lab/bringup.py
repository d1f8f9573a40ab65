"""From configured files to a cloud that answers, stage by stage; and the way back."""

import signal
from collections.abc import Callable
from typing import Any

import psutil

from harness.core.errors import HarnessError
from harness.lab import (
    catalog,
    cloud,
    configuration,
    database,
    environment,
    fake_computes,
    files,
    networks,
    passwords,
    ports,
    processes,
    readiness,
    seed,
    services,
    state_files,
    supervision,
    virtualization,
)
from harness.lab.configuration import Plan
from harness.lab.environment import LabEnvironment
from harness.lab.layout import FAKE, HOSTS, Layout
from harness.lab.settings import Settings

Say = Callable[[str], None]
STAGE_SECONDS = 240
AGENT_SECONDS = 240
LIVE_MIGRATION_WORKS = True


def run(layout: Layout, chosen: Settings, running: bool, say: Say) -> LabEnvironment:
    """Start what does not run and wait until the cloud answers.

    A lab that is ``running`` and was ready once keeps its configuration.
    """
    known = _known(layout) if running else None
    plan = _plan(layout, chosen, known.virt_type if known else None, say)
    if known is None:
        _configure(plan, say)
    stages = _stages(plan)
    _refuse_older(layout, stages)
    _start_stage(plan, stages[0], say)
    database.let_in(layout)
    if not database.is_made(layout):
        database.make(layout, plan.passwords["admin"], plan.url("keystone"), say)
    _start_stage(plan, stages[1], say)
    if known is None:
        readiness.patiently(layout, "keystone", lambda: _catalog(plan), STAGE_SECONDS)
    _start_stage(plan, stages[2], say)
    # Made now, for a connection keeps the catalog that it found.
    connection = readiness.patiently(
        layout, "keystone", lambda: cloud.connect(layout), STAGE_SECONDS
    )
    _wait_for_agents(plan, connection)
    images = readiness.patiently(
        layout, "glance", lambda: seed.ensure(connection, layout), STAGE_SECONDS
    )
    return known or _publish(plan, images, _network_extensions(connection))


def _refuse_older(layout: Layout, stages: list[list[services.Service]]) -> None:
    """HarnessError where the lab was started by a harness that knew less services."""
    unknown = {one.name for stage in stages for one in stage} - set(supervision.services(layout))
    if unknown:
        raise HarnessError(
            f"the lab was started by another version, without {', '.join(sorted(unknown))}: "
            "`harness lab down` first"
        )


def _catalog(plan: Plan) -> None:
    urls = {name: plan.url(name) for name in catalog.TYPES}
    # keystone's own endpoint may be the one of an earlier port offset.
    connection = cloud.connect(plan.layout, identity_endpoint_override=urls["keystone"])
    catalog.ensure(connection.identity, urls, plan.passwords["service"])


def stop_all(layout: Layout) -> None:
    """End all services, the last started first, then supervisord. Guests end before libvirtd."""
    names = list(supervision.services(layout))
    late = [name for name in names if not name.startswith(_FIRST)]
    for name in late:
        _term(layout, name)
    for name in late:
        supervision.stop_service(layout, name)
    processes.stop(_guests(layout), 5)
    for name in names:
        if name not in late:
            _term(layout, name)
    for name in names:
        supervision.stop_service(layout, name)
    number = supervision.pid(layout)
    if number is not None:
        supervision.call(layout, "shutdown")
        processes.stop([psutil.Process(number)], 10)


_FIRST = ("memcached", "mariadb", "epmd", "rabbitmq", "libvirtd-")


def _guests(layout: Layout) -> list[psutil.Process]:
    return [one for one in processes.all_of(layout.state) if processes.is_guest(one, layout.state)]


def _term(layout: Layout, name: str) -> None:
    """Let a service begin to end, so that all end at the same time."""
    supervision.signal_service(layout, name, signal.SIGTERM)


def _plan(layout: Layout, chosen: Settings, virt_type: str | None, say: Say) -> Plan:
    if virt_type is None:
        virt_type, why = chosen.virt_type, "chosen with --virt-type"
        if virt_type == "auto":
            virt_type, why = virtualization.virt_type(layout.state / "tmp")
        say(f"guests run on {'KVM' if virt_type == 'kvm' else 'TCG'}: {why}")
    return Plan(
        layout,
        chosen,
        passwords.load_or_make(layout.state),
        virt_type,
    )


def _known(layout: Layout) -> LabEnvironment | None:
    if not (layout.state / environment.FILE_NAME).exists():
        return None
    return environment.load(layout.state)


def _configure(plan: Plan, say: Say) -> None:
    """Write the files; start supervisord, or restart the services that read another file now."""
    layout = plan.layout
    alive = supervision.pid(layout) is not None
    if not alive:
        ports.refuse_foreign(plan.ports, ports.listeners(), _is_ours(layout))
        database.discard_half(layout)
    changed = state_files.write(plan)
    database.install(layout)
    if not alive:
        networks.ensure(layout, bool(_guests(layout)))
        supervision.start(layout)
    elif changed:
        for name in supervision.services(layout):
            if name.startswith("nova-compute-"):
                supervision.stop_service(layout, name)
        say("the configuration changed: nova-compute is restarted")


def _is_ours(layout: Layout) -> Callable[[int], bool]:
    def ours(pid: int) -> bool:
        try:
            return processes.belongs(psutil.Process(pid), layout.state)
        except psutil.Error:
            return False

    return ours


def _stages(plan: Plan) -> list[list[services.Service]]:
    declared = services.declared(plan.place)
    return [[one for one in declared if one.stage == stage] for stage in (0, 1, 2)]


def _start_stage(plan: Plan, stage: list[services.Service], say: Say) -> None:
    layout = plan.layout
    supervised = supervision.services(layout)
    for service in stage:
        if not supervised[service.name].running:
            say(f"starting {service.name}")
            supervision.start_service(layout, service.name)
    names = [service.name for service in stage]
    for name in names:
        readiness.wait_for(layout, names, plan.ports, name, STAGE_SECONDS)


def _wait_for_agents(plan: Plan, connection: Any) -> None:
    """Wait until every nova service reported and both hypervisors are listed."""
    layout = plan.layout
    started = {one.name: one.start for one in supervision.services(layout).values()}
    names = [name for name in readiness.AGENTS if name in started]
    fakes = plan.place.fake_hosts
    fake_computes.forget_others(connection, fakes)
    readiness.wait(layout, names, lambda: readiness.agents_up(connection, started), AGENT_SECONDS)
    unknown = readiness.hypervisors_missing(connection, (*HOSTS, *fakes))
    if unknown:
        database.map_hosts(layout)
    readiness.wait(layout, names, lambda: _hypervisors(connection, fakes), AGENT_SECONDS)
    fake_computes.disable(connection, [host for host in unknown if host in fakes])


def _hypervisors(connection: Any, fakes: tuple[str, ...]) -> None:
    missing = readiness.hypervisors_missing(connection, (*HOSTS, *fakes))
    if missing:
        host = missing[0]
        name = f"nova-compute-{HOSTS.index(host) + 1 if host in HOSTS else FAKE}"
        raise readiness.NotReady(name, f"nova does not list the hypervisor {missing[0]} as up")


def _network_extensions(connection: Any) -> str:
    """What neutron offers and can do here: a topology of its own needs an external network."""
    offered = {extension.alias for extension in connection.network.extensions()}
    return ",".join(sorted(offered - {"auto-allocated-topology"}))


def _publish(plan: Plan, images: dict[str, str], network_extensions: str) -> LabEnvironment:
    layout = plan.layout
    references = [images[name] for name in seed.IMAGES]
    text = configuration.tempest_conf(
        plan,
        image_ref=references[0],
        image_ref_alt=references[1],
        flavor_ref=seed.FLAVORS[0].id,
        flavor_ref_alt=seed.FLAVORS[1].id,
        live_migration=LIVE_MIGRATION_WORKS,
        network_extensions=network_extensions,
    )
    files.replace(layout.tempest_conf, text)
    made = LabEnvironment(
        state_dir=layout.state,
        cloud=cloud.CLOUD,
        clouds_yaml=layout.clouds_yaml,
        tempest_conf=layout.tempest_conf,
        libvirt_uri=layout.libvirt_uri,
        hosts=HOSTS,
        instances_paths={host: str(layout.host_instances(host)) for host in HOSTS},
        database_urls=plan.database_urls(),
        reader_urls=plan.reader_urls(),
        audit_interval=plan.settings.audit_interval,
        virt_type=plan.virt_type,
        reaper_interval=plan.settings.reaper_interval,
        power_sync_interval=plan.settings.power_sync_interval,
        volumes_path=str(layout.volumes),
        fake_hosts=plan.place.fake_hosts,
    )
    environment.store(made)
    return made
