"""Waiting until services truly answer, and one clear line when one does not."""

import datetime
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tenacity

from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.lab import supervision
from harness.lab.layout import FAKE, HOSTS, Layout
from harness.lab.ports import LOOPBACK

POLL_SECONDS = 0.2
ANSWER_SECONDS = 20
AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
SERIOUS = (" ERROR ", " error : ", " CRITICAL ", "Error", "error:", "[ERROR]", "Exception")
TAIL_BYTES = 200_000


class NotReady(Exception):
    """A service that does not answer yet, and how that shows."""

    def __init__(self, service: str, why: str) -> None:
        super().__init__(f"{service}: {why}")
        self.service = service
        self.why = why


Check = Callable[[], None]
Answer = TypeVar("Answer")


def wait(layout: Layout, names: list[str], check: Check, seconds: float) -> None:
    """Poll ``check`` until it no longer raises NotReady; HarnessError when time is up.

    ``names`` are the services that must keep running meanwhile.
    """
    retrying = tenacity.Retrying(
        wait=tenacity.wait_fixed(POLL_SECONDS),
        stop=tenacity.stop_after_delay(seconds),
        retry=tenacity.retry_if_exception_type(NotReady),
        reraise=True,
    )
    try:
        for attempt in retrying:
            with attempt:
                _refuse_dead(layout, names)
                check()
    except NotReady as late:
        raise failure(layout, late.service, f"{late.why} after {seconds:.0f} s") from None


def patiently(layout: Layout, service: str, action: Callable[[], Answer], seconds: float) -> Answer:
    """What ``action`` returns, tried again while the cloud answers it with an error."""
    answer: list[Answer] = []
    wait(layout, [service], lambda: answer.extend(_rows(lambda: [action()], service)), seconds)
    return answer[0]


def wait_for(
    layout: Layout, running: list[str], ports: Mapping[str, int], name: str, seconds: float
) -> None:
    """Wait until one service answers in its own protocol while all of ``running`` keep running."""
    wait(layout, running, lambda: answers(layout, ports, name), seconds)


def failure(layout: Layout, service: str, why: str) -> HarnessError:
    log = layout.service_log(service)
    last = last_meaningful_line(log)
    return HarnessError(
        f"{service} did not come up ({why}); its log ends: {last}; see {log}", EXIT_UNKNOWN
    )


def last_meaningful_line(log: Path) -> str:
    """The last line that tells of an error, else the last line with anything on it."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    lines = [line.strip() for line in lines if line.strip()]
    serious = [line for line in lines if any(word in line for word in SERIOUS)]
    return (serious or lines or ["(empty)"])[-1][:300]


def answers(layout: Layout, ports: Mapping[str, int], name: str) -> None:
    """Raise NotReady unless this service answers in its own protocol."""
    try:
        _ask(layout, ports, name)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotReady(name, f"no answer: {error}") from None


def _ask(layout: Layout, ports: Mapping[str, int], name: str) -> None:
    if name.startswith("libvirtd-"):
        uri = layout.libvirt_uri.format(host=HOSTS[int(name[-1]) - 1])
        subprocess.run(
            ["virsh", "-c", uri, "uri"],
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=ANSWER_SECONDS,
        )
    elif name == "mariadb":
        _expect(ports[name], b"", b"MariaDB")
    elif name == "memcached":
        _expect(ports[name], b"version\r\n", b"VERSION")
    elif name == "rabbitmq":
        _expect(ports[name], AMQP_HEADER, b"RabbitMQ")
    elif name == "epmd":
        socket.create_connection((LOOPBACK, ports[name]), timeout=5).close()
    elif name in ports:
        _http(ports[name])


def _expect(port: int, question: bytes, answer: bytes) -> None:
    with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
        if question:
            connection.sendall(question)
        heard = connection.recv(4096)
    if answer not in heard:
        raise ValueError(f"port {port} says {heard[:60]!r}")


def _http(port: int) -> None:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/", timeout=ANSWER_SECONDS):
            pass
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise ValueError(f"HTTP {error.code}") from None


def agents_up(cloud: Any, started: Mapping[str, int]) -> None:
    """Raise NotReady unless every service of nova's and cinder's reported since it was started.

    Without the time, the row of a service that was killed looks up for a while; one that was forced
    down looks down though it reports. ``started`` is the Unix time by service of the lab.
    """
    wanted = [name for name in started if name in AGENTS]
    seen: dict[str, list[Any]] = {}
    if any(name.startswith("nova-") for name in wanted):
        for row in _rows(lambda: cloud.compute.services(), "nova-api"):
            seen.setdefault(_service_name(row.binary, row.host), []).append(row)
    if any(name.startswith("cinder-") for name in wanted):
        for row in _rows(lambda: cloud.block_storage.services(), "cinder-api"):
            seen.setdefault(row.binary, []).append(row)
    for name in wanted:
        project = name.split("-")[0]
        if name not in seen:
            raise NotReady(name, f"{project} does not list it")
        if any(_is_silent(row, started[name]) for row in seen[name]):
            raise NotReady(name, f"it has not reported to {project}")


def _is_silent(row: Any, started: int) -> bool:
    down = row.state != "up" and not getattr(row, "is_forced_down", False)
    return down or _unix(row.updated_at) <= started


def hypervisors_missing(cloud: Any, hosts: Sequence[str]) -> list[str]:
    """Those of the hosts that nova does not list as hypervisors that are up."""
    rows = _rows(lambda: cloud.compute.hypervisors(details=True), "nova-api")
    up = {row.name for row in rows if row.state == "up"}
    return [host for host in hosts if host not in up]


AGENTS = (
    "cinder-scheduler",
    "cinder-volume",
    "nova-conductor",
    "nova-scheduler",
    *(f"nova-compute-{number}" for number, _ in enumerate(HOSTS, 1)),
    "nova-compute-fake",
)


def _service_name(binary: str, host: str) -> str:
    """The service of the lab that a row of nova's is of; that of all fake hosts is one."""
    if binary == "nova-compute" and host.startswith(FAKE):
        return "nova-compute-fake"
    return f"{binary}-{HOSTS.index(host) + 1}" if host in HOSTS else binary


def _rows(list_rows: Callable[[], Any], service: str) -> list[Any]:
    from keystoneauth1.exceptions import ClientException
    from openstack.exceptions import SDKException

    try:
        return list(list_rows())
    except (SDKException, ClientException) as error:
        raise NotReady(service, " ".join(str(error).split())[:200]) from None


def _unix(text: str | None) -> float:
    """A time of nova's or cinder's, UTC without saying so, as a Unix time; 0 for none."""
    if not text:
        return 0.0
    moment = datetime.datetime.fromisoformat(text.rstrip("Z"))
    return moment.replace(tzinfo=datetime.UTC).timestamp()


def _refuse_dead(layout: Layout, names: list[str]) -> None:
    supervised = supervision.services(layout)
    for name in names:
        service = supervised[name]
        if not service.running:
            raise failure(layout, name, service.description or service.state)
