"""Clouds with one leak each of volumes and images, and what must be said of it."""

from dataclasses import replace

from msgspec import structs

from harness.core.rules.origin import Origin
from harness.sources.projects import Project
from tests.invariants.clouds import H1, LONG_AGO, RECENT, Cloud, server
from tests.invariants.leaks import TEMPEST, Leak
from tests.invariants.odd_states import OFFLOADED
from tests.invariants.things import (
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

OTHERS = image(name="golden", server="server-2", kind="snapshot")
MADE_BY_TESTS = (Project("project-1", "demo", "default"), TEMPEST)


def _attachment(cloud: Cloud, *words: str, subject: str = "attachment-1") -> Leak:
    return Leak("attachment_has_server", cloud, subject, "", words)


def _unknown(cloud: Cloud, *words: str) -> Leak:
    return Leak("server_volume_has_attachment", cloud, "volume-1", H1, words)


def _state(cloud: Cloud, subject: str, *words: str) -> Leak:
    return Leak("volume_state_ends", cloud, subject, "", words)


def _shelved(cloud: Cloud, *words: str) -> Leak:
    return Leak("shelved_image_has_server", cloud, "image-1", "", words)


def _offloaded(cloud: Cloud, *words: str) -> Leak:
    return Leak("offloaded_server_has_image", cloud, "server-1", "", words)


def _image(cloud: Cloud, *words: str) -> Leak:
    return Leak("image_state_ends", cloud, "image-1", "", words)


THING_LEAKS: dict[str, Leak] = {
    "the image of an offloaded server is gone": _offloaded(
        with_images(OTHERS, servers=(OFFLOADED,)),
        "server 'name of server-1' (server-1) is SHELVED_OFFLOADED and boots from no volume",
        "expected an image that holds its disk",
    ),
    "the image of an offloaded server is gone, two other projects' are seen": _offloaded(
        with_images(
            *(image(f"image-{n}", name="n", server="", project=f"project-{n}") for n in (8, 9)),
            servers=(OFFLOADED,),
        ),
        "glance lists none that is a snapshot of it",
    ),
    "a backup of an offloaded server is no image to unshelve it from": _offloaded(
        with_images(image(name="nightly", kind="backup"), servers=(OFFLOADED,))
    ),
    "the image of an offloaded server is gone, its unshelving hangs": _offloaded(
        with_images(
            OTHERS, servers=(structs.replace(OFFLOADED, task="unshelving", updated=LONG_AGO),)
        )
    ),
    "37 volume in use by a server that never was": _attachment(
        with_volumes(volume(), attachments=(attachment(),)),
        "'name of volume-1' (volume-1), in-use, has an attachment attachment-1 (attached)",
        "to server server-1",
        "no such server",
    ),
    "37 volume reserved for a server that never was": _attachment(
        with_volumes(
            free("reserved", updated=RECENT), attachments=(attachment(status="reserved"),)
        ),
        "reserved",
    ),
    "37 volume of a server that was deleted": _attachment(
        Cloud(
            others={
                "volumes": (volume(),),
                "volume_attachments": (attachment(),),
                "deleted_servers": (deleted(),),
            }
        ),
        f"server 'name of server-1' was deleted {RECENT}",
    ),
    "37 attachment of a volume that is gone": _attachment(
        with_volumes(attachments=(attachment(),)), "volume volume-1 has an attachment"
    ),
    "37 volume of a server that nova says has none": _attachment(
        replace(attached(), servers=(server(),)), "is ACTIVE and does not have the volume"
    ),
    "37 volume of two servers, one is gone": _attachment(
        Cloud(
            servers=(server(volumes=("volume-1",)),),
            others={
                "volumes": (volume(multiattach=True),),
                "volume_attachments": (
                    attachment(),
                    attachment("attachment-2", server="server-2"),
                ),
            },
        ),
        "to server server-2",
        subject="attachment-2",
    ),
    "a second attachment of a server to its volume": _attachment(
        replace(
            attached(),
            others={
                "volumes": (volume(),),
                "volume_attachments": (
                    attachment("attachment-0", status="reserved"),
                    attachment(),
                ),
            },
        ),
        "has it by another one, attachment-1 (attached)",
        subject="attachment-0",
    ),
    "37 volume in use by nobody": _attachment(
        with_volumes(volume(uses=())), "is in-use", "cinder lists none", subject="volume-1"
    ),
    "38 BDM without an attachment": _unknown(
        replace(attached(), others={"volumes": (free(),)}),
        "has volume volume-1",
        "it is available, and not attached to it",
    ),
    "38 BDM without an attachment, another server has it": _unknown(
        replace(
            attached(),
            others={
                "volumes": (volume(),),
                "volume_attachments": (attachment(server="server-2"),),
            },
        ),
        "it is in-use, and not attached to it",
    ),
    "38 BDM of a volume that is gone": _unknown(
        replace(attached(), others={}), "it lists no such volume"
    ),
    "38 volume that cinder would give away": _unknown(
        replace(attached(), others={"volumes": (free(),), "volume_attachments": (attachment(),)}),
        "it is available, attached to it",
    ),
    "39 volume stuck in deleting": _state(
        with_volumes(free("deleting")), "volume-1", "has been deleting for 86400 s"
    ),
    "39 volume stuck in attaching": _state(
        replace(
            attached(),
            others={
                "volumes": (free("attaching"),),
                "volume_attachments": (attachment(status="attaching"),),
            },
        ),
        "volume-1",
        "has been attaching",
    ),
    "39 volume reserved for nobody": _state(
        with_volumes(free("reserved")), "volume-1", "has been reserved"
    ),
    "39 volume that never changed": _state(
        with_volumes(free("creating", updated="")), "volume-1", "has been creating for 86400 s"
    ),
    "39 volume in error": _state(
        replace(with_volumes(free("error_deleting", project="project-9")), projects=MADE_BY_TESTS),
        "volume-1",
        "is in state error_deleting",
    ),
    "39 snapshot in error": _state(
        Cloud(others={"volume_snapshots": (snapshot("error"),)}), "snapshot-1", "snapshot 'snap'"
    ),
    "39 backup in error": _state(
        Cloud(others={"volume_backups": (backup("error", reason="no room"),)}),
        "backup-1",
        "cinder says: no room",
    ),
    "39 backup that is stuck": _state(
        Cloud(others={"volume_backups": (backup("restoring", LONG_AGO),)}),
        "backup-1",
        "backup 'safe' (backup-1) has been restoring",
    ),
    "47 quota that counts a volume that went": Leak(
        "volume_quota_equals_volumes",
        Cloud(others={"volume_quotas": (quota(volumes=1, gigabytes=10),)}),
        "project-1",
        "",
        (
            "of project 'demo' (project-1)",
            "volumes: 0 expected, 1 counted, gigabytes: 0 expected, 10 counted",
        ),
    ),
    "47 quota that does not count a volume": Leak(
        "volume_quota_equals_volumes",
        Cloud(others={"volumes": (free(),), "volume_quotas": (quota(),)}),
        "project-1",
        "",
        ("volumes: 1 expected, 0 counted",),
    ),
    "47 quota that does not count a volume that is reserved": Leak(
        "volume_quota_equals_volumes",
        Cloud(others={"volumes": (free("reserved", updated=RECENT),), "volume_quotas": (quota(),)}),
        "project-1",
        "",
        ("volumes: 1 expected, 0 counted",),
    ),
    "43 image without data": _image(
        with_images(image(status="queued", name="soak1a2b3ci2-i", server="", kind="", size=None)),
        "has been queued for 86400 s",
    ),
    "43 image of a snapshot that died": _image(
        with_images(image(status="saving", name="golden"), servers=(server(),)),
        "a snapshot of server server-1",
        "has been saving",
    ),
    "43 image that glance gave up": _image(
        with_images(image(status="killed", updated=RECENT, server="")), "has been killed"
    ),
    "44 shelved image of a server that is gone": _shelved(
        with_images(image()), "server server-1 is not listed"
    ),
    "44 shelved image of a server that was deleted": _shelved(
        Cloud(others={"images": (image(),), "deleted_servers": (deleted(),)}),
        "server server-1 is deleted",
    ),
    "44 shelved image of a server that runs": _shelved(
        with_images(image(), servers=(server(),)), "server server-1 is active"
    ),
    "44 shelved image of an earlier time": _shelved(
        with_images(
            image(),
            image("image-2", created=RECENT),
            servers=(server(status="SHELVED", vm_state="shelved"),),
        ),
        "server server-1 is shelved with a newer one",
    ),
}
"""The number is that of the leak in the list of known leaks."""

ORIGINS = {
    "39 volume in error": Origin.TEST_LEFT,
    "39 snapshot in error": Origin.FOREIGN,
    "39 backup in error": Origin.FOREIGN,
    "43 image without data": Origin.TEST_LEFT,
}
"""Where what its own service lists comes from; all else the cloud lost."""
