"""What nova-scheduler goes by, for one server: host for host, each with its time."""

from dataclasses import replace

from msgspec import structs

from harness.accounting.cloud_clock import since_epoch
from harness.core.apis.nova import Failure
from harness.core.apis.standing import Standing
from harness.diagnosis.boots import case_in, scene_of
from harness.diagnosis.scheduler_side import told
from harness.sources.aggregates import Aggregate
from harness.sources.flavors import OfferedFlavor
from harness.sources.images import Image
from tests.diagnosis.scenes import AT, NO_HOST, failed
from tests.invariants.clouds import H1, H2, JUST_NOW, RUN, SMALL, Cloud, uuid_of

IMAGE = Image("image-1", "web", "p", "active", "", "", "private", 1, "", "", "")


def test_all_that_was_asked_for_and_how_each_host_stood() -> None:
    flavor = replace(SMALL, extra_specs={"trait:CUSTOM_A": "forbidden"})
    offered = OfferedFlavor("f", "f", True, flavor.extra_specs, having={"CUSTOM_A": (uuid_of(H1),)})
    failure = Failure(500, NO_HOST, AT, zone="east", image="image-1")
    image = structs.replace(IMAGE, asks={"hw_disk_bus": "scsi"})
    aggregate = Aggregate("a", "fast", "", (H2,), "", "", metadata={"ssd": "true", "note": None})
    boot = failed(flavor, failure=failure)
    others = {"flavors": (offered,), "images": (image,), "aggregates": (aggregate,)}
    before = Standing((since_epoch(AT) or 0.0) - 40.0, {H1: "east"}, {}, {H1: "19:49"})
    snapshot = Cloud(servers=(boot,), others=others).snapshot()
    case = case_in(scene_of(boot, snapshot, RUN, (), [before]))
    assert case
    assert list(told(case)) == [
        "it asked for zone: east; traits: CUSTOM_A forbidden by the flavor",
        "extra specs of its flavor: trait:CUSTOM_A=forbidden; of its image: hw_disk_bus=scsi",
        f"compute1: 40 s before: open, zone east, last report 19:49; 600 s later: open, zone nova, "
        f"last report {JUST_NOW}; it has trait CUSTOM_A, which the flavor forbids",
        "compute2: 40 s before: nova lists no such compute node; 600 s later: open, zone nova, "
        f"last report {JUST_NOW}",
        "aggregate fast: compute2; note=(not kept), ssd=true",
    ]


def test_a_server_without_a_flavor_is_no_case() -> None:
    boot = failed(SMALL)
    snapshot = Cloud(servers=(boot,)).snapshot()
    assert case_in(replace(scene_of(boot, snapshot, RUN, ()), but="another")) is None
