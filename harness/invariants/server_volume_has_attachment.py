"""No server has a volume that cinder does not know of."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.transitions import in_flight
from harness.accounting.volume_states import attachments
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@invariant("servers", "volumes", "volume_attachments", "migrations", "services", beside=TELLING)
def server_volume_has_attachment(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every volume that nova says a server has is attached to it in cinder.

    Else cinder gives the volume to somebody else, or deletes it, while a guest writes to it. Nova
    makes a new attachment at the next hard reboot and not before (nova/compute/manager.py:
    _get_instance_block_device_info). A server in ERROR may keep what its failed build gave back.
    """
    held = attachments(snapshot)
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        for uuid in server.volumes if server.vm_state != "error" else ():
            volume = held.volumes.get(uuid)
            attached = held.between(uuid, server.uuid)
            if attached and volume and volume.status != "available":
                continue
            says = f"it is {volume.status}" if volume else "it lists no such volume"
            says += ", attached to it" if attached else ", and not attached to it"
            doing = held.at_work(uuid, cloud_now(snapshot), circumstances)
            if doing := changing.get(server.uuid, doing):
                yield _in_flight(server, uuid, doing)
            else:
                yield _unknown(server, uuid, says, who(server.uuid).text)


def _in_flight(server: Server, uuid: str, doing: str) -> Doubt:
    return Doubt(
        uuid,
        server.host,
        f"volume {uuid} of server {server.uuid} is in flight: {doing}",
        {"servers": f"{server.status}, {server.task or 'no task'}"},
        passing=True,
    )


def _unknown(server: Server, uuid: str, says: str, owner: str) -> Breach:
    return Breach(
        uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) on {server.host or 'no host'} has volume {uuid}, "
        f"expected it to be attached and in use in cinder; cinder says: {says}",
        {"servers": f"{server.status}, has volume {uuid}", "volumes": says},
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{server.uuid} {says}",
    )
