"""What can be wrong with an answer: one act for each fault."""

import json
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.quality.outages.faulty_server import VERSIONED, Act, Reply, say_of
from tests.quality.outages.recorded_cloud import Asked, Endpoint

HUGE = 10**30
DRIP = 0.05
"""Seconds between two bytes of a drip: far less than the limit of a question."""


@dataclass(frozen=True)
class Fault:
    """A fault. ``told`` is what its reason must say, ``applies`` says which URLs it may befall."""

    name: str
    act: Act
    told: str
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
    return _is_list(endpoint) and endpoint.list_name not in _OBJECTS


def _is_versioned(endpoint: Endpoint) -> bool:
    return endpoint.service in VERSIONED


def _is_paged(endpoint: Endpoint) -> bool:
    return bool(endpoint.paging)


_OBJECTS = frozenset({"usages", "inventories", "quota_set", "allocations"})
"""Lists that are objects: their rows have names, and no name comes twice."""

_ABSURD = r"absurd|should be|NaN is no number"
_EMPTIED = r"empty|at all|names no|no port|without|'volumes' is missing"
FAULTS = (
    Fault("connection reset", _reset, r"reset|[Cc]onnection"),
    Fault("hang", _hang, r"no whole answer within"),
    Fault("slow drip", _drip, r"no whole answer within"),
    Fault("slow drip of headers", _drip_of_headers, r"no whole answer within"),
    Fault("cut off", _cut_off, r"IncompleteRead|[Cc]onnection"),
    Fault("401", _status(401), r"HTTP 401"),
    Fault("403", _status(403), r"HTTP 403"),
    Fault("404", _status(404), r"HTTP 404"),
    Fault("429", _status(429, Retry_After="1"), r"HTTP 429 \(it asks to wait 1 s\)"),
    Fault("500", _status(500), r"HTTP 500"),
    Fault("503", _status(503), r"HTTP 503"),
    Fault("truncated JSON", _truncated, r"\(application/json\) is no JSON"),
    Fault("HTML instead of JSON", _html, r"\(text/html\) is no JSON"),
    Fault("microversion refused", _status(406), r"HTTP 406|older than Wallaby", _is_versioned),
    Fault("older microversion", _older, r"answered at microversion", _is_versioned),
    Fault("page marker gone", _marker_gone, r"HTTP 400: .*marker", _is_paged),
    Fault("list suddenly empty", _empty, _EMPTIED, _is_list),
    Fault("duplicate rows", _twice, r"", _has_rows),
    Fault("numbers: negative", _numbers(-7), _ABSURD),
    Fault("numbers: 10^30", _numbers(HUGE), _ABSURD),
    Fault("numbers: NaN", _numbers(float("nan")), _ABSURD),
    Fault("numbers: strings", _numbers("many"), _ABSURD),
)


def changes(fault: Fault, endpoint: Endpoint, asked: Sequence[Asked]) -> bool:
    """Tell whether a fault makes a difference to what this URL answers when it is asked so."""
    answers = [endpoint.answer(each) for each in asked]
    if fault.name.startswith("numbers"):
        return any(_has_number(answer) for answer in answers)
    if fault.name in ("list suddenly empty", "duplicate rows"):
        return any(answer[endpoint.list_name] for answer in answers)
    return True


def _has_number(data: Any) -> bool:
    if isinstance(data, Mapping):
        return any(map(_has_number, data.values()))
    if isinstance(data, list):
        return any(map(_has_number, data))
    return isinstance(data, int | float) and not isinstance(data, bool)
