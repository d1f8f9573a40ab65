"""Projects and users."""

from harness.selftest.ground import Ground, undo


@undo
def project_is_gone(ground: Ground, name: str) -> None:
    """Delete every project of a name."""
    listed = ground.ask("identity", "GET", f"/projects?name={name}")["projects"]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("identity", "DELETE", f"/projects/{found}", gone=True)


def project(ground: Ground, name: str) -> str:
    """Make a project; returns its uuid."""
    ground.will(project_is_gone, name=name)
    body = {"project": {"name": name}}
    return str(ground.ask("identity", "POST", "/projects", body)["project"]["id"])


@undo
def user_is_gone(ground: Ground, name: str) -> None:
    """Delete every user of a name."""
    listed = ground.ask("identity", "GET", f"/users?name={name}")["users"]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("identity", "DELETE", f"/users/{found}", gone=True)


def user(ground: Ground, name: str) -> str:
    """Make a user without a password, who cannot log in; returns its uuid."""
    ground.will(user_is_gone, name=name)
    return str(ground.ask("identity", "POST", "/users", {"user": {"name": name}})["user"]["id"])
