"""Clouds with volumes and images, without a leak, however odd they look."""

from dataclasses import replace

from msgspec import structs

from harness.sources.projects import Project
from tests.invariants.clouds import RECENT, Cloud, domain, server
from tests.invariants.odd_states import OFFLOADED
from tests.invariants.things import (
    NEW,
    attached,
    attachment,
    backup,
    deleted,
    free,
    image,
    quota,
    snapshot,
    volume,
    with_images,
    with_volumes,
)

ON_NO_HOST = {"domains": (), "allocations": ()}
TRANSFER = free("awaiting-transfer")
OF_TWO = volume(multiattach=True)
SHELVED = server(status="SHELVED", vm_state="shelved")
OFF = (domain(state="shut off"),)
USERS_OWN = image(name="golden")

QUIET_THINGS: dict[str, Cloud] = {
    "a volume in use": attached(),
    "a volume of nobody": with_volumes(free()),
    "a volume that waits for who takes it over": with_volumes(TRANSFER),
    "a volume reserved for a server that is shelved": Cloud(
        servers=(structs.replace(OFFLOADED, volumes=("volume-1",)),),
        others={
            "volumes": (free("reserved"),),
            "volume_attachments": (attachment(status="reserved"),),
        },
        **ON_NO_HOST,  # type: ignore[arg-type]
    ),
    "a volume of two servers": Cloud(
        servers=(
            server(volumes=("volume-1",)),
            server("server-2", volumes=("volume-1",)),
        ),
        others={
            "volumes": (OF_TWO,),
            "volume_attachments": (attachment(), attachment("attachment-2", server="server-2")),
        },
    ),
    "a volume that glance keeps an image in": with_volumes(
        volume(uses=()), attachments=(attachment(server=""),)
    ),
    "a volume that is extended while it is in use": replace(
        attached(),
        others={
            "volumes": (volume(multiattach=True),),
            "volume_attachments": (attachment(),),
            "volume_snapshots": (snapshot("available"),),
            "volume_backups": (backup("available"),),
        },
    ),
    "volumes that are counted": Cloud(
        projects=(Project("project-1", "demo", "default"), Project("project-2", "o", "default")),
        others={
            "volumes": (free(), free(uuid="volume-2", project="project-2")),
            "volume_snapshots": (snapshot("available"),),
            "volume_backups": (backup("available"),),
            "volume_quotas": (
                quota(volumes=1, snapshots=1, gigabytes=2, backups=1, backup_gigabytes=1),
            ),
        },
    ),
    "volumes that are counted, snapshots as no gigabytes": Cloud(
        others={
            "volumes": (free(),),
            "volume_snapshots": (snapshot("available"),),
            "volume_quotas": (quota(volumes=1, snapshots=1, gigabytes=1),),
        }
    ),
    "a volume of cinder's own": Cloud(
        others={"volumes": (free(counted=False),), "volume_quotas": (quota(),)}
    ),
    "an image of a server that is shelved": with_images(image(), servers=(SHELVED,), domains=OFF),
    "an image of a server that is offloaded": with_images(
        image(), servers=(OFFLOADED,), **ON_NO_HOST
    ),
    "an offloaded server that was renamed": with_images(
        image(name="of another name"), servers=(OFFLOADED,), **ON_NO_HOST
    ),
    "an offloaded server whose image has lost its properties": with_images(
        image(server="", kind="", base_image=""), servers=(OFFLOADED,), **ON_NO_HOST
    ),
    "an offloaded server that boots from a volume": with_images(
        servers=(structs.replace(OFFLOADED, boots_from_volume=True),), **ON_NO_HOST
    ),
    "a user's snapshot of a server": with_images(USERS_OWN, servers=(server(),)),
    "a user's snapshot of a server that went": Cloud(
        others={"images": (USERS_OWN,), "deleted_servers": (deleted(),)}
    ),
    "an image that only looks shelved, by its name": with_images(
        image(name="tools-shelved"), servers=(server(),)
    ),
    "an image that only looks shelved, no snapshot": with_images(
        image(server="", kind="", base_image="")
    ),
    "an image that nobody may use": with_images(
        image(status="deactivated"), servers=(SHELVED,), domains=OFF
    ),
}
"""Nothing is wrong and nothing is changing: no rule says anything."""

ERROR = server(status="ERROR", vm_state="error")
TROUBLED_THINGS: dict[str, tuple[Cloud, str]] = {
    "the image of a server whose unshelving failed": (
        with_images(image(), servers=(ERROR,)),
        "no_server_in_error",
    ),
    "a volume of a server whose build failed": (
        Cloud(
            servers=(structs.replace(ERROR, volumes=("volume-1",)),), others={"volumes": (free(),)}
        ),
        "no_server_in_error",
    ),
}
"""One rule is broken, and the others say nothing."""

BUSY_THINGS: dict[str, Cloud] = {
    "a volume is made": with_volumes(free("creating", updated=RECENT)),
    "a volume is deleted": with_volumes(free("deleting", updated=RECENT)),
    "a volume is attached": replace(
        attached(),
        others={"volumes": (free("reserved", updated=RECENT),), "volume_attachments": ()},
    ),
    "a server that has a volume is moved": replace(
        attached(status="MIGRATING", task="migrating"),
        others={
            "volumes": (volume(),),
            "volume_attachments": (attachment(), attachment("attachment-2", status="attaching")),
        },
    ),
    "a rescue begins, its domain has no volume": replace(
        attached(task="rescuing"), domains=(domain(volumes=()),)
    ),
    "a volume is detached": Cloud(
        servers=(server(),),
        others={
            "volumes": (volume(status="detaching", updated=RECENT),),
            "volume_attachments": (attachment(),),
        },
    ),
    "a server that is built has its volume already": Cloud(
        servers=(server(status="BUILD", vm_state="building", host="", node=""),),
        others={
            "volumes": (free("reserved", updated=RECENT),),
            "volume_attachments": (attachment(status="reserved"),),
        },
        **ON_NO_HOST,  # type: ignore[arg-type]
    ),
    "a server that nova does not list yet has its volume already": with_volumes(
        free("reserved", updated=NEW), attachments=(attachment(status="reserved"),)
    ),
    "a server that is deleted has given its volume back": replace(
        attached(task="deleting"), others={"volumes": (free(updated=RECENT),)}
    ),
    "cinder moves a volume that is in use": Cloud(
        servers=(server(),),
        others={
            "volumes": (volume(migration_status="target:volume-2", updated=RECENT),),
            "volume_attachments": (attachment(),),
        },
    ),
    "a snapshot and a backup are made": Cloud(
        others={
            "volumes": (free("backing-up", updated=RECENT),),
            "volume_snapshots": (snapshot("creating"),),
            "volume_backups": (backup("creating"),),
        }
    ),
    "a volume is made and not counted yet": Cloud(
        others={
            "volumes": (free("creating", updated=RECENT),),
            "volume_quotas": (quota(),),
        }
    ),
    "some quota is reserved": Cloud(
        others={"volumes": (free(),), "volume_quotas": (quota(reserved=1),)}
    ),
    "an image is sent": with_images(image(status="saving", updated=RECENT, server="", kind="")),
    "an image waits for its data": with_images(
        image(status="queued", updated=RECENT, server="", kind="", size=None)
    ),
    "a server is shelved": with_images(image(), servers=(server(task="shelving"),)),
    "a server is unshelved, its image is not seen any more": with_images(
        servers=(structs.replace(OFFLOADED, task="spawning"),), **ON_NO_HOST
    ),
    "a server is unshelved": with_images(
        image(),
        servers=(server(status="SHELVED", vm_state="shelved", task="powering-on"),),
    ),
}
"""Something is changing: rules may doubt, and what they doubt passes."""
