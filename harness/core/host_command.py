"""Which commands reach a compute host: those that check whom they talk to, and ask nobody."""

import shlex

HOST = "{host}"
OFF = "off"
_LAX = ("no", "off", "accept-new")


def checked(template: str) -> str:
    """Return a template of a command that is safe to use; "" and "off" are none: "".

    ``{host}`` stands for the host's name. To ssh ``BatchMode=yes`` is added where it is missing:
    nobody is there to answer a question. Raises ValueError, one line on how to mend it, for one
    that is no command, that does not check the host's key, or that has a password in it, which the
    list of processes would show.
    """
    if template.strip() in ("", OFF):
        return ""
    try:
        parts = shlex.split(template)
    except ValueError as error:
        raise ValueError(f"{error}: quote it as in a shell") from None
    program = parts[0].rpartition("/")[2] if parts else ""
    if program == "sshpass" and any(part.startswith("-p") for part in parts):
        raise ValueError(
            "it has a password in it, which everybody sees in the list of processes: use an ssh key"
        )
    joined = ["".join(part.replace("=", " ").split()).lower() for part in parts]
    for number, part in enumerate(joined):
        if part.removeprefix("-o") in [f"stricthostkeychecking{lax}" for lax in _LAX]:
            raise ValueError(
                f"{parts[number]} takes a host's key as it comes, so that anybody may answer for "
                "it; put the key of each host into known_hosts, and leave this out"
            )
    if program == "ssh" and not any("batchmode" in part for part in joined):
        parts[1:1] = ["-o", "BatchMode=yes"]
    return shlex.join(parts)


def words(template: str, host: str) -> list[str]:
    """Return the command for a host. No shell reads it: a name is never more than a name."""
    return [part.replace(HOST, host) for part in shlex.split(template)]
