"""Puts laws and adapters together."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import harness.invariants
import harness.sources
from harness.adapters.clock import SystemClock
from harness.adapters.cloud import OpenStackCloud
from harness.adapters.host import CommandProbes
from harness.adapters.hypervisor import LibvirtHypervisors
from harness.adapters.nova_database import SqlDatabases, checked
from harness.cli.target import Target
from harness.core.answers.capture import Answer
from harness.core.ports import Databases, HostProbes
from harness.core.rules.invariant import Invariant
from harness.core.rules.reading import Patience
from harness.core.runs.judging import Laws
from harness.core.views.catalog import address, declared
from harness.core.views.source import SOURCE_KINDS, HostSource
from harness.diagnosis.boots import diagnose
from harness.diagnosis.standings import standing_of
from harness.observe import Observer
from harness.sources import domain_xml, domains, hypervisors, servers

_AT_ONCE = 4
"""Sources that are asked at the same time: enough to shorten a look, too few to be a load."""
_LOOK = 600.0
"""Seconds after which an observation asks the APIs nothing more."""
_UUID = re.compile(r"[0-9a-fA-F-]{36}")


def laws(patience: Patience, stuck_after: float) -> Laws:
    """Return every source and invariant that is declared, here and by other distributions."""
    sources: dict[str, Any] = declared(harness.sources, SOURCE_KINDS, "harness.sources")
    rules = declared(harness.invariants, Invariant, "harness.invariants")
    return Laws(
        tuple(sources.values()),
        tuple(rules.values()),
        patience,
        stuck_after,
        diagnosis=diagnose,
        standing=standing_of,
    )


def probes(goal: Target, conf: Any) -> CommandProbes | None:
    """Return what probes the hosts of a cloud, None where no probe is configured."""
    if not goal.host_probe:
        return None
    folders = {"instances": goal.instances_path, "libvirt": conf.host.libvirt_path}
    return CommandProbes(
        goal.host_probe, conf.host.timeout, folders, conf.host.most, secrets=goal.secrets
    )


def databases(goal: Target, conf: Any) -> SqlDatabases | None:
    """Return what reads nova's databases, None where none is configured."""
    if not goal.databases:
        return None
    limits = conf.nova_database
    urls = tuple(map(checked, goal.databases))
    return SqlDatabases(urls, limits.timeout, limits.most, secrets=goal.secrets)


def watcher(
    goal: Target,
    conf: Any,
    law: Laws,
    cloud: OpenStackCloud,
    own: Callable[[float], Any] | None = None,
) -> Observer:
    """Return what observes a cloud as it is configured: its APIs, hosts and databases."""
    return observer(
        law,
        cloud,
        goal.libvirt_uri,
        conf.libvirt.timeout,
        probes(goal, conf),
        own=own,
        databases=databases(goal, conf),
    )


def observer(
    law: Laws,
    cloud: OpenStackCloud,
    uri: str,
    time_limit: float,
    probes: HostProbes | None = None,
    own: Callable[[float], Any] | None = None,
    databases: Databases | None = None,
) -> Observer:
    """Return what observes a cloud with the sources of the laws."""
    addresses = {
        source.name: address(harness.sources, SOURCE_KINDS, source.name)
        for source in law.sources
        if isinstance(source, HostSource)
    }
    return Observer(
        sources=law.sources,
        cloud=cloud,
        beside=tuple(cloud.another() for _ in range(_AT_ONCE - 1)),
        hypervisors=LibvirtHypervisors(uri, time_limit, secrets=cloud.secrets),
        clock=SystemClock(),
        host_list=hypervisors.SOURCE.name,
        hosts_in=_hosts_in,
        addresses=addresses,
        last=servers.SOURCE.name,
        limit=_LOOK,
        exhibit=(domain_xml.EXHIBIT.name, f"{domain_xml.__name__}:EXHIBIT"),
        suspects=suspects,
        probes=probes,
        own=own,
        databases=databases,
    )


def suspects(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return the uuids of domains that lie where nova has no server of theirs, the first few.

    None where an answer cannot be read, which its view tells.
    """
    try:
        found = {
            (domain.uuid, domain.host)
            for answer in answers
            if answer.source == domains.SOURCE.name and answer.error is None
            for domain in domains.parse(answer.place, answer.body)
        }
        listed = [a for a in answers if a.source == servers.SOURCE.name and a.error is None]
        if not found or not listed:
            return ()
        right = {(row.uuid, row.host) for answer in listed for row in servers.parse(answer.body)}
    except ValueError:
        return ()
    return tuple(sorted({uuid for uuid, _ in found - right if _UUID.fullmatch(uuid)}))[
        : domain_xml.MOST
    ]


def _hosts_in(answer: Answer) -> tuple[str, ...]:
    """Return the libvirt hosts of an answer; none where it cannot be read, which its view tells."""
    try:
        return hypervisors.libvirt_hosts(hypervisors.parse(answer.body))
    except ValueError:
        return ()
