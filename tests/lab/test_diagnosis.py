"""A planted case of each cause: a boot fails in the lab, and `harness diagnose` says why.

Each case fills the hosts in its own way, boots one server that must fail, asks, and clears up.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import LabCloud, Said, harness, passes, wait_for

pytestmark = pytest.mark.lab
HOSTS = ("compute1", "compute2")
VIEWS = ("placement", "tracker", "hypervisor", "host")
HALF_OPEN = 256
"""MB that a case leaves free on each host: too few for the boot that must fail."""
WANTED, LITTLE = 8192, 256
"""MB: more than a host's memory may seem to grow by in a minute, and what each has room for."""


@pytest.fixture(autouse=True, scope="module")
def _without_quota(cloud: LabCloud) -> Iterator[None]:
    """Memory without end, so that no quota refuses what is to fail at the hosts."""
    quota = f"/os-quota-sets/{cloud.api.current_project_id}"
    answer = cloud.api.compute.put(quota, json={"quota_set": {"ram": -1, "cores": -1}})
    assert answer.status_code == 200, answer.text
    yield
    cloud.api.compute.delete(quota)


@pytest.fixture(autouse=True)
def _quiet_before_and_after(cloud: LabCloud) -> Iterator[None]:
    yield
    passes(cloud)


@contextmanager
def _flavor(cloud: LabCloud, ram: int, disk: int = 1, **specs: str) -> Iterator[str]:
    name = f"diagnosis-{uuid.uuid4().hex[:8]}"
    made = cloud.api.compute.create_flavor(name=name, ram=ram, vcpus=1, disk=disk)
    try:
        if specs:
            cloud.api.compute.create_flavor_extra_specs(made, specs)
        yield str(made.id)
    finally:
        cloud.api.compute.delete_flavor(made)


@contextmanager
def _image(cloud: LabCloud, **properties: str) -> Iterator[str]:
    """An image of the lab's, with other properties."""
    name = f"diagnosis-{uuid.uuid4().hex[:8]}"
    made = cloud.api.image.create_image(
        name=name, disk_format="raw", container_format="bare", data=b"\0" * 1024, **properties
    )
    try:
        yield str(made.id)
    finally:
        cloud.api.image.delete_image(made)


@contextmanager
def _server(
    cloud: LabCloud,
    flavor: str,
    name: str,
    status: str,
    image: str = "",
    group: str = "",
    **more: Any,
) -> Iterator[str]:
    """A server that must come to a status; it is deleted in the end."""
    image = image or next(iter(cloud.api.image.images(name="lab-blank"))).id
    body = {"name": name, "imageRef": image, "flavorRef": flavor, "networks": "none", **more}
    hints = {"os:scheduler_hints": {"group": group}} if group else {}
    answer = cloud.api.compute.post("/servers", json={"server": body, **hints}, microversion="2.87")
    server = str(answer.json()["server"]["id"])
    try:
        wait_for(lambda: cloud.show(server)["status"] != "BUILD", "the server to end its build")
        assert cloud.show(server)["status"] == status, cloud.show(server)
        yield server
    finally:
        cloud.delete(server)


def _to_fill(cloud: LabCloud, host: str) -> list[int]:
    """Return amounts of memory in MB that together leave HALF_OPEN of a host, each as much as one
    consumer may have."""
    path = f"/resource_providers/{cloud.provider(host)}"
    inventory = cloud.api.placement.get(f"{path}/inventories").json()["inventories"]["MEMORY_MB"]
    used = cloud.api.placement.get(f"{path}/usages").json()["usages"]["MEMORY_MB"]
    limit = (inventory["total"] - inventory["reserved"]) * inventory["allocation_ratio"]
    left = int(limit) - int(used) - HALF_OPEN
    return [left // 2, left - left // 2]


@contextmanager
def _filled(cloud: LabCloud, name: str) -> Iterator[None]:
    """A server on each host that leaves little of its memory."""
    with ExitStack() as stack:
        for host in HOSTS:
            for amount in _to_fill(cloud, host):
                flavor = stack.enter_context(_flavor(cloud, amount))
                stack.enter_context(_server(cloud, flavor, name, "ACTIVE", host=host))
        yield


@contextmanager
def _failing(
    cloud: LabCloud,
    ram: int = WANTED,
    disk: int = 1,
    specs: Mapping[str, str] | None = None,
    **more: Any,
) -> Iterator[str]:
    with (
        _flavor(cloud, ram, disk, **(specs or {})) as flavor,
        _server(cloud, flavor, "diagnosis-boot", "ERROR", **more) as server,
    ):
        yield server


def _asked(cloud: LabCloud, server: str, *words: str) -> Said:
    return harness(
        "diagnose",
        *("--server", server, "--cloud", cloud.lab.cloud, "--settle-limit", "90", *words),
        OS_CLIENT_CONFIG_FILE="",
    )


def _cause(said: Said, with_request: bool = True) -> str:
    """Return the cause of the one server. Every column must have added up to be printed."""
    assert said.code in (0, 2), said
    assert said.out.startswith("1 server failed: 1 "), said
    found = re.search(r"^  ([A-Z]{2}[A-Z ]+): ", said.out, re.M)
    assert found, said
    assert bool(re.search(r"request\s+req-[0-9a-f]{8}-", said.out)) is with_request, said
    return found[1].lower()


def _adds_up(said: Said) -> None:
    """Each line of a table is a capacity less parts, and what is free."""
    rows = re.findall(
        r"^ +(?:placement|tracker|hypervisor|host)(?: \(\w+\))? +(-?\d.*)$", said.out, re.M
    )
    assert len(rows) >= len(HOSTS) * len(VIEWS), said.out
    for row in rows:
        capacity, *parts, free = map(int, row.split())
        assert capacity == sum(parts) + free, row


def test_allocations_that_nova_leaked(cloud: LabCloud) -> None:
    consumers: list[str] = []
    try:
        for host in HOSTS:
            for amount in _to_fill(cloud, host):
                consumers.append(str(uuid.uuid4()))
                held = {cloud.provider(host): {"resources": {"MEMORY_MB": amount}}}
                owner = {"project_id": "p", "user_id": "u", "consumer_generation": None}
                cloud.put_allocation(consumers[-1], {"allocations": held, **owner})
        with _failing(cloud) as server:
            said = _asked(cloud, server)
    finally:
        for consumer in consumers:
            cloud.delete_allocation(consumer)
    assert _cause(said) == "nova leaks"
    text = " ".join(said.out.split())
    assert all(f"allocation of {consumer}" in text for consumer in consumers)
    _adds_up(said)


def test_tests_that_run_and_tests_that_left_their_servers(cloud: LabCloud, tmp_path: Path) -> None:
    """Outside of a run only the age tells: what is young may be of a test that still runs."""
    impatient = tmp_path / "harness.conf"
    impatient.write_text("[settle]\nstuck_after = 1\n")
    with _filled(cloud, "tempest-DiagnosisTest-server-1"), _failing(cloud) as server:
        running = _asked(cloud, server)
        left = _asked(cloud, server, "--config-file", str(impatient))
    assert _cause(running) == "the cloud is too small for this concurrency"
    assert _cause(left) == "tests do not clean up"
    _adds_up(left)


def test_servers_of_somebody_else(cloud: LabCloud) -> None:
    with _filled(cloud, "web"), _failing(cloud) as server:
        said = _asked(cloud, server)
    assert _cause(said) == "servers of no test hold the room"


def test_a_flavor_that_fits_nowhere(cloud: LabCloud) -> None:
    with _failing(cloud, ram=1 << 20) as server:
        said = _asked(cloud, server)
    assert _cause(said) == "no host could ever take it"


def test_hosts_that_are_disabled(cloud: LabCloud) -> None:
    listed = cloud.api.compute.get("/os-services?binary=nova-compute", microversion="2.69").json()
    services = [service["id"] for service in listed["services"]]

    def set_to(status: str) -> None:
        for service in services:
            cloud.api.compute.put(
                f"/os-services/{service}", json={"status": status}, microversion="2.69"
            )

    set_to("disabled")
    try:
        with _failing(cloud) as server:
            said = _asked(cloud, server)
    finally:
        set_to("enabled")
    assert _cause(said) == "unknown", "nobody had looked before the boot"
    text = " ".join(said.out.split())
    assert re.search(r"likely these were closed to it.*compute1: its nova-compute is dis", text)


def test_memory_that_a_ratio_promised_beyond_what_there_is(cloud: LabCloud) -> None:
    """QEMU really cannot have it: nova tries each host and gives up."""
    kept = {}
    for host in HOSTS:
        path = f"/resource_providers/{cloud.provider(host)}/inventories/MEMORY_MB"
        kept[path] = cloud.api.placement.get(path).json()
    memory = next(iter(kept.values()))["total"]
    _ratios(cloud, kept, 64.0)
    try:
        with _failing(cloud, ram=memory * 8) as server:
            said = _asked(cloud, server)
    finally:
        _ratios(cloud, kept, next(iter(kept.values()))["allocation_ratio"])
    assert _cause(said) == "overcommit"


def _ratios(cloud: LabCloud, inventories: dict[str, Any], ratio: float) -> None:
    for path in inventories:
        now = cloud.api.placement.get(path).json()
        answer = cloud.api.placement.put(
            path, json={**now, "allocation_ratio": ratio, "max_unit": 1 << 30}
        )
        assert answer.status_code == 200, answer.text


def test_a_disk_that_other_files_have_filled(cloud: LabCloud) -> None:
    """Placement promises all of a disk, also what is not nova's. That the boot fails here is the
    image's doing, which no view tells: it is of another architecture."""
    path = f"/resource_providers/{cloud.provider('compute1')}/inventories/DISK_GB"
    whole = cloud.api.placement.get(path).json()["total"]
    with (
        _image(cloud, hw_architecture="s390x") as image,
        _failing(cloud, ram=LITTLE, disk=whole - 1, image=image) as server,
    ):
        said = _asked(cloud, server)
    assert _cause(said) == "something else has eaten the host"


def test_a_scheduler_that_refuses_without_a_reason_that_is_seen(cloud: LabCloud) -> None:
    with (
        _image(cloud, hw_architecture="s390x") as image,
        _failing(cloud, ram=LITTLE, image=image) as server,
    ):
        log = Path(cloud.lab.state_dir) / "log" / "nova-scheduler.log"
        said = _asked(cloud, server, "--service-log", str(log))
    assert _cause(said) == "unknown"
    assert said.code == 2
    assert "ImagePropertiesFilter" in said.out, "the scheduler's lines of the request tell"


def test_a_tracker_that_counts_for_nobody(cloud: LabCloud) -> None:
    """The scheduler of today does not read it; one from before Train did."""
    columns = "vcpus_used = vcpus_used + 100000"
    cloud.sql(
        "create trigger diagnosis before update on compute_nodes for each row "
        "set new.vcpus_used = old.vcpus_used"
    )
    try:
        with (
            _image(cloud, hw_architecture="s390x") as image,
            _failing(cloud, ram=LITTLE, image=image) as server,
        ):
            cloud.sql("drop trigger diagnosis")
            cloud.sql(f"update compute_nodes set {columns} where deleted = 0")
            cloud.sql(
                "create trigger diagnosis before update on compute_nodes for each row "
                "set new.vcpus_used = old.vcpus_used"
            )
            said = _asked(cloud, server)
    finally:
        cloud.sql("drop trigger if exists diagnosis")
    assert _cause(said) == "stale tracker"


def test_a_trait_that_no_host_has(cloud: LabCloud) -> None:
    """Placement does not know the first one at all; nova asks for it all the same."""
    with _failing(cloud, LITTLE, specs={"trait:CUSTOM_OF_NOBODY": "required"}) as server:
        said = _asked(cloud, server)
    assert _cause(said) == "no host is open to it"
    text = " ".join(said.out.split())
    for host in HOSTS:
        assert f"{host}: it lacks trait CUSTOM_OF_NOBODY, which the flavor requires" in text


def test_a_trait_that_an_image_asks_for(cloud: LabCloud) -> None:
    """Asked again when the image is gone, nobody can tell any more."""
    asks = {"trait:COMPUTE_GRAPHICS_MODEL_XEN": "required"}
    with ExitStack() as stack:
        image = stack.enter_context(ExitStack())
        made = image.enter_context(_image(cloud, **asks))
        server = stack.enter_context(_failing(cloud, LITTLE, image=made))
        told = _asked(cloud, server)
        image.close()
        later = _asked(cloud, server)
    assert _cause(told) == "no host is open to it"
    assert "compute2: it lacks trait COMPUTE_GRAPHICS_MODEL_XEN, which the image requires" in (
        " ".join(told.out.split())
    )
    assert _cause(later) == "unknown"
    assert f"which traits its image {made} asks for is not known: it is gone" in (
        " ".join(later.out.split())
    )


@contextmanager
def _group(cloud: LabCloud) -> Iterator[str]:
    made = cloud.api.compute.create_server_group(
        name=f"diagnosis-{uuid.uuid4().hex[:8]}", policy="anti-affinity"
    )
    try:
        yield str(made.id)
    finally:
        cloud.api.compute.delete_server_group(made)


@contextmanager
def _aggregate(cloud: LabCloud, zone: str | None, host: str, **metadata: str) -> Iterator[None]:
    name = f"diagnosis-{uuid.uuid4().hex[:8]}"
    made = cloud.api.compute.create_aggregate(name=name, availability_zone=zone)
    try:
        if metadata:
            cloud.api.compute.set_aggregate_metadata(made, metadata)
        cloud.api.compute.add_host_to_aggregate(made, host)
        yield
    finally:
        cloud.api.compute.remove_host_from_aggregate(made, host)
        cloud.api.compute.delete_aggregate(made)


def test_a_group_that_is_larger_than_the_hosts(cloud: LabCloud) -> None:
    with _group(cloud) as group, _flavor(cloud, 64) as flavor, ExitStack() as stack:
        for number in range(len(HOSTS)):
            name = f"diagnosis-{number}"
            stack.enter_context(_server(cloud, flavor, name, "ACTIVE", group=group))
        server = stack.enter_context(_failing(cloud, LITTLE, group=group))
        said = _asked(cloud, server)
    assert _cause(said) == "no host is open to it"
    verdict = said.out.partition("WHO HELD WHAT")[0]
    assert len(re.findall(r"\(anti-affinity\) has a member\s+there", verdict)) == len(HOSTS)


def test_a_zone_whose_host_has_a_member_of_the_group(cloud: LabCloud) -> None:
    """Nova refuses a zone outright whose hosts are all disabled; so each host has its own reason
    here."""
    with (
        _aggregate(cloud, "diagnosis", "compute2"),
        _group(cloud) as group,
        _flavor(cloud, 64) as flavor,
        _server(cloud, flavor, "diagnosis-1", "ACTIVE", group=group, availability_zone="diagnosis"),
        _failing(cloud, LITTLE, group=group, availability_zone="diagnosis") as server,
    ):
        said = _asked(cloud, server)
    assert _cause(said) == "unknown", "nobody had looked before the boot"
    text = " ".join(said.out.split())
    assert "likely these were closed to it" in text
    assert "compute1: it is in zone nova, and diagnosis was asked for" in text
    assert re.search(r"compute2: server group '[^']+' \(anti-affinity\) has a member there", text)


def test_filters_that_may_be_on_are_named_and_not_blamed(cloud: LabCloud) -> None:
    """The image's architecture is what really fails it."""
    other = uuid.uuid4().hex
    with (
        _aggregate(cloud, None, "compute1", filter_tenant_id=other),
        _aggregate(cloud, None, "compute2", filter_tenant_id=other),
        _image(cloud, hw_architecture="s390x") as image,
        _failing(cloud, LITTLE, image=image) as server,
    ):
        said = _asked(cloud, server)
    assert _cause(said) == "unknown"
    text = " ".join(said.out.split())
    assert "AggregateMultiTenancyIsolation would leave none of these hosts, if it is on" in text
    assert "compute1 lacks trait HW_ARCH_S390X for the image's hw_architecture" in text


def test_a_quota_that_others_used_up_meanwhile(cloud: LabCloud) -> None:
    """Nova counts again when it has made the server: of several that ask at once some fail. It has
    begun no action of theirs by then, so that their request is not known."""
    project = cloud.api.current_project_id
    counted = cloud.api.compute.get(f"/os-quota-sets/{project}/detail").json()["quota_set"]
    limit = counted["instances"]["in_use"] + 1
    quota = {"quota_set": {"instances": limit, "ram": -1, "cores": -1}}
    assert cloud.api.compute.put(f"/os-quota-sets/{project}", json=quota).status_code == 200
    image = next(iter(cloud.api.image.images(name="lab-blank"))).id
    made: list[str] = []
    try:
        with _flavor(cloud, 64) as flavor:
            body = {"imageRef": image, "flavorRef": flavor, "networks": "none"}
            failed = _over_quota(cloud, body, made)
            said = _asked(cloud, failed)
    finally:
        for server in made:
            cloud.delete(server)
        quota["quota_set"]["instances"] = 1000
        cloud.api.compute.put(f"/os-quota-sets/{project}", json=quota)
    assert _cause(said, with_request=False) == "quota"
    text = " ".join(said.out.split())
    assert re.search(rf"instances: \d+ of {limit} were in use, \d+ were asked for", text), text
    assert re.search(rf"of project {project}, .* \d+ servers are seen, which held \d+ inst", text)
    assert re.search(rf"later nova counts instances \d+ of {limit}", text), text


def _over_quota(cloud: LabCloud, body: Mapping[str, Any], made: list[str]) -> str:
    """Ask for servers at once until one of them fails by quota; return its uuid. All that were made
    are added to ``made``."""

    def ask(number: int) -> str:
        server = {**body, "name": f"diagnosis-quota-{number}"}
        answer = cloud.api.compute.post("/servers", json={"server": server}, microversion="2.87")
        return str(answer.json().get("server", {}).get("id", ""))

    for _ in range(3):
        with ThreadPoolExecutor(max_workers=4) as pool:
            mine = [server for server in pool.map(ask, range(4)) if server]
        made += mine
        for server in mine:
            wait_for(lambda s=server: cloud.show(s)["status"] != "BUILD", "the build to end")  # type: ignore[misc]
        over = [s for s in mine if "Quota" in cloud.show(s).get("fault", {}).get("message", "")]
        if over:
            return over[0]
        for server in mine:
            cloud.delete(server)
            made.remove(server)
    raise AssertionError("nova let none in that it would not have")
