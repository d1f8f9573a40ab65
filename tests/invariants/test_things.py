"""Volumes and images: whose a breach is, and a cloud without cinder."""

from dataclasses import replace

import pytest

from harness.core.rules.invariant import Circumstances, judge
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot, View
from harness.sources.images import Image
from tests.invariants.clouds import NOW, Cloud, server
from tests.invariants.leaks_things import ORIGINS, THING_LEAKS
from tests.invariants.odd_states import OFFLOADED
from tests.invariants.test_healthy import RULES
from tests.invariants.things import attached, attachment, image, volume, with_images

PUBLIC = image(name="debian", server="", visibility="public")
OF_CINDER = (
    "attachment_has_server",
    "domain_has_its_volumes",
    "server_volume_has_attachment",
    "volume_state_ends",
)


@pytest.mark.parametrize("case", THING_LEAKS)
def test_where_a_leak_comes_from(case: str) -> None:
    leak = THING_LEAKS[case]
    said = judge(RULES[leak.rule], leak.cloud.snapshot(), Circumstances())
    (breach,) = [item for item in said.breaches if item.subject == leak.subject]
    assert breach.origin is ORIGINS.get(case, Origin.CLOUD_LOST)
    assert breach.amounts == {}


def test_a_lost_volume_is_its_servers_who_was_of_a_test() -> None:
    gone = server(name="tempest-AttachTest-server-1", vm_state="error")
    cloud = Cloud(
        servers=(gone,), others={"volumes": (volume(),), "volume_attachments": (attachment(),)}
    )
    (breach,) = judge(RULES[OF_CINDER[0]], cloud.snapshot(), Circumstances()).breaches
    assert breach.owner == "by a test, as its name tells (AttachTest)"


@pytest.mark.parametrize("rule", OF_CINDER)
def test_a_cloud_without_cinder_skips_what_speaks_of_volumes(rule: str) -> None:
    views = {
        name: View(name, absent="the catalog has no cinder") if name.startswith("volume") else view
        for name, view in attached().snapshot().views.items()
    }
    said = judge(RULES[rule], Snapshot(NOW, views), Circumstances())
    assert (said.verdict, said.skipped) == (Verdict.PASS, "the catalog has no cinder")


def test_whether_a_shelved_server_was_deleted_is_unknown_where_nova_did_not_say() -> None:
    cloud = with_images(image(), gaps={"deleted_servers": {"": "HTTP 500"}})
    said = judge(RULES["shelved_image_has_server"], cloud.snapshot(), Circumstances())
    assert [doubt.message for doubt in said.doubts] == ["deleted_servers was not seen: HTTP 500"]


def test_one_that_is_stuck_may_be_old_enough_tomorrow() -> None:
    leak = THING_LEAKS["39 volume stuck in deleting"]
    patient = replace(Circumstances(), stuck_after=100000.0)
    said = judge(RULES[leak.rule], leak.cloud.snapshot(), patient)
    assert [(doubt.subject, doubt.passing) for doubt in said.doubts] == [("volume-1", True)]


@pytest.mark.parametrize(
    "seen", [(), (image(name="mine", server="", project="project-9"),), (PUBLIC,)]
)
def test_who_may_not_see_private_images_cannot_say_that_one_is_gone(
    seen: tuple[Image, ...],
) -> None:
    cloud = with_images(*seen, servers=(OFFLOADED,))
    said = judge(RULES["offloaded_server_has_image"], cloud.snapshot(), Circumstances())
    assert said.verdict is Verdict.UNKNOWN
    assert [(doubt.subject, doubt.passing) for doubt in said.doubts] == [("server-1", False)]
