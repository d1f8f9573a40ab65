"""Stand in for ssh and scp between the hosts of a lab, which are one machine with separate disks.

Installed as ``ssh`` and ``scp`` on the PATH of nova-compute. HARNESS_LAB_OWNER names the state
directory. An address is turned into a host by /etc/hosts, and a path below the instances folder
into the folder of that host; everything else runs as it is.
"""

import os
import sys
from pathlib import Path


def hosts_by_address(text: str) -> dict[str, str]:
    rows = (line.split("#", 1)[0].split() for line in text.splitlines())
    return {row[0]: row[1] for row in rows if len(row) > 1}


def on_disk(path: str, host: str, state: str) -> str:
    """The path of a file of ``host`` as it is reached from any host."""
    shared = f"{state}/instances"
    if path == shared or path.startswith(shared + "/"):
        return f"{state}/hosts/{host}/instances{path[len(shared) :]}"
    return path


def ssh_command(arguments: list[str], hosts: dict[str, str], state: str) -> list[str]:
    """The local command that ``ssh [-o OPTION] ADDRESS COMMAND…`` stands for."""
    words = list(arguments)
    while words and words[0].startswith("-"):
        del words[: 2 if words[0] == "-o" else 1]
    host = hosts[words[0]]
    return [on_disk(word, host, state) for word in words[1:]]


def scp_command(arguments: list[str], hosts: dict[str, str], state: str) -> list[str]:
    """The local command that ``scp [-C] [-r] FROM TO`` stands for."""
    places = []
    for word in (word for word in arguments if not word.startswith("-")):
        address, colon, path = word.partition(":")
        places.append(on_disk(path, hosts[address], state) if colon and address in hosts else word)
    return ["cp", "-r", "--sparse=auto", *places]


def main() -> None:
    hosts = hosts_by_address(Path("/etc/hosts").read_text())
    state = os.environ["HARNESS_LAB_OWNER"]
    build = scp_command if Path(sys.argv[0]).name == "scp" else ssh_command
    try:
        command = build(sys.argv[1:], hosts, state)
    except (KeyError, IndexError):
        sys.exit(f"no host of this lab in: {' '.join(sys.argv)}")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
