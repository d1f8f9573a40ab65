from types import SimpleNamespace
from typing import Any

from harness.lab import fake_computes
from harness.lab.layout import fake_hosts


class Compute:
    def __init__(self, *hosts: str) -> None:
        self.rows = [SimpleNamespace(host=host) for host in hosts]
        self.disabled: list[str] = []
        self.deleted: list[str] = []

    def services(self, binary: str) -> list[Any]:
        assert binary == "nova-compute"
        return self.rows

    def disable_service(self, service: Any, disabled_reason: str) -> None:
        assert disabled_reason
        self.disabled.append(service.host)

    def delete_service(self, service: Any) -> None:
        self.deleted.append(service.host)


def cloud_of(*hosts: str) -> Any:
    return SimpleNamespace(compute=Compute(*hosts))


def test_only_new_fake_hosts_are_disabled() -> None:
    cloud = cloud_of("compute1", "fake1", "fake2")
    fake_computes.disable(cloud, ["fake2"])
    assert cloud.compute.disabled == ["fake2"]


def test_fake_hosts_that_are_no_more_are_forgotten_and_no_others() -> None:
    cloud = cloud_of("compute1", "fake1", "fake2", "fake3")
    fake_computes.forget_others(cloud, fake_hosts(1))
    assert cloud.compute.deleted == ["fake2", "fake3"]
