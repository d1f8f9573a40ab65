"""Runs to render, built by hand."""

from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.rules.invariant import Breach, Check, Doubt
from harness.core.runs.analysis import Analysis, analyse

RUN = Run(
    name="20260131T120000Z-night",
    cloud="lab",
    started=1769860800.0,
    prefix="soak-",
    options={"hours": "12"},
    ending="time is up",
    ended=1769904000.0,
)
TRUTHS = {
    "allocation_has_consumer": "Every allocation belongs to a server or a migration.",
    "domain_has_server": "Every domain of a hypervisor belongs to a server.",
}
LEAK = Breach(
    "5f3c", "compute1", "expected a server, seen none", {"libvirt": "domain is up", "nova": "none"}
)
OLD = Breach("0ld", "compute2", "expected a consumer, seen none", {"placement": "1 VCPU"})
TORN = Doubt("", "compute2", "domains on compute2 was not seen: no route", {"domains": "no route"})

result = TestResult
"""By this name, pytest does not take the class for a test."""

BOOT = TestResult("tempest.api.test_servers.ServersTest.test_boot", "passed", 2.5)
STOP = TestResult("tempest.api.test_servers.ServersTest.test_stop", "passed", 1.0)


def checks(*domain: Breach | Doubt, allocation: tuple[Breach, ...] = ()) -> tuple[Check, ...]:
    return (
        Check("allocation_has_consumer", allocation),
        Check(
            "domain_has_server",
            tuple(item for item in domain if isinstance(item, Breach)),
            tuple(item for item in domain if isinstance(item, Doubt)),
        ),
    )


def ran(*results: TestResult, ending: str = "finished", explanation: str = "") -> TestRun:
    return TestRun(ending, explanation, results or (BOOT, STOP))


def iteration(
    number: int,
    judged: tuple[Check, ...] = checks(),
    tests: TestRun | None = None,
    domains: float | None = 2.0,
    broken: str = "",
) -> Iteration:
    started = 1769860800.0 + 600 * number
    return Iteration(
        number,
        started,
        started + 500,
        judged,
        (tests or ran()) if number else None,
        {"compute1": {"domains": domains, "disk": 1.5}, "compute2": {"domains": 0.0}},
        {"tests": 400.25, "settle": 12.0} if number else {"settle": 3.0},
        reads=2,
        broken=broken,
    )


def analysis(*iterations: Iteration, run: Run = RUN) -> Analysis:
    return analyse(run, [iteration(0), *iterations], TRUTHS)


def good() -> Analysis:
    return analysis(iteration(1), iteration(2))


def leaking() -> Analysis:
    return analysis(
        iteration(1),
        iteration(2, checks(LEAK), domains=3.0),
        iteration(3, checks(LEAK), domains=3.0),
    )
