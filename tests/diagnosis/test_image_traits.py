"""Traits that an image asks for, also when the image is gone."""

from msgspec.structs import replace

from harness.core.apis.nova import Failure
from harness.core.iterations.boots import Cause, FailedBoot
from harness.sources.images import Image
from tests.diagnosis.scenes import AT, NO_HOST, cause_in, failed
from tests.invariants.clouds import H1, H2, SMALL, Cloud, uuid_of

IMAGE = Image("image-1", "web", "p", "active", "", "", "private", 1, "", "", "")
FAST, BUS = "CUSTOM_FAST", "COMPUTE_STORAGE_BUS_SCSI"
OF_IT = Failure(500, NO_HOST, AT, "create", "req-1", image="image-1")
BOOT = failed(SMALL, failure=OF_IT)


def _told(image: Image | None, boot: object = BOOT, **gaps: dict[str, str]) -> FailedBoot:
    images = (image,) if image else ()
    return cause_in(Cloud(servers=(boot,), others={"images": images}, gaps=gaps))  # type: ignore[arg-type]


def _image(asks: dict[str, str], **having: tuple[str, ...]) -> Image:
    return replace(IMAGE, asks=asks, having=having)


def test_a_trait_that_the_image_requires_and_no_host_has() -> None:
    boot = _told(_image({f"trait:{FAST}": "required"}, CUSTOM_FAST=()))
    assert boot.cause is Cause.NO_HOST
    assert "compute1: it lacks trait CUSTOM_FAST, which the image requires" in boot.because


def test_a_trait_that_one_host_has_does_not_close_it() -> None:
    boot = _told(_image({f"trait:{FAST}": "required"}, CUSTOM_FAST=(uuid_of(H1),)))
    assert boot.cause is Cause.UNKNOWN
    assert "placement had room on compute1. " in boot.because
    assert "closed were: compute2: it lacks trait CUSTOM_FAST" in boot.because


def test_nova_does_not_heed_what_an_image_forbids() -> None:
    everywhere = (uuid_of(H1), uuid_of(H2))
    boot = _told(_image({f"trait:{FAST}": "forbidden"}, CUSTOM_FAST=everywhere))
    assert boot.cause is Cause.UNKNOWN
    assert "CUSTOM_FAST" not in boot.because


def test_who_has_a_trait_may_not_be_recorded() -> None:
    boot = _told(_image({f"trait:{FAST}": "required"}))
    assert boot.cause is Cause.UNKNOWN
    assert "who has trait CUSTOM_FAST is not recorded" in boot.because


def test_an_image_that_is_gone_may_have_asked_for_anything() -> None:
    boot = _told(None)
    assert boot.cause is Cause.UNKNOWN
    assert "which traits its image image-1 asks for is not known: it is gone since" in boot.because


def test_images_that_were_not_seen() -> None:
    boot = _told(None, images={"": "HTTP 503"})
    assert "its image asks for is not known: images was not seen: HTTP 503" in boot.because


def test_the_image_of_a_volume_is_not_recorded() -> None:
    boot = _told(None, failed(SMALL, boots_from_volume=True))
    assert "the image of its volume asks for is not recorded" in boot.because


def test_a_property_is_a_trait_only_where_the_prefilter_is_on() -> None:
    boot = _told(_image({"hw_disk_bus": "scsi"}, COMPUTE_STORAGE_BUS_SCSI=()))
    assert boot.cause is Cause.UNKNOWN, "no API says whether it is on"
    assert "speaks for certain against these hosts" in boot.because
    assert (
        "[scheduler] image_metadata_prefilter would leave none of these hosts, if it is on: "
        f"compute1 lacks trait {BUS} for the image's hw_disk_bus"
    ) in boot.because


def test_a_property_that_every_host_meets_is_no_matter() -> None:
    boot = _told(
        _image({"hw_disk_bus": "scsi"}, COMPUTE_STORAGE_BUS_SCSI=(uuid_of(H1), uuid_of(H2)))
    )
    assert "prefilter" not in boot.because
    assert "nothing that was seen speaks against these hosts" in boot.because
