"""Disks that libvirt does not tell are unknown, and breaches that change are not the same one."""

from dataclasses import replace

from harness.core.rules.verdict import Verdict
from tests.invariants.clouds import JUST_NOW, LONG_AGO, Cloud, domain, server
from tests.invariants.domain_volumes import OFF, V1, V2, disk, holding
from tests.invariants.test_healthy import check
from tests.invariants.things import attachment, free, volume

RULE = "domain_has_its_volumes"


def test_disks_that_are_not_told_leave_it_open() -> None:
    said = check(RULE, Cloud(servers=(server(),), domains=(domain(mute=True),)))
    assert (said.verdict, [doubt.passing for doubt in said.doubts]) == (Verdict.UNKNOWN, [False])
    assert "does not tell the disks of the domain of server server-1" in said.doubts[0].message


def test_of_a_domain_that_is_off_nobody_asks() -> None:
    rows = (domain(mute=True, state="shut off"),)
    assert check(RULE, Cloud(servers=(server(**OFF),), domains=rows)).verdict is Verdict.PASS


def test_a_guest_on_another_host_is_not_judged() -> None:
    rows = (domain(host="compute2", volumes=(disk(V2),)),)
    assert check(RULE, replace(holding(), domains=rows)).breaches == ()


def test_what_cinder_does_meanwhile_makes_it_another_breach() -> None:
    cloud = holding(disk(V1), disk(V2))
    proofs = set()
    for updated in (LONG_AGO, JUST_NOW):
        rows = (volume(), free(uuid=V2, updated=updated))
        (breach,) = check(RULE, replace(cloud, others={**cloud.others, "volumes": rows})).breaches
        proofs.add(breach.proof)
    assert len(proofs) == 2


def test_a_volume_that_is_about_to_be_attached_for_very_long_is_no_excuse() -> None:
    rows = (volume(), free("reserved", uuid=V2))
    others = {"volumes": rows, "volume_attachments": (attachment(),)}
    (breach,) = check(RULE, replace(holding(disk(V1), disk(V2)), others=others)).breaches
    assert "it is reserved, attached to no server" in breach.message
