"""A build that was tried on hosts and failed on each: that hosts were open is proven by that."""

import re

from harness.core.iterations.boots import Cause
from harness.diagnosis.case import Case, Judgement, sentences, unseen
from harness.diagnosis.despite_room import against
from harness.diagnosis.promised import NEEDS

_LAST = re.compile(r"last exception: (?P<error>.{1,400})", re.IGNORECASE | re.DOTALL)


def built_in_vain(case: Case) -> Judgement:
    """Return why a build failed on hosts: their own numbers where they tell, else no lack of room
    that is seen."""
    hosts = case.tried or tuple(sorted(case.closed))
    named = ", ".join(case.tried) or "nova does not tell which"
    tried = f"hosts were open to it and were tried, and the build failed on each: {named}"
    if hosts and not unseen(case.snapshot, NEEDS) and (found := against(case, tried, hosts)):
        return found
    last = _LAST.search(case.fault)
    error = (
        f"the last error: {last['error'].strip().rstrip('.')}"
        if last
        else "nova keeps no error of a build that failed on a host: the log of nova-compute there "
        "has it (--service-log)"
    )
    return Judgement(Cause.OTHER, sentences([tried, error]))
