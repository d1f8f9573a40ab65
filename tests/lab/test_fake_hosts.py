"""Hosts on nova's fake driver; the lab must have been brought up with --fake-hosts."""

import pytest

from tests.lab.conftest import LabCloud
from tests.lab.servers import booted, compute_service, do, host_of, reach

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def fakes(cloud: LabCloud) -> tuple[str, ...]:
    if len(cloud.lab.fake_hosts) < 2:
        pytest.skip("the lab has no two fake hosts")
    return cloud.lab.fake_hosts


def test_they_are_hypervisors_of_another_kind(cloud: LabCloud, fakes: tuple[str, ...]) -> None:
    listed = cloud.api.compute.hypervisors(details=True)
    kinds = {row.name: row.hypervisor_type for row in listed}
    assert {host: kinds[host] for host in fakes} == dict.fromkeys(fakes, "fake")
    assert kinds["compute1"] == "QEMU"


def test_one_has_servers_only_when_it_is_enabled(cloud: LabCloud, fakes: tuple[str, ...]) -> None:
    first, second = fakes[:2]
    rows = {row.host: row.status for row in cloud.api.compute.services(binary="nova-compute")}
    assert {rows[host] for host in fakes} == {"disabled"}
    try:
        for host in (first, second):
            compute_service(cloud, host, status="enabled")
        with booted(cloud, host=first) as server:
            do(cloud, server, "migrate", "VERIFY_RESIZE", {"host": second})
            do(cloud, server, "confirmResize", "ACTIVE")
            reach(cloud, server, "ACTIVE")
            assert host_of(cloud, server) == second
            said = cloud.check()
            assert (said.code, said.rows) == (0, []), said
    finally:
        for host in (first, second):
            compute_service(cloud, host, status="disabled")
