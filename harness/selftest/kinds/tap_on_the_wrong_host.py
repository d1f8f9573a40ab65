"""Tap on the wrong host."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, networks, servers


@leak("interface_has_port", needs=(LAB,))
def tap_on_the_wrong_host(ground: Ground) -> Planted:
    """The tap of a server's port is on a second host, too."""
    port = networks.port(ground, ground.name("port"))
    server, other = servers.boot(ground, networks=[{"port": port}]), ground.hosts[1]
    hosts.tap(ground, other, f"tap{port[:11]}")
    found = lost("interface_has_port", port[:11], other, {}, f"bound to {server.host}")
    return Planted((found,))
