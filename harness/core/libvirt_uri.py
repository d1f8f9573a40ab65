"""Which libvirt URIs are taken: those that check whom they talk to, and ask nobody."""

from urllib.parse import parse_qsl, urlsplit

_LAX = frozenset({"ignore", "auto"})


def checked(uri: str) -> str:
    """Return a URI, or a template with ``{host}``, that is safe to use; "" stays "".

    Over ssh ``no_tty=1`` is added where it is missing: nobody is there to answer a question.
    Raises ValueError, one line on how to mend it, for a URI that does not check the host's key or
    certificate, or that has a password in it, which the list of processes would show.
    """
    if not uri:
        return uri
    parts = urlsplit(uri)
    options = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in options:
        if name == "no_verify" and value not in ("", "0"):
            raise ValueError(_refusal(f"{name}={value} switches the check of the host's key off"))
        if name == "known_hosts_verify" and value in _LAX:
            raise ValueError(_refusal(f"{name}={value} takes a host's key as it comes"))
    if parts.password is not None:
        raise ValueError(
            "the libvirt URI has a password in it, which everybody sees in the list of processes: "
            "use an ssh key, or a certificate"
        )
    over_ssh = parts.scheme.endswith("+ssh")
    if over_ssh and "no_tty" not in dict(options):
        return f"{uri}{'&' if parts.query else '?'}no_tty=1"
    return uri


def _refusal(what: str) -> str:
    return (
        f"the libvirt URI: {what}, so that anybody may answer for it; put the key of each host "
        "into known_hosts (ssh-keyscan, and compare it), and leave this out"
    )
