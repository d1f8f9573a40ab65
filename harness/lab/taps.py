"""The taps of one lab's guests among the links of the machine."""

import json
import subprocess
from typing import Any

ADDRESS_BYTES = 3


def ours(links: list[dict[str, Any]], prefix: str) -> list[str]:
    """The names of the taps whose hardware address is a guest's of this lab.

    ``links`` is the answer of ``ip -j link``; ``prefix`` are the first bytes of the lab's guests'
    addresses, of which the tap's first is fe instead of fa.
    """
    tail = prefix.split(":", 1)[1]
    return [
        link["ifname"]
        for link in links
        if link["ifname"].startswith("tap") and link.get("address", "").startswith(f"fe:{tail}:")
    ]


def present(prefix: str) -> list[str]:
    shown = subprocess.run(["ip", "-j", "link"], capture_output=True, text=True, check=True)
    return ours(json.loads(shown.stdout or "[]"), prefix)


def remove(prefix: str) -> list[str]:
    """Delete every tap of this lab; their names. One that went by itself meanwhile is fine."""
    names = present(prefix)
    for name in names:
        subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
    return names
