"""Servers: all pages, all cells, soft-deleted ones; what boots from a volume."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.ports import Unreachable
from harness.sources import servers
from harness.sources.servers import Flavor, Server
from tests.sources.answers import SERVER, SILENT, CloudOf, server, service

VOLUMES = [{"id": "vol-1", "delete_on_termination": False}]
ATTACHED = {"volumeAttachments": [{"volumeId": "vol-1", "device": "/dev/vda", "serverId": SERVER}]}
ATTACHMENTS = f"/servers/{SERVER}/os-volume_attachments"


def _cloud(*pages: Any, services: Any = None, **more: Any) -> CloudOf:
    listed = {"services": [service()] if services is None else services}
    return CloudOf(**{"/servers/detail": pages, "/os-services": [listed]}, **more)


def _page(*listed: Any, marker: str = "") -> dict[str, Any]:
    href = f"http://nova/v2.1/servers/detail?all_tenants=1&limit=1000&marker={marker}"
    links = {"servers_links": [{"rel": "next", "href": href}]} if marker else {}
    return {"servers": list(listed), **links}


def _rows(cloud: CloudOf) -> list[Server]:
    return list(servers.parse(servers.read(cloud)))


def test_a_server_is_read() -> None:
    (row,) = _rows(_cloud(_page(server())))
    assert row == Server(
        uuid=SERVER,
        name="soak1a2b3ci1-ServersTest-server-1",
        project="6f70656e737461636b20342065766572",
        host="compute1",
        node="compute1.example.org",
        domain_name="instance-0000001a",
        status="ACTIVE",
        vm_state="active",
        task="",
        updated="2026-11-23T20:01:00Z",
        created="2026-11-23T20:00:00Z",
        flavor=Flavor(1, 512, 1, 0, 0, {"hw:cpu_policy": "shared"}),
        boots_from_volume=False,
    )


def test_all_pages_are_asked_for() -> None:
    cloud = _cloud(_page(server("a"), marker="a"), _page(server("b"), marker="b"), _page())
    assert [row.uuid for row in _rows(cloud)] == ["a", "b"]
    asked = [params for _, path, _, params in cloud.asked if path == "/servers/detail"]
    assert [params.get("marker") for params in asked] == [None, "a", "b"]
    assert all(params["all_tenants"] == params["soft_deleted"] == "1" for params in asked)


def test_pages_in_a_circle_end() -> None:
    with pytest.raises(ShapeError, match="circle"):
        servers.read(_cloud(_page(server("a"), marker="a")))


def test_a_next_page_that_cannot_be_asked_for_is_no_last_page() -> None:
    page = {"servers": [], "servers_links": [{"rel": "next", "href": "http://nova/servers"}]}
    with pytest.raises(ShapeError, match="without a marker"):
        servers.read(_cloud(page))


def test_a_list_without_servers_is_refused() -> None:
    with pytest.raises(ShapeError):
        servers.read(_cloud({}))


@pytest.mark.parametrize("hidden", ["OS-EXT-SRV-ATTR:host", "extra_specs"])
def test_what_a_policy_hides_is_not_empty(hidden: str) -> None:
    row = server()
    (row["flavor"] if hidden == "extra_specs" else row).pop(hidden)
    with pytest.raises(ShapeError, match=f"{hidden}' is missing: does a policy"):
        _rows(_cloud(_page(row)))


def test_no_secret_is_kept() -> None:
    body = servers.read(_cloud(_page(server(adminPass="x"))))
    kept = body["pages"][0]["servers"][0]
    assert not {"metadata", "adminPass", "OS-EXT-SRV-ATTR:user_data"} & set(kept)
    assert "ecret" not in str(body)


def test_a_cell_that_does_not_answer_is_no_absence_of_servers() -> None:
    body = servers.read(_cloud(_page(server()), services=[service(), SILENT]))
    with pytest.raises(ShapeError, match="compute9"):
        list(servers.parse(body))


def test_a_server_without_details_is_refused() -> None:
    minimal = {"id": SERVER, "status": "UNKNOWN", "tenant_id": "p", "created": "x", "links": []}
    with pytest.raises(ShapeError, match="cell is down"):
        _rows(_cloud(_page(minimal)))


def test_an_answer_of_an_old_microversion_is_refused() -> None:
    with pytest.raises(ShapeError, match="vcpus"):
        _rows(_cloud(_page(server(flavor={"id": "1", "links": []}))))


@pytest.mark.parametrize(
    ("changes", "attached", "expected"),
    [
        ({"image": ""}, None, True),
        ({}, None, False),
        ({"os-extended-volumes:volumes_attached": VOLUMES}, ATTACHED, True),
        (
            {
                "os-extended-volumes:volumes_attached": VOLUMES,
                "OS-EXT-SRV-ATTR:root_device_name": "/dev/sda",
            },
            ATTACHED,
            False,
        ),
        (
            {
                "os-extended-volumes:volumes_attached": VOLUMES,
                "OS-EXT-SRV-ATTR:root_device_name": None,
            },
            {"volumeAttachments": [{"volumeId": "vol-1", "device": None}]},
            False,
        ),
    ],
    ids=["no image", "image", "volume at the root", "volume elsewhere", "no root device"],
)
def test_boot_from_volume(changes: Any, attached: Any, expected: bool) -> None:
    cloud = _cloud(_page(server(**changes)), **{ATTACHMENTS: [attached]})
    assert [row.boots_from_volume for row in _rows(cloud)] == [expected]


def test_a_server_that_goes_meanwhile_costs_no_other() -> None:
    gone = server(**{"os-extended-volumes:volumes_attached": VOLUMES})
    rows = _rows(_cloud(_page(gone, server("b"))))
    assert [row.uuid for row in rows] == [SERVER, "b"]


def test_attachments_that_cannot_be_read_cost_the_view() -> None:
    error = Unreachable("HTTP 500", 500)
    changes = {"os-extended-volumes:volumes_attached": VOLUMES}
    with pytest.raises(Unreachable):
        servers.read(_cloud(_page(server(**changes)), **{ATTACHMENTS: [error]}))


def test_a_fault_is_kept() -> None:
    fault = {"code": 500, "message": "No valid host was found.", "created": "x"}
    (row,) = _rows(_cloud(_page(server(status="ERROR", fault=fault))))
    assert row.fault == "No valid host was found."


def test_a_server_on_no_host_is_on_host_nothing() -> None:
    nowhere = {"OS-EXT-SRV-ATTR:host": None, "OS-EXT-SRV-ATTR:hypervisor_hostname": None}
    (row,) = _rows(_cloud(_page(server(**nowhere))))
    assert (row.host, row.node) == ("", "")
