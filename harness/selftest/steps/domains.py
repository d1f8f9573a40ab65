"""Libvirt domains, defined and taken away behind nova's back."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from xml.etree import ElementTree

from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.servers import show

_DOMAIN = """<domain type='{kind}'><name>{name}</name><uuid>{uuid}</uuid>{metadata}
<memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>"""
_METADATA = """<metadata>
<nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
<nova:name>{name}</nova:name><nova:flavor name="selftest"><nova:memory>64</nova:memory>
<nova:disk>1</nova:disk><nova:swap>0</nova:swap><nova:ephemeral>0</nova:ephemeral>
<nova:vcpus>1</nova:vcpus></nova:flavor></nova:instance></metadata>"""
_DISK = """<disk type='file' device='disk'><driver name='qemu' type='raw' cache='none'/>
<source file='{file}'/><target dev='vdy' bus='virtio'/><serial>{volume}</serial></disk>"""
_PAUSED = 3  # VIR_DOMAIN_PAUSED
AMOUNTS = {"vcpus": 1, "memory_mb": 64}
"""What a domain that was made here holds while it runs."""


@undo
def domain_is_gone(ground: Ground, host: str, domain: str) -> None:
    """Destroy and undefine a domain of a host."""
    with connected(ground, host) as connection:
        _erase(_find(connection, domain))


@undo
def domain_is_back(ground: Ground, host: str, domain: str, xml: str, runs: bool) -> None:
    """Define a server's domain again, and start it where it ran; not where the server is gone."""
    if show(ground, domain) is None:
        return
    with connected(ground, host) as connection:
        found = _find(connection, domain) or connection.defineXML(xml)
        if not found.isPersistent():
            connection.defineXML(xml)
        if runs and not found.isActive():
            found.create()
        if runs and found.state()[0] == _PAUSED:
            found.resume()


@contextmanager
def connected(ground: Ground, host: str) -> Iterator[Any]:
    """A connection to a host's libvirt that may change things."""
    try:
        import libvirt
    except ImportError as error:
        raise PlantFailed(f"libvirt cannot be used ({error}): install libvirt-python") from error
    try:
        connection = libvirt.open(ground.libvirt_uri.replace("{host}", host))
        try:
            yield connection
        finally:
            connection.close()
    except libvirt.libvirtError as error:
        raise PlantFailed(f"libvirt on {host}: {error}") from error


def define(
    ground: Ground, host: str, domain: str = "", *, novas: bool = True, starts: bool = False
) -> str:
    """Define a small domain, of nova's making or not; returns its uuid."""
    domain = domain or str(uuid.uuid4())
    ground.will(domain_is_gone, host=host, domain=domain)
    metadata = _METADATA.format(name=ground.name("gone")) if novas else ""
    with connected(ground, host) as connection:
        made = connection.defineXML(
            _DOMAIN.format(
                kind=ground.lab.virt_type if ground.lab else "qemu",
                name=f"instance-f{domain[:7]}",
                uuid=domain,
                metadata=metadata,
            )
        )
        if starts:
            made.create()
    return domain


def erase(ground: Ground, host: str, server: str) -> None:
    """Destroy and undefine a server's domain."""
    with _put_back(ground, host, server) as domain:
        _erase(domain)


@contextmanager
def _put_back(ground: Ground, host: str, server: str) -> Iterator[Any]:
    """The domain of a server, which will be as it was when the plant is removed."""
    with connected(ground, host) as connection:
        found = connection.lookupByUUIDString(server)
        xml, runs = found.XMLDesc(0), bool(found.isActive())
        ground.will(domain_is_back, host=host, domain=server, xml=xml, runs=runs)
        yield found


def destroy(ground: Ground, host: str, server: str) -> None:
    """Pull the plug of a server's domain."""
    with _put_back(ground, host, server) as domain:
        domain.destroy()


def suspend(ground: Ground, host: str, server: str) -> None:
    """Pause a server's domain."""
    with _put_back(ground, host, server) as domain:
        domain.suspend()


def undefine(ground: Ground, host: str, server: str) -> None:
    """Take away the definition of a server's domain, which runs on."""
    with _put_back(ground, host, server) as domain:
        domain.undefine()


def take_snapshot(ground: Ground, host: str, server: str) -> None:
    """Take a snapshot of a server's domain that libvirt knows of, and nova does not."""
    with connected(ground, host) as connection:
        domain = connection.lookupByUUIDString(server)
        domain.snapshotCreateXML("<domainsnapshot><name>selftest</name></domainsnapshot>")


def hold(ground: Ground, host: str, server: str, volume: str) -> None:
    """Put a volume into a server's domain; it goes with the domain."""
    if ground.lab is None:
        raise PlantFailed("only a lab tells where its volumes are")
    file = f"{ground.lab.volumes_path}/volume-{volume}"
    with connected(ground, host) as connection:
        connection.lookupByUUIDString(server).attachDevice(_DISK.format(file=file, volume=volume))


def let_go(ground: Ground, host: str, server: str, volume: str) -> None:
    """Take a volume out of a server's domain that runs, and wait until its guest has let it go."""
    with connected(ground, host) as connection:
        domain = connection.lookupByUUIDString(server)
        ground.wait(lambda: _has_let_go(domain, volume), f"{server} to let go of {volume}")


def _has_let_go(domain: Any, volume: str) -> bool:
    """Tell whether a volume is out of a domain, and ask its guest again where it is not: one that
    still boots hears nothing."""
    import libvirt

    for disk in ElementTree.fromstring(domain.XMLDesc(0)).iterfind("./devices/disk"):
        if disk.findtext("serial") == volume:
            with suppress(libvirt.libvirtError):
                domain.detachDevice(ElementTree.tostring(disk, encoding="unicode"))
            return False
    return True


def take_over(ground: Ground, host: str, server: str) -> None:
    """Write down that a server's domain must go: nova will lose it."""
    ground.will(domain_is_gone, host=host, domain=server)


def _find(connection: Any, domain: str) -> Any:
    """Return a domain, None where there is no such."""
    found = [one for one in connection.listAllDomains(0) if one.UUIDString() == domain]
    return found[0] if found else None


def _erase(domain: Any) -> None:
    import libvirt

    if domain is None:
        return
    kept = domain.isPersistent()
    if domain.isActive():
        domain.destroy()
    if kept:
        domain.undefineFlags(
            libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
            | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
            | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
        )
