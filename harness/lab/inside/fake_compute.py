"""Run several nova-compute services on nova's fake driver in one process.

Each has a host name of its own, so each can be disabled, forced down and moved away from by itself.
HARNESS_LAB_FAKE_HOSTS names them. Runs in the lab's virtual environment, without harness.
"""

# mypy: disable-error-code="import-not-found, import-untyped, misc"
# ruff: noqa: E402 - nova must choose how it runs before anything else is imported

from nova import monkey_patch

monkey_patch.patch(backend="threading")

import os
import shlex
import signal
import sys
import uuid

import nova.conf
import nova.db.main.api
import os_brick
from nova import config, objects, service, utils
from nova.compute import rpcapi
from nova.conductor import rpcapi as conductor_rpcapi
from nova.objects import base
from nova.virt import fake, node
from oslo_log import log
from oslo_privsep import priv_context


class Names:
    """The uuid of each node: nova's own are other ones after each start."""

    def __getattr__(self, name: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{os.environ['HARNESS_LAB_OWNER']}/{name}"))


def main() -> None:
    signals = {signal.SIGTERM, signal.SIGINT}
    # Of all threads, only the one that waits for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    config.parse_args(sys.argv)
    log.setup(nova.conf.CONF, "nova")
    priv_context.init(root_helper=shlex.split(utils.get_root_helper()))
    objects.register_all()
    os_brick.setup(nova.conf.CONF)
    nova.db.main.api.DISABLE_DB_ACCESS = True
    base.NovaObject.indirection_api = conductor_rpcapi.ConductorAPI()
    objects.Service.enable_min_version_cache()
    fake.uuids = Names()
    # A service that was started before wants to find an identity; the fake driver leaves none.
    if node.read_local_node_uuid() is None:
        node.write_local_node_uuid(fake.uuids.node)
    for host in os.environ["HARNESS_LAB_FAKE_HOSTS"].split():
        service.Service.create(
            host=host,
            binary="nova-compute",
            topic=rpcapi.RPC_TOPIC,
            topic_alt=rpcapi.RPC_TOPIC_ALT,
        ).start()
    signal.sigwait(signals)
    os._exit(0)


if __name__ == "__main__":
    main()
