"""No domain that its next stop takes away."""

from collections.abc import Iterator, Mapping

from harness.accounting.holdings import of_server
from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.volume_states import passing
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server
from harness.sources.volumes import Volume


@invariant("domains", "servers", "migrations", "services", beside=(*TELLING, "volumes"))
def domain_is_persistent(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """The domain of a server that rests is defined in libvirt, so that it outlives a stop.

    Nova undefines a domain only to delete it or to define it anew, and a live migration persists it
    at its end (nova/virt/libvirt/guest.py: VIR_MIGRATE_PERSIST_DEST). One that runs without a
    definition is gone with its process, and leaves a server without a domain. While the disk of a
    guest is copied from one volume to another nova keeps it undefined, and has no task for that
    (nova/virt/libvirt/driver.py: _swap_volume): cinder is at work on the volume then.
    """
    servers, volumes = snapshot["servers"].by_key(), snapshot["volumes"].by_key()
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if domain.persistent or server is None or server.host != domain.host:
            continue
        views = {
            "domains": f"{domain.state}, transient, on {domain.host}",
            "servers": f"{server.status} on {server.host}",
        }
        if doing := changing.get(server.uuid) or _copied(server, volumes):
            message = f"server {server.uuid} is {doing}, its domain is transient"
            yield Doubt(server.uuid, server.host, message, views, passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"domain {domain.name} of server {server.name!r} ({server.uuid}) is {domain.state} "
                f"on {domain.host} and transient, expected it to be defined: it will be gone when "
                "it stops",
                views,
                origin=Origin.CLOUD_LOST,
                owner=who(server.uuid).text,
                amounts=of_server(server),
                proof=as_it_is(server),
            )


def _copied(server: Server, volumes: Mapping[str, Volume]) -> str:
    """Say that a volume of a server may be copied to another one, or ""."""
    for volume in (volumes[uuid] for uuid in server.volumes if uuid in volumes):
        if volume.migration_status or passing(volume.status):
            return f"using volume {volume.uuid}, {volume.migration_status or volume.status}"
    return ""
