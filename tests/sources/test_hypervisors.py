"""Hypervisors: usage of the last audit, the audit's stamp, and nova's own list of servers."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.ports import Unreachable
from harness.sources import hypervisors
from harness.sources.hypervisors import ComputeNode, libvirt_hosts
from tests.sources.answers import PROVIDER, SERVER, CloudOf, hypervisor, stamp

PATH = "/os-hypervisors/detail"


def _rows(*answers: Any) -> list[ComputeNode]:
    return list(hypervisors.parse(hypervisors.read(CloudOf(**{PATH: answers}))))


def _page(*items: Any, marker: str = "") -> dict[str, Any]:
    href = f"http://nova{PATH}?with_servers=true&limit=1000&marker={marker}"
    links = {"hypervisors_links": [{"rel": "next", "href": href}]} if marker else {}
    return {"hypervisors": list(items), **links}


def test_a_compute_node_is_read() -> None:
    (row,) = _rows(_page(stamp("up 3 days")), _page(hypervisor()))
    assert (row.host, row.node, row.up, row.enabled) == (
        "compute1",
        "compute1.example.org",
        True,
        True,
    )
    assert (row.vcpus_used, row.memory_mb_used, row.local_gb_used) == (1, 1024, 1)
    assert row.servers == {SERVER: "instance-0000001a"}
    assert row.audit_stamp == "up 3 days"


def test_a_stamp_is_asked_for_before_the_row_that_it_dates() -> None:
    cloud = CloudOf(**{PATH: [_page(stamp()), _page(hypervisor())]})
    hypervisors.read(cloud)
    assert [version for _, _, version, _ in cloud.asked] == ["2.88", "2.87"]


def test_all_pages_are_asked_for() -> None:
    rows = _rows(
        _page(stamp("a"), marker=PROVIDER),
        _page({**stamp("b"), "id": "two"}),
        _page(hypervisor(), marker=PROVIDER),
        _page(hypervisor(id="two")),
    )
    assert [(row.uuid, row.audit_stamp) for row in rows] == [(PROVIDER, "a"), ("two", "b")]


def test_a_cloud_that_is_too_old_for_stamps_has_none() -> None:
    (row,) = _rows(Unreachable("HTTP 406", 406), _page(hypervisor()))
    assert row.audit_stamp is None


def test_a_host_that_is_down_has_no_stamp() -> None:
    (row,) = _rows(_page(stamp(None)), _page(hypervisor(state="down")))
    assert (row.audit_stamp, row.up) == (None, False)


def test_usage_that_is_missing_is_not_zero() -> None:
    too_new = {k: v for k, v in hypervisor().items() if not k.endswith("_used")}
    with pytest.raises(ShapeError, match="usage is missing"):
        _rows(_page(), _page(too_new))


def test_servers_that_are_missing_are_not_none() -> None:
    without = {name: value for name, value in hypervisor().items() if name != "servers"}
    with pytest.raises(ShapeError, match="servers"):
        _rows(_page(), _page(without))


def test_negative_usage_is_taken_as_it_is() -> None:
    (row,) = _rows(_page(), _page(hypervisor(local_gb_used=-1, running_vms=None)))
    assert (row.local_gb_used, row.running_vms) == (-1, None)


def test_only_libvirt_keeps_domains() -> None:
    def node(host: str, kind: str) -> Any:
        service = {"id": "s", "host": host, "disabled_reason": None}
        return hypervisor(id=host, hypervisor_type=kind, service=service)

    listed = [node("c2", "QEMU"), node("c1", "KVM"), node("bm", "ironic"), node("f", "fake")]
    assert libvirt_hosts(_rows(_page(), _page(*listed))) == ("c1", "c2")
