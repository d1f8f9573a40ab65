"""A healthy cloud that is never at rest is never accused, wherever the looks at it fall."""

import random
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.rules.invariant import Circumstances, judge
from harness.core.rules.reading import Patience, Reading, confirmed
from tests.invariants.clouds import H1, H2, NOW, SMALL
from tests.invariants.living_cloud import ORDER, TASKS, LivingCloud, Step, boot, snapshot
from tests.invariants.test_healthy import RULES

JUDGED = [
    "allocation_equals_flavor",
    "allocation_has_consumer",
    "deleted_server_is_gone",
    "domain_has_server",
    "domain_is_persistent",
    "domain_on_one_host",
    "migration_ends",
    "power_state_is_true",
    "provider_has_compute_node",
    "provider_usage_equals_allocations",
    "server_has_allocation",
    "server_has_domain",
    "task_state_ends",
    "tracker_equals_flavors",
]
PATIENCE = Patience(hold=1.5, audit_interval=10.0)
BUSY = 4
"""Tasks that go on at the same time, as many as tests that run at once."""


class Life:
    """A cloud and the tasks in it, all of which chance drives."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.cloud, self.made = chance, LivingCloud(), 0
        self.going: dict[str, Step] = {}
        for _ in range(12):
            self.go_on(12)

    def go_on(self, most: int) -> None:
        """Do some steps of some tasks, and begin new ones where few are going on."""
        for _ in range(self.chance.randint(0, most)):
            self._begin()
            self._step(self.chance.choice(sorted(self.going)))

    def rest(self) -> None:
        """A pause in which every task gets on by a step at least."""
        for uuid in sorted(self.going):
            self._step(uuid)
        self.go_on(10)

    def _begin(self) -> None:
        free = sorted(set(self.cloud.servers) - set(self.going))
        while len(self.going) < BUSY:
            if len(free) < 3 or self.chance.random() < 0.3:
                self.made += 1
                name = f"server-{self.made}"
                self.going[name] = boot(self.cloud, name, self.chance.choice([H1, H2]))
            else:
                name = free.pop(self.chance.randrange(len(free)))
                self.going[name] = self.chance.choice(TASKS)(self.cloud, name)

    def _step(self, uuid: str) -> None:
        try:
            next(self.going[uuid])
        except StopIteration:
            del self.going[uuid]

    def look(self, moment: float) -> Reading:
        """Read one view after the other while the cloud lives on."""
        views = {"hypervisors": self.cloud.view("hypervisors")}
        order = list(ORDER)
        order.insert(self.chance.randrange(len(ORDER)), "domains")
        for name in order:
            self.go_on(3)
            views[name] = self.cloud.view(name)
        shot = snapshot(views, moment)
        checks = tuple(judge(RULES[name], shot, Circumstances()) for name in JUDGED)
        stamps = dict.fromkeys((H1, H2), f"audit {moment // 10}")
        return Reading(moment, moment + 1.0, checks, stamps)


def _readings(life: Life, number: int) -> Iterator[Reading]:
    for look in range(number):
        yield life.look(NOW + 3.0 * look)
        life.rest()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_healthy_cloud_is_never_accused(seed: int) -> None:
    readings = list(_readings(Life(random.Random(seed)), 8))
    for last in range(1, len(readings) + 1):
        said = confirmed(readings[:last], PATIENCE)
        assert [breach.message for check in said for breach in check.breaches] == []
        assert not any("itself failed" in doubt.message for check in said for doubt in check.doubts)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_really_lost_in_it_is_found(seed: int) -> None:
    life = Life(random.Random(seed))
    life.cloud.domains["lost", H2] = "running"
    life.cloud.hold("lost", H1, SMALL)
    said = confirmed(list(_readings(life, 12)), PATIENCE)
    found = {(check.invariant, b.subject, b.host) for check in said for b in check.breaches}
    assert found == {
        ("domain_has_server", "lost", H2),
        ("allocation_has_consumer", "lost", H1),
    }


def test_single_looks_at_it_do_deceive() -> None:
    """Else the test above would prove nothing."""
    lone = [
        breach
        for seed in range(20)
        for reading in _readings(Life(random.Random(seed)), 8)
        for check in reading.checks
        for breach in check.breaches
    ]
    assert len(lone) > 10
