"""Neutron's views: pages, what a cloud does without, bindings to a second host."""

import pytest

from harness.core.answers.capture import Answer, Capture
from harness.core.answers.shape import ShapeError
from harness.core.ports import Absent, Unreachable
from harness.core.views.snapshot import parse
from harness.sources import bindings, floating_ips, ports, routers, security_groups
from tests.sources.answers import CloudOf, service
from tests.sources.network_answers import BINDINGS, FLOATING_IP, NETWORK, PORT

EXTENSIONS = {"extensions": [{"alias": "router"}, {"alias": "binding-extended"}]}
COMPUTES = {"services": [service(), service(host="compute2")]}


def test_all_pages_of_ports_are_asked_for() -> None:
    link = {"rel": "next", "href": f"http://neutron/v2.0/ports?limit=1&marker={PORT['id']}"}
    first = {"ports": [PORT], "ports_links": [link]}
    cloud = CloudOf(**{"/ports": [first, {"ports": [{**PORT, "id": "two"}]}]})
    rows = list(ports.parse(ports.read(cloud)))
    assert [row.uuid for row in rows] == [PORT["id"], "two"]
    assert "fields=binding:host_id" in cloud.asked[0][1]


def test_ports_count_where_they_are_bound() -> None:
    unbound = {**PORT, "id": "two", "binding:host_id": ""}
    rows = tuple(ports.parse({"pages": [{"ports": [PORT, unbound]}]}))
    assert ports.SOURCE.gauges[0].measure(rows) == {"compute1": 1}


def test_a_host_that_a_policy_hides_is_not_nowhere() -> None:
    hidden = {name: value for name, value in PORT.items() if name != "binding:host_id"}
    with pytest.raises(ShapeError, match="does a policy of the cloud hide it"):
        list(ports.parse({"pages": [{"ports": [hidden]}]}))


def test_a_port_tells_where_its_server_is_moved_to() -> None:
    (row,) = ports.parse({"pages": [{"ports": [PORT]}]})
    assert (row.host, row.migrating_to, row.status) == ("compute1", "compute2", "ACTIVE")
    (row,) = ports.parse({"pages": [{"ports": [{**PORT, "binding:profile": None}]}]})
    assert row.migrating_to == ""


def test_a_floating_ip_is_called_by_its_address() -> None:
    (row,) = floating_ips.parse({"pages": [{"floatingips": [FLOATING_IP]}]})
    assert (row.name, row.port) == ("203.0.113.9", "")


def test_the_security_group_that_neutron_makes_itself() -> None:
    groups = [{**NETWORK, "name": "default"}, {**NETWORK, "name": "defaults"}]
    rows = security_groups.parse({"pages": [{"security_groups": groups}]})
    assert [row.is_default for row in rows] == [True, False]


def test_a_cloud_without_an_extension_has_nothing_of_the_kind() -> None:
    cloud = CloudOf(**{"/extensions": [EXTENSIONS]})
    with pytest.raises(Absent, match="no extension 'security-group'"):
        security_groups.read(cloud)
    answer = Answer("security_groups", "", 0.0, 1.0, error="no extension", absent=True)
    view = parse(Capture((answer,)), (security_groups.SOURCE,))["security_groups"]
    assert (view.absent, view.gaps) == ("no extension", {})


def test_a_404_is_no_absence_where_neutron_has_the_extension() -> None:
    cloud = CloudOf(**{"/extensions": [EXTENSIONS]})
    with pytest.raises(Unreachable) as caught:
        routers.read(cloud)
    assert not isinstance(caught.value, Absent)


def test_an_error_is_no_absence() -> None:
    cloud = CloudOf(**{"/routers": [Unreachable("HTTP 500", 500)]})
    with pytest.raises(Unreachable, match="500"):
        routers.read(cloud)
    assert len(cloud.asked) == 1


def test_only_ports_that_are_active_elsewhere_are_asked_for_their_bindings() -> None:
    at_rest = {"id": "two", "binding:host_id": "compute2"}
    cloud = CloudOf(
        **{
            "/extensions": [EXTENSIONS],
            "/os-services": [COMPUTES],
            "/ports": [{"ports": [PORT]}, {"ports": [PORT, at_rest]}],
            f"/ports/{PORT['id']}/bindings": [{"bindings": BINDINGS}],
        }
    )
    rows = list(bindings.parse(bindings.read(cloud)))
    assert [(row.port, row.host, row.status) for row in rows] == [
        (PORT["id"], "compute2", "INACTIVE")
    ]
    filters = [params for _, path, _, params in cloud.asked if path.startswith("/ports?")]
    assert filters == [{"binding:host_id": "compute1"}, {"binding:host_id": "compute2"}]


def test_a_port_that_went_meanwhile_has_no_bindings() -> None:
    cloud = CloudOf(
        **{
            "/extensions": [EXTENSIONS],
            "/os-services": [{"services": [service(host="compute2")]}],
            "/ports": [{"ports": [PORT]}],
        }
    )
    assert list(bindings.parse(bindings.read(cloud))) == []


def test_a_neutron_with_one_binding_for_each_port_has_no_view_of_more() -> None:
    with pytest.raises(Absent):
        bindings.read(CloudOf(**{"/extensions": [{"extensions": [{"alias": "router"}]}]}))
