"""No image is left without its data."""

from collections.abc import Iterator, Mapping

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.makers import Maker, Makers, makers
from harness.accounting.volume_states import age_of, in_words, young
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.images import Image

_RESTING = frozenset({"active", "deactivated", "deleted", "pending_delete"})
"""``pending_delete`` waits for glance's scrubber, for as long as its operator likes."""

_FAILED = "killed"
_WAITING = "queued"


@invariant("images", beside=("projects", "services"))
def image_state_ends(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every image gets its data, or goes: none stays queued, saving, importing or deleting.

    Only who began such a state ends it (glance/domain/__init__.py: Image.valid_state_targets). An
    image that nova makes is queued until nova-compute sends the snapshot; one that somebody
    announced waits for his data for as long as he likes.
    """
    people = makers(snapshot, circumstances)
    for image in snapshot["images"]:
        if image.status in _RESTING or _awaited(image, people):
            continue
        if image.status != _FAILED and young(image, cloud_now(snapshot), circumstances):
            message = f"image {image.uuid} is {image.status}"
            yield Doubt(image.uuid, "", message, _views(image), passing=True)
        else:
            maker = people.of("images", image.uuid, image.name, image.project)
            yield _stuck(image, maker, in_words(age_of(image, cloud_now(snapshot))))


def _awaited(image: Image, people: Makers) -> bool:
    if image.status != _WAITING or image.server:
        return False
    return not people.of("images", image.uuid, image.name, image.project).is_test


def _stuck(image: Image, maker: Maker, since: str) -> Breach:
    made = f", a {image.kind or 'snapshot'} of server {image.server}" if image.server else ""
    nobodys = image.status == _WAITING and not image.server
    return Breach(
        image.uuid,
        "",
        f"image {image.name!r} ({image.uuid}){made} has been {image.status} {since}, expected its "
        "data to come or the image to go",
        _views(image),
        origin=maker.origin if nobodys else Origin.CLOUD_LOST,
        owner=maker.text,
        proof=f"{image.status} {image.updated}",
    )


def _views(image: Image) -> Mapping[str, str]:
    return {"images": f"{image.status}, unchanged since {image.updated or 'unknown'}"}
