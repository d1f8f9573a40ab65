"""Why a server had no valid host: one cause in plain words, and the numbers that it rests on."""

import re

from harness.core.apis.nova import QUOTA
from harness.core.iterations.boots import Cause
from harness.diagnosis import promised as placement
from harness.diagnosis.built import built_in_vain
from harness.diagnosis.case import Case, Judgement, listed, unseen, why_closed
from harness.diagnosis.counterfactual import culprits
from harness.diagnosis.despite_room import with_room
from harness.diagnosis.no_room import without_room
from harness.diagnosis.quota import over_quota
from harness.diagnosis.standings import NEEDS as STANDING_NEEDS

_ROOM = re.compile(
    r"no valid host|insufficient|not enough hosts|cannot allocate memory|no space left"
    r"|unable to allocate",
    re.IGNORECASE,
)


def judge_case(case: Case) -> Judgement:
    """Return why there was no valid host for a server.

    What holds at any time goes before what may have come after the failure.
    """
    if QUOTA.search(case.fault):
        return Judgement(Cause.QUOTA, over_quota(case.fault, case.demand.project, case.scene))
    if case.built:
        return built_in_vain(case)
    if not case.fault.strip():
        return Judgement(Cause.UNKNOWN, "nova tells no fault of it any more.")
    if not _ROOM.search(case.fault):
        return Judgement(Cause.OTHER, "its fault speaks of no lack of room.")
    if gap := unseen(case.snapshot, (*placement.NEEDS, *STANDING_NEEDS)):
        return Judgement(Cause.UNKNOWN, f"{gap}.")
    if not case.closed:
        return Judgement(Cause.NO_HOST, "nova lists no compute node at all.")
    if culprits(case.room, case.demand, sorted(case.closed)) is None:
        return without_room(case, sorted(case.closed))
    if not case.open:
        return Judgement(Cause.NO_HOST, f"{listed(why_closed(case))}.")
    had_room = [host for host in case.open if case.room.fits(case.demand, host)]
    found = with_room(case, had_room) if had_room else without_room(case, case.open)
    if case.scene.unsure and found.cause is not Cause.TOO_LARGE:
        return Judgement(Cause.UNKNOWN, f"{case.scene.unsure}. As far as it is: {found.because}")
    return found
