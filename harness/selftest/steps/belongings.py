"""What users keep in nova beside servers: key pairs and server groups."""

import base64
import secrets

from harness.selftest.ground import Ground, undo

VERSION = "2.87"
_KEY = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"
"""How a public key of this kind begins; 32 bytes follow."""


@undo
def keypair_is_gone(ground: Ground, name: str, user: str) -> None:
    """Delete the key pair of a user."""
    path = f"/os-keypairs/{name}?user_id={user}"
    ground.ask("compute", "DELETE", path, version=VERSION, gone=True)


@undo
def server_group_is_gone(ground: Ground, name: str) -> None:
    """Delete every server group of a name."""
    path = "/os-server-groups?all_projects=true"
    listed = ground.ask("compute", "GET", path, version=VERSION)["server_groups"]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("compute", "DELETE", f"/os-server-groups/{found}", version=VERSION, gone=True)


def keypair(ground: Ground, name: str, user: str) -> None:
    """Make a key pair of a user, of a key that nobody has the other half of."""
    ground.will(keypair_is_gone, name=name, user=user)
    key = base64.b64encode(_KEY + secrets.token_bytes(32)).decode()
    body = {"keypair": {"name": name, "user_id": user, "public_key": f"ssh-ed25519 {key}"}}
    ground.ask("compute", "POST", "/os-keypairs", body, version=VERSION)


def server_group(ground: Ground, name: str) -> str:
    """Make a server group without members; returns its uuid."""
    ground.will(server_group_is_gone, name=name)
    body = {"server_group": {"name": name, "policy": "anti-affinity"}}
    made = ground.ask("compute", "POST", "/os-server-groups", body, version=VERSION)
    return str(made["server_group"]["id"])
