"""What killed tests left in the lab, taken away, so that the cloud is at rest again.

Tempest's own clean-up by prefix leaves the default security groups of the projects that it deletes.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.lab.conftest import LabCloud, wait_for

_OF_TESTS = re.compile(r"tempest-|soak[0-9a-f]{6}i\d+-")


def sweep(cloud: LabCloud) -> None:
    """Delete all that bears the name of a test, and all that a test's project owns."""
    api = cloud.api
    projects = {row.id for row in api.identity.projects() if _OF_TESTS.match(row.name)}

    def of_tests(rows: Any) -> Iterator[Any]:
        for row in list(rows):
            if _OF_TESTS.match(row.name or "") or getattr(row, "project_id", None) in projects:
                yield row

    for server in of_tests(api.compute.servers(all_projects=True)):
        api.compute.post(f"/servers/{server.id}/action", json={"forceDelete": None})
    wait_for(
        lambda: not list(of_tests(api.compute.servers(all_projects=True))), "the servers to go", 180
    )
    for row in of_tests(api.compute.server_groups(all_projects=True)):
        api.compute.delete_server_group(row)
    for row in of_tests(api.block_storage.volumes(all_projects=True)):
        api.block_storage.delete_volume(row)
    for row in of_tests(api.image.images()):
        api.image.delete_image(row)
    _networks(cloud, of_tests)
    for user in [row for row in api.identity.users() if _OF_TESTS.match(row.name)]:
        for pair in list(api.compute.keypairs(user_id=user.id)):
            api.compute.delete_keypair(pair, user_id=user.id)
        api.identity.delete_user(user)
    for project in projects:
        api.identity.delete_project(project)


def _networks(cloud: LabCloud, of_tests: Any) -> None:
    network = cloud.api.network
    for address in of_tests(network.ips()):
        network.delete_ip(address)
    for router in of_tests(network.routers()):
        for port in list(network.ports(device_id=router.id)):
            network.remove_interface_from_router(router, port_id=port.id)
        network.delete_router(router)
    for port in of_tests(network.ports()):
        network.delete_port(port)
    for row in of_tests(network.networks()):
        network.delete_network(row)
    for group in of_tests(network.security_groups()):
        network.delete_security_group(group)
