"""Projects, domains and nodes of the synthetic cloud, as their services answer."""

from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import things
from benchmarks.synthetic.server import volumes
from benchmarks.synthetic.things import Size, identity
from harness.core.answers.capture import CLOUD

Answers = Iterator[tuple[str, Any]]


def projects(size: Size) -> Answers:
    rows = [
        {
            "id": things.project_id(number),
            "name": f"shop-{number}",
            "domain_id": "default",
            "description": f"the shop number {number}",
            "enabled": True,
            "parent_id": "default",
            "is_domain": False,
            "tags": [],
            "options": {},
            "links": {
                "self": f"https://keystone.example.org/v3/projects/{things.project_id(number)}"
            },
        }
        for number in range(size.projects)
    ]
    yield CLOUD, {"projects": rows, "links": {"next": None, "previous": None}}


def domains(size: Size) -> Answers:
    for host in range(size.hosts):
        here = [_domain(size, n, 1) for n in size.on(host) if things.lost(n) != "domain"]
        left = [_domain(size, number, 5) for number in things.left_from(size, host)]
        yield things.host_name(host), {"domains": here + left}


def _domain(size: Size, number: int, state: int) -> dict[str, Any]:
    flavor = things.FLAVORS[number % len(things.FLAVORS)]
    return {
        "uuid": identity("server", number),
        "name": things.domain_name(number),
        "state": state,
        "persistent": True,
        "metadata": _METADATA.format(
            number=number,
            flavor=flavor,
            user=identity("user", size.project_of(number)).replace("-", ""),
            project=things.project_id(size.project_of(number)),
            image=identity("image", number % 40),
            port=identity("port", number),
        ),
        "vcpus": flavor["vcpus"],
        "memory_kib": flavor["ram"] * 1024,
        "volumes": [{"serial": uuid, "source": uuid} for uuid in volumes(number)],
    }


_METADATA = """<instance>
  <package version="34.0.0"/>
  <name>web-{number:06d}.shop.example.com</name>
  <creationTime>2026-10-02 08:12:10</creationTime>
  <flavor name="{flavor[original_name]}" id="{image}">
    <memory>{flavor[ram]}</memory>
    <disk>{flavor[disk]}</disk>
    <swap>{flavor[swap]}</swap>
    <ephemeral>0</ephemeral>
    <vcpus>{flavor[vcpus]}</vcpus>
    <extraSpecs/>
  </flavor>
  <image uuid="{image}">
    <containerFormat>bare</containerFormat>
    <diskFormat>qcow2</diskFormat>
    <minDisk>1</minDisk>
    <minRam>0</minRam>
    <properties/>
  </image>
  <owner>
    <user uuid="{user}">clerk</user>
    <project uuid="{project}">shop</project>
  </owner>
  <root type="image" uuid="{image}"/>
  <ports>
    <port uuid="{port}">
      <ip type="fixed" address="10.0.0.10" ipVersion="4"/>
    </port>
  </ports>
</instance>"""


def nodes(size: Size) -> Answers:
    for host in range(size.hosts):
        here = [n for n in size.on(host) if things.lost(n) != "domain"]
        yield (
            things.host_name(host),
            {
                "memory_mb": 2097152,
                "cpus": 512,
                "memory_kib": {
                    "total": 2147483648,
                    "free": 1073741824,
                    "buffers": 68004,
                    "cached": 1781804,
                },
                "active_vcpus": [things.FLAVORS[n % len(things.FLAVORS)]["vcpus"] for n in here],
            },
        )
