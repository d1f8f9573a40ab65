"""The columns of every view add up to the capacity, to the unit, whatever holds a host."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.accounting.cloud_clock import since_epoch
from harness.accounting.flavor_usage import Usage
from harness.core.apis.nova import Flavor
from harness.core.views.snapshot import Snapshot
from harness.diagnosis.everything import VIEWS, sheets_of
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import Holder, Sheet
from tests.diagnosis.scenes import AT, failed, gone, of_tests
from tests.invariants.clouds import H1, H2, RUN, Cloud, allocation, domain, migration, server

CALM = settings(deadline=None, suppress_health_check=list(HealthCheck))
"""A busy machine is slow to draw a cloud."""
HOSTS = st.sampled_from([H1, H2])
FLAVORS = st.builds(
    Flavor,
    vcpus=st.integers(1, 32),
    ram=st.integers(64, 70000),
    disk=st.integers(0, 2000),
    ephemeral=st.integers(0, 3),
    swap=st.integers(0, 3000),
)
ROWS = st.lists(st.tuples(HOSTS, FLAVORS), max_size=4)


@st.composite
def clouds(draw: st.DrawFn) -> Cloud:
    """Clouds that hold servers of all sorts, leaked allocations, strangers and wrong rows."""
    left = [of_tests(f"left-{n}", h, f) for n, (h, f) in enumerate(draw(ROWS))]
    others = [server(f"web-{n}", h, flavor=f) for n, (h, f) in enumerate(draw(ROWS))]
    lost = [allocation(f"lost-{n}", h, f) for n, (h, f) in enumerate(draw(ROWS))]
    went = tuple(gone(f"gone-{n}", h, f) for n, (h, f) in enumerate(draw(ROWS)))
    servers = (failed(), *left, *others)
    held = (*Cloud(servers=servers).rows()["allocations"], *lost)
    strangers = [
        domain(f"stranger-{n}", h, vcpus=f.vcpus, memory_mb=f.ram, server_name=None)
        for n, (h, f) in enumerate(draw(ROWS))
    ]
    domains = (*Cloud(servers=servers).rows()["domains"], *strangers)
    moves = (migration(server=left[0].uuid),) if left and draw(st.booleans()) else ()
    wrong = {h: Usage(draw(st.integers(0, 99)), draw(st.integers(0, 99999))) for h in (H1, H2)}
    return Cloud(
        servers=servers,
        allocations=held,
        domains=domains,
        migrations=moves,
        used=wrong if draw(st.booleans()) else None,
        others={"deleted_servers": went},
    )


def _sheets(snapshot: Snapshot, then: float | None) -> tuple[Sheet, ...]:
    sheets, unseen = sheets_of(Scene(snapshot, RUN, (), then, "boot-1"))
    assert unseen == ()
    return sheets


@CALM
@given(clouds(), st.booleans())
def test_every_sheet_adds_up(cloud: Cloud, now: bool) -> None:
    sheets = _sheets(cloud.snapshot(), None if now else since_epoch(AT))
    assert {sheet.view for sheet in sheets} == set(VIEWS)
    for sheet in sheets:
        assert sheet.adds_up, sheet
        for part in sheet.parts:
            assert part.amount == sum(amount for _, amount in part.whose)


@CALM
@given(clouds())
def test_what_is_free_now_is_what_each_view_says(cloud: Cloud) -> None:
    """The free amount is worked out from the parts; it must be the view's own."""
    snapshot = cloud.snapshot()
    for sheet in _sheets(snapshot, None):
        if sheet.view == "placement":
            provider = snapshot["providers"].by_key()[f"provider-of-{sheet.host}"]
            inventory = provider.inventories[sheet.resource]
            used = provider.usages.get(sheet.resource, 0)
            assert sheet.free == inventory.limit - used
        if sheet.view == "tracker" and sheet.resource == "VCPU":
            (node,) = snapshot["hypervisors"].having("host", sheet.host)
            assert sheet.free == node.vcpus - node.vcpus_used


def test_who_lived_then_is_counted_in_each_view() -> None:
    flavor = Flavor(vcpus=3, ram=100, disk=5, ephemeral=0, swap=0)
    cloud = Cloud(servers=(failed(),), others={"deleted_servers": (gone("a", H1, flavor),)})
    held = {
        (sheet.view, sheet.resource): sheet.held_by([Holder.RUNNING])
        for sheet in _sheets(cloud.snapshot(), since_epoch(AT))
        if sheet.host == H1
    }
    assert held["placement", "VCPU"] == held["tracker", "VCPU"] == held["hypervisor", "VCPU"] == 3
    assert held["placement", "DISK_GB"] == held["tracker", "DISK_GB"] == 5
    assert held["host", "MEMORY_MB"] == 0, "nobody tells what it took"


def test_a_domain_that_nova_does_not_know_is_a_stranger() -> None:
    cloud = Cloud(domains=(domain("vm", H1, vcpus=7, server_name=None),))
    (sheet,) = (
        s
        for s in _sheets(cloud.snapshot(), None)
        if (s.view, s.host, s.resource) == ("hypervisor", H1, "VCPU")
    )
    assert sheet.held_by([Holder.STRANGERS]) == 7


def test_a_view_that_was_not_seen_has_no_sheet() -> None:
    cloud = Cloud(gaps={"allocations": {"": "HTTP 500"}})
    sheets, unseen = sheets_of(Scene(cloud.snapshot(), replace(RUN)))
    assert {sheet.view for sheet in sheets} == {"hypervisor", "host"}
    assert any("HTTP 500" in line for line in unseen)
