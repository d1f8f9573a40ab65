"""supervisord of one lab: started, asked, told, ended, always through its socket."""

import os
import socket
import subprocess
import sys
import xmlrpc.client
from dataclasses import dataclass
from typing import Any

import tenacity
from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]

from harness.core.errors import HarnessError
from harness.lab import processes
from harness.lab.layout import Layout

ALREADY_STARTED, NOT_RUNNING, BAD_NAME = 60, 70, 10
ANSWER_SECONDS = 10
RUNNING_STATES = ("STARTING", "RUNNING", "STOPPING")


@dataclass(frozen=True)
class Supervised:
    """One service as supervisord sees it; ``pid`` is 0 where none runs, ``start`` a Unix time."""

    name: str
    state: str
    pid: int
    start: int
    stop: int
    description: str

    @property
    def running(self) -> bool:
        return self.state in RUNNING_STATES


def call(layout: Layout, method: str, *args: Any) -> Any:
    """Call a method of supervisord's XML-RPC interface; OSError or xmlrpc.client.Error."""
    transport = SupervisorTransport(None, None, f"unix://{layout.supervisor_socket}")
    with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
        return getattr(server.supervisor, method)(*args)


def pid(layout: Layout) -> int | None:
    """The pid of the living supervisord, or None where none answers."""
    try:
        _probe(layout)
        return int(call(layout, "getPID"))
    except (OSError, xmlrpc.client.Error):
        return None


def _probe(layout: Layout) -> None:
    """Raise OSError unless something answers on the socket soon; the XML-RPC client would wait
    for ever for a supervisord that hangs.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(layout.supervisor_socket))
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        connection.recv(1)


def start(layout: Layout) -> None:
    """Start supervisord with none of its services."""
    layout.supervisor_socket.unlink(missing_ok=True)
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(layout.supervisor_conf)]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=processes.environment_of(layout.state, layout.venv),
        cwd=processes.working_directory(layout.state),
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()[:1]
        raise HarnessError(f"supervisord did not start: {' '.join(said)}")
    for attempt in tenacity.Retrying(
        wait=tenacity.wait_fixed(0.05),
        stop=tenacity.stop_after_delay(15),
        retry=tenacity.retry_if_exception_type(HarnessError),
        reraise=True,
    ):
        with attempt:
            if pid(layout) is None:
                raise HarnessError(f"supervisord does not answer; see {layout.log}/supervisord.log")


def services(layout: Layout) -> dict[str, Supervised]:
    """Every service by name; HarnessError where supervisord does not answer."""
    try:
        rows = call(layout, "getAllProcessInfo")
    except (OSError, xmlrpc.client.Error):
        raise HarnessError(
            f"the lab in {layout.state} is down: `harness lab up --state-dir {layout.state}`"
        ) from None
    return {
        row["name"]: Supervised(
            row["name"], row["statename"], row["pid"], row["start"], row["stop"], row["description"]
        )
        for row in rows
    }


def start_service(layout: Layout, name: str) -> bool:
    """Start one service without waiting for it; False where it runs already."""
    return _ask(layout, "startProcess", name, ALREADY_STARTED)


def stop_service(layout: Layout, name: str) -> bool:
    """End one service and wait for it; False where it does not run."""
    return _ask(layout, "stopProcess", name, NOT_RUNNING)


def signal_service(layout: Layout, name: str, number: int) -> bool:
    """Send a signal to the whole process group of a service; False where it does not run."""
    service = services(layout).get(name)
    if service is None or not service.pid:
        return False
    try:
        os.killpg(service.pid, number)
    except ProcessLookupError:
        return False
    return True


def _ask(layout: Layout, method: str, name: str, harmless: int) -> bool:
    wait = method == "stopProcess"
    try:
        call(layout, method, name, wait)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode == harmless:
            return False
        log = layout.service_log(name)
        raise HarnessError(f"{name}: supervisord says {fault.faultString}; see {log}") from None
    except OSError as error:
        raise HarnessError(f"supervisord of {layout.state} does not answer: {error}") from None
    return True
