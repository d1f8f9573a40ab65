"""The lab's volumes are real: cinder's records, nova's attachments, libvirt's disks, files."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.conftest import LabCloud, wait_for
from tests.lab.servers import act, booted, do, host_of, image, reach

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore")]


@contextmanager
def volume(cloud: LabCloud, **more: Any) -> Iterator[str]:
    """A volume of 1 GiB that is available, deleted at the end."""
    made = cloud.api.block_storage.create_volume(name=f"odd-{uuid.uuid4().hex[:8]}", size=1, **more)
    try:
        wait_for(lambda: status(cloud, made.id) == "available", "the volume to be available")
        yield str(made.id)
    finally:
        wait_for(lambda: status(cloud, made.id) != "in-use", "the volume to be free")
        cloud.api.block_storage.delete_volume(made.id)
        wait_for(lambda: status(cloud, made.id) == "gone", "the volume to go")


def status(cloud: LabCloud, volume: str) -> str:
    found = cloud.api.block_storage.find_volume(volume)
    return "gone" if found is None else str(found.status)


def file_of(cloud: LabCloud, volume: str) -> Path:
    return Path(cloud.lab.volumes_path) / f"volume-{volume}"


def disks(cloud: LabCloud, host: str, server: str) -> str:
    """What libvirt says of a guest."""
    with cloud.libvirt(host) as connection:
        return str(connection.lookupByUUIDString(server).XMLDesc())


def attachments(cloud: LabCloud, volume: str) -> list[str]:
    return [
        one.instance for one in cloud.api.block_storage.attachments() if one.volume_id == volume
    ]


@pytest.mark.parametrize("host", ["compute1", "compute2"])
def test_a_volume_is_attached_and_detached(cloud: LabCloud, host: str) -> None:
    with booted(cloud, host=host) as server, volume(cloud) as disk:
        body = {"volumeAttachment": {"volumeId": disk}}
        path = f"/servers/{server}/os-volume_attachments"
        answer = cloud.api.compute.post(path, json=body, microversion="2.89")
        assert answer.status_code == 200, answer.text
        wait_for(lambda: status(cloud, disk) == "in-use", "the volume to be in use")
        assert attachments(cloud, disk) == [server]
        assert str(file_of(cloud, disk)) in disks(cloud, host, server)
        cloud.api.compute.delete(f"{path}/{disk}")
        wait_for(lambda: status(cloud, disk) == "available", "the volume to be available")
        assert attachments(cloud, disk) == []
        assert str(file_of(cloud, disk)) not in disks(cloud, host, server)


def test_a_server_on_a_volume_moves_with_it(cloud: LabCloud) -> None:
    with volume(cloud, image_id=image(cloud)) as disk:
        mapping = {"boot_index": 0, "uuid": disk, "source_type": "volume"}
        devices = [{**mapping, "destination_type": "volume"}]
        with booted(cloud, imageRef="", host="compute1", block_device_mapping_v2=devices) as server:
            for action, body in (
                ("os-migrateLive", {"host": "compute2", "block_migration": "auto"}),
                ("migrate", {"host": "compute1"}),
            ):
                act(cloud, server, action, body)
                target = str(body["host"])
                wait_for(
                    lambda host=target: host_of(cloud, server) == host, f"the move to {target}"
                )
                if action == "migrate":
                    reach(cloud, server, "VERIFY_RESIZE")
                    do(cloud, server, "confirmResize", "ACTIVE")
                reach(cloud, server, "ACTIVE")
                assert str(file_of(cloud, disk)) in disks(cloud, target, server)
            assert attachments(cloud, disk) == [server]


def test_a_snapshot_is_a_file_and_grows_into_a_volume(cloud: LabCloud) -> None:
    storage = cloud.api.block_storage
    with volume(cloud) as disk:
        file_of(cloud, disk).open("r+b").write(b"kept")
        made = storage.create_snapshot(volume_id=disk, name="odd")
        storage.wait_for_status(made, "available", interval=1, wait=60)
        snapshot = Path(cloud.lab.volumes_path) / f"snapshot-{made.id}"
        assert snapshot.open("rb").read(4) == b"kept"
        with volume(cloud, snapshot_id=made.id) as copy:
            assert file_of(cloud, copy).open("rb").read(4) == b"kept"
        storage.delete_snapshot(made)
        storage.wait_for_delete(made, interval=1, wait=60)
        assert not snapshot.exists()
    assert not file_of(cloud, disk).exists()
