"""What can be wrong with an answer: one act for each fault."""

import json
import socket
import struct
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.quality.outages.faulty_server import Act, Reply, say_of
from tests.quality.outages.recorded_cloud import Asked, Endpoint

HUGE = 10**30
DRIP = 0.05
"""Seconds between two bytes of a drip: far less than the limit of a question."""


@dataclass(frozen=True)
class Fault:
    """A fault. ``about``: "transport", "answer" or "content". ``applies`` says to which URLs."""

    name: str
    act: Act
    about: str
    applies: Callable[[Endpoint], bool] = lambda endpoint: True


def _reset(reply: Reply, _asked: Asked, _endpoint: Endpoint) -> None:
    """Close the connection so that the client gets a reset."""
    reply.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    reply.close_connection = True
    reply.connection.close()


def _hang(reply: Reply, _asked: Asked, _endpoint: Endpoint) -> None:
    server: Any = reply.server
    server.closing.wait(60)
    reply.close_connection = True


def _drip(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Send one byte after the other; each comes well within the time of a read."""
    server: Any = reply.server
    content = json.dumps(endpoint.answer(asked)).encode() + b" " * 100_000
    reply.send_response(200)
    reply.send_header("Content-Length", str(len(content)))
    reply.end_headers()
    for byte in content:
        if server.closing.wait(DRIP):
            break
        reply.wfile.write(bytes([byte]))
    reply.close_connection = True


def _drip_of_headers(reply: Reply, _asked: Asked, _endpoint: Endpoint) -> None:
    server: Any = reply.server
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Padding: 1\r\n" * 10_000:
        if server.closing.wait(DRIP):
            break
        reply.wfile.write(bytes([byte]))
    reply.close_connection = True


def _status(number: int, **headers: str) -> Act:
    def act(reply: Reply, _asked: Asked, _endpoint: Endpoint) -> None:
        reply.say({"error": {"code": number, "message": f"fault {number}"}}, number, **headers)

    return act


def _truncated(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    content = json.dumps(endpoint.answer(asked)).encode()
    reply.send(200, content[: len(content) // 2])


def _cut_off(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Promise more than comes."""
    content = json.dumps(endpoint.answer(asked)).encode()
    reply.send(200, content, Content_Length=str(len(content) + 100))
    reply.close_connection = True


def _html(reply: Reply, _asked: Asked, _endpoint: Endpoint) -> None:
    page = b"<!DOCTYPE html><html><body>Down for maintenance</body></html>"
    reply.send(200, page, Content_Type="text/html")


def _older(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Answer in the oldest microversion, whatever was asked for."""
    oldest = {"compute": "compute 2.1", "placement": "placement 1.0", "block_storage": "volume 3.0"}
    reply.say(endpoint.answer(asked), OpenStack_API_Version=oldest[asked.service])


def _marker_gone(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Give the first page, and do not know its marker when the second is asked for."""
    if asked.query.get("marker") or asked.query.get("offset"):
        return reply.say({"badRequest": {"code": 400, "message": "marker not found"}}, 400)
    page = deepcopy(endpoint.answer(asked))
    link = f"{reply.path}{'&' if '?' in reply.path else '?'}marker=gone&limit=1"
    if endpoint.paging == "links":
        page[f"{endpoint.list_name}_links"] = [{"rel": "next", "href": link}]
    elif endpoint.paging == "next":
        page["next"] = link
    return say_of(reply, asked, page)


def _empty(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    page = deepcopy(endpoint.answer(asked))
    page[endpoint.list_name] = type(page[endpoint.list_name])()
    say_of(reply, asked, page)


def _twice(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Send each row twice."""
    page = deepcopy(endpoint.answer(asked))
    page[endpoint.list_name] *= 2
    say_of(reply, asked, page)


def _numbers(value: Any) -> Act:
    """Send another value for every number."""

    def changed(data: Any) -> Any:
        if isinstance(data, Mapping):
            return {name: changed(item) for name, item in data.items()}
        if isinstance(data, list):
            return [changed(item) for item in data]
        whole = isinstance(data, int | float) and not isinstance(data, bool)
        return value if whole else data

    def act(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
        say_of(reply, asked, changed(deepcopy(endpoint.answer(asked))))

    return act


def _is_list(endpoint: Endpoint) -> bool:
    return bool(endpoint.list_name)


def _has_rows(endpoint: Endpoint) -> bool:
    return _is_list(endpoint) and endpoint.list_name not in ("usages", "inventories", "quota_set")


FAULTS = (
    Fault("connection reset", _reset, "transport"),
    Fault("hang", _hang, "transport"),
    Fault("slow drip", _drip, "transport"),
    Fault("slow drip of headers", _drip_of_headers, "transport"),
    Fault("cut off", _cut_off, "transport"),
    Fault("401", _status(401), "answer"),
    Fault("403", _status(403), "answer"),
    Fault("404", _status(404), "answer"),
    Fault("429", _status(429, Retry_After="1"), "answer"),
    Fault("500", _status(500), "answer"),
    Fault("503", _status(503), "answer"),
    Fault("truncated JSON", _truncated, "answer"),
    Fault("HTML instead of JSON", _html, "answer"),
    Fault("microversion refused", _status(406), "answer", lambda e: e.service in ("compute", "placement", "block_storage")),
    Fault("older microversion", _older, "answer", lambda e: e.service in ("compute", "placement", "block_storage")),
    Fault("page marker gone", _marker_gone, "content", lambda e: bool(e.paging)),
    Fault("list suddenly empty", _empty, "content", _is_list),
    Fault("duplicate rows", _twice, "content", lambda e: _has_rows(e) and e.list_name != "allocations"),
    Fault("numbers: negative", _numbers(-7), "content"),
    Fault("numbers: 10^30", _numbers(HUGE), "content"),
    Fault("numbers: NaN", _numbers(float("nan")), "content"),
    Fault("numbers: strings", _numbers("many"), "content"),
)
