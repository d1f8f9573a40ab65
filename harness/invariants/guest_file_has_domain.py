"""No memory of a guest that is gone."""

from collections.abc import Iterator

from harness.accounting.holdings import amounts
from harness.accounting.whereabouts import NEEDS, whereabouts
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.guest_files import GuestFile

_GIB = 2**30
_WORDS = {"nvram": "NVRAM", "save": "saved memory", "tpm": "TPM"}


@invariant("guest_files", "domains", *NEEDS)
def guest_file_has_domain(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What libvirt keeps of a guest beside its disks belongs to a domain of the host.

    NVRAM and saved memory are named by the domain, which nova names by a number of its database
    that a new one starts again: a guest of the same name boots with what another one left. A TPM is
    named by the uuid. Nova undefines with the flags that remove all three (nova/virt/libvirt/
    guest.py: delete_configuration), and where libvirt failed to it does not come back.
    """
    domains = snapshot["domains"]
    known = {(row.host, name) for row in domains for name in (row.name, row.uuid)}
    for file in snapshot["guest_files"]:
        if not file.guest or (file.host, file.guest) in known:
            continue
        if domains.gap(file.host) is not None:
            continue
        named = snapshot["servers"].having("domain_name", file.guest)
        uuids = [server.uuid for server in named] or [file.guest]
        places = [whereabouts(uuid, file.host, snapshot, circumstances) for uuid in uuids]
        if any(place.belongs and not place.doing for place in places):
            continue
        doing = next((place.doing for place in places if place.doing), "")
        yield _left(file, doing, places[0].proof)


def _left(file: GuestFile, doing: str, proof: str) -> Breach | Doubt:
    subject = f"{file.kind}/{file.name}"
    views = {"guest_files": f"{subject} on {file.host}", "domains": f"no {file.guest}"}
    found = f"{_WORDS.get(file.kind, file.kind)} {file.name} is on {file.host}"
    if doing:
        text = f"the server of {file.guest} is {doing}; {found}"
        return Doubt(subject, file.host, text, views, passing=True)
    return Breach(
        subject,
        file.host,
        f"{found}, expected a domain {file.guest} there; libvirt lists none",
        views,
        origin=Origin.CLOUD_LOST,
        amounts=amounts(disk_gb=file.bytes // _GIB),
        proof=f"{file.inode} {proof}",
    )
