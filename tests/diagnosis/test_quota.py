"""A quota that was exceeded: which, how much was in use, and who held it."""

from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.apis.nova import Failure
from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.iterations.history import TestResult, TestRun
from harness.diagnosis.boots import diagnose
from harness.diagnosis.quota import Excess, excesses, refusal_in
from tests.diagnosis.scenes import AFTER, AT, BEFORE, cause_in, failed, gone, of_tests
from tests.invariants.clouds import H1, LARGE, NOW, RUN, SMALL, Cloud, server

CORES = "Quota exceeded for cores: Requested 2, but already used 9 of 10 cores"
TWO = (
    "Quota exceeded for cores, ram: Requested 2, 512, but already used 9, 100 of 10, 600 cores, ram"
)
UNIFIED = (
    "Project p is over a limit for [Resource class:VCPU is over limit of 10 due to current usage 9 "
    "and delta 2, Resource servers is over limit of 1 due to current usage 1 and delta 1]"
)


def _failure(message: str, **quotas: tuple[int, int]) -> Failure:
    return Failure(403, message, AT, "create", "req-1", quotas=quotas)


def _boot(*others: Any, gone_since: Any = (), message: str = CORES, **quotas: Any) -> FailedBoot:
    boot = failed(SMALL, failure=_failure(message, **quotas))
    return cause_in(Cloud(servers=(boot, *others), others={"deleted_servers": gone_since}))


def test_nova_names_quotas_with_their_numbers() -> None:
    assert excesses(CORES) == (Excess("cores", 2, 9, 10),)
    assert excesses(TWO) == (Excess("cores", 2, 9, 10), Excess("ram", 512, 100, 600))
    assert excesses(UNIFIED) == (Excess("cores", 2, 9, 10), Excess("instances", 1, 1, 1))
    assert excesses("Quota exceeded, too many key pairs.") == ()
    assert refusal_in(f"Details: {{'message': '{CORES}'}}") == CORES


@pytest.mark.parametrize("message", [CORES, UNIFIED])
def test_which_quota_and_who_held_it_then(message: str) -> None:
    boot = _boot(
        of_tests("left", H1, LARGE),
        server("nowhere", "", created=BEFORE, flavor=SMALL),
        server("later", H1, created=AFTER, flavor=LARGE),
        server("soft", H1, created=BEFORE, vm_state="soft-delete"),
        server("theirs", H1, created=BEFORE, project="project-2", flavor=LARGE),
        gone_since=(gone("ran", H1, LARGE), gone("before", H1, LARGE, deleted=BEFORE)),
        message=message,
        cores=(10, 3),
    )
    assert boot.cause is Cause.QUOTA
    assert "cores: 9 of 10 were in use, 2 were asked for" in boot.because
    assert "of project project-1, those included that came in the same second, " in boot.because
    assert "3 servers are seen, which held 9 cores" in boot.because
    assert "left by tests 4 (made by a test of iteration 2" in boot.because
    assert "running tests 4" in boot.because
    assert "600 s later nova counts cores 3 of 10" in boot.because


def test_ram_and_instances_are_counted_too() -> None:
    held = of_tests("left", H1, LARGE)
    boot = _boot(held, message=TWO)
    assert "1 servers are seen, which held 4096 ram" in boot.because
    assert "what nova counts now against the quotas of its project is not recorded" in boot.because


def test_a_quota_without_numbers_is_told_by_what_is_used_up_now() -> None:
    boot = _boot(message="Quota exceeded for resources: ['port']", ram=(5, 5), cores=(-1, 9))
    assert boot.cause is Cause.QUOTA
    assert "gives no numbers" in boot.because
    assert "nova counts ram 5 of 5." in boot.because


def test_not_all_that_lived_then_is_seen() -> None:
    boot = failed(SMALL, failure=_failure(CORES))
    told = cause_in(Cloud(servers=(boot,), gaps={"deleted_servers": {"": "HTTP 503"}}))
    assert told.cause is Cause.QUOTA
    assert "not known what lived then" in told.because


def test_what_a_class_made_that_was_refused() -> None:
    mine = of_tests("a", H1, LARGE, name="soak1a2b3ci3-BootTest-server-1")
    other = of_tests("b", H1, LARGE, name="soak1a2b3ci3-OtherTest-server-1")
    old = replace(mine, uuid="c", created="2026-11-23T18:00:00Z")
    went = gone("d", H1, SMALL, name="soak1a2b3ci3-BootTest-server-2")
    snapshot = Cloud(servers=(mine, other, old), others={"deleted_servers": (went,)}).snapshot()
    tests = TestRun("finished", "", (TestResult("m.BootTest.test_x", "failed", 1.0, CORES),))
    (boot,) = diagnose(snapshot, RUN, (), tests, NOW - 3600)
    assert boot.wanted == "2 cores"
    assert "cores: 9 of 10 were in use, 2 were asked for" in boot.because
    assert "of tests of BootTest 2 servers are seen, which held 5 cores" in boot.because
