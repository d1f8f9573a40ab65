"""The services' user, roles and endpoints in keystone; made where missing, mended where wrong."""

from collections.abc import Mapping
from typing import Any

REGION = "RegionOne"
INTERFACES = ("public", "internal", "admin")
TYPES: Mapping[str, str] = {
    "keystone": "identity",
    "nova-api": "compute",
    "placement": "placement",
    "glance": "image",
    "neutron": "network",
    "cinder-api": "block-storage",
}
NAMES: Mapping[str, str] = {"nova-api": "nova", "cinder-api": "cinder"}


def ensure(identity: Any, urls: Mapping[str, str], service_password: str) -> None:
    """Bring keystone to what the services expect; ``urls`` are by service of the lab."""
    project = identity.find_project("service", domain_id="default") or identity.create_project(
        name="service", domain_id="default"
    )
    user = identity.find_user("svc", domain_id="default") or identity.create_user(
        name="svc", password=service_password, domain_id="default", default_project_id=project.id
    )
    for name in ("admin", "service"):
        role = identity.find_role(name) or identity.create_role(name=name)
        identity.assign_project_role_to_user(project, user, role)
    for service, url in urls.items():
        _ensure_endpoints(identity, NAMES.get(service, service), TYPES[service], url)


def _ensure_endpoints(identity: Any, name: str, kind: str, url: str) -> None:
    service = identity.find_service(name) or identity.create_service(type=kind, name=name)
    known = {endpoint.interface: endpoint for endpoint in identity.endpoints(service_id=service.id)}
    for interface in INTERFACES:
        if interface not in known:
            identity.create_endpoint(
                service_id=service.id, interface=interface, url=url, region_id=REGION
            )
        elif known[interface].url != url:
            identity.update_endpoint(known[interface], url=url)
