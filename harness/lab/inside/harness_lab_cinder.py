"""A cinder backend of plain files in one folder, which every compute host of a lab sees.

The kernel need not have iSCSI, device mapper or NFS. ``gpfs`` is the one kind of connection that
nova's libvirt driver takes as the path of a file, without a mount.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return"
# ruff: noqa: ARG002 - the signatures are cinder's

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from cinder import interface
from cinder.image import image_utils
from cinder.volume import driver, volume_utils
from oslo_config import cfg

GIB = 1024**3
OPTIONS = [cfg.StrOpt("harness_volumes_path", help="The folder of the volumes.")]


@interface.volumedriver
class FileDriver(driver.VolumeDriver):
    """Volumes and snapshots are sparse raw files; a snapshot is a whole copy."""

    VERSION = "1"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(OPTIONS)

    def _path(self, thing: Any) -> Path:
        return Path(self.configuration.harness_volumes_path) / thing.name

    def check_for_setup_error(self) -> None:
        if not Path(self.configuration.harness_volumes_path).is_dir():
            raise RuntimeError("harness_volumes_path is no folder")

    def _update_volume_stats(self) -> None:
        folder = Path(self.configuration.harness_volumes_path)
        disk = shutil.disk_usage(folder)
        self._stats = {
            "volume_backend_name": self.configuration.volume_backend_name,
            "vendor_name": "harness",
            "driver_version": self.VERSION,
            "storage_protocol": "file",
            "total_capacity_gb": disk.total // GIB,
            "free_capacity_gb": disk.free // GIB,
            "provisioned_capacity_gb": sum(file.stat().st_size for file in folder.iterdir()) / GIB,
            "thin_provisioning_support": True,
            "max_over_subscription_ratio": "20.0",
            "reserved_percentage": 0,
            "multiattach": True,
        }

    def create_volume(self, volume: Any) -> None:
        with self._path(volume).open("xb") as file:
            file.truncate(volume.size * GIB)

    def delete_volume(self, volume: Any) -> None:
        self._path(volume).unlink(missing_ok=True)

    def create_snapshot(self, snapshot: Any) -> None:
        copy(self._path(snapshot.volume), self._path(snapshot))

    def delete_snapshot(self, snapshot: Any) -> None:
        self._path(snapshot).unlink(missing_ok=True)

    def create_volume_from_snapshot(self, volume: Any, snapshot: Any) -> None:
        copy(self._path(snapshot), self._path(volume))
        self.extend_volume(volume, volume.size)

    def create_cloned_volume(self, volume: Any, src_vref: Any) -> None:
        copy(self._path(src_vref), self._path(volume))
        self.extend_volume(volume, volume.size)

    def revert_to_snapshot(self, context: Any, volume: Any, snapshot: Any) -> None:
        self.create_volume_from_snapshot(volume, snapshot)

    def extend_volume(self, volume: Any, new_size: int) -> None:
        os.truncate(self._path(volume), new_size * GIB)

    def copy_image_to_volume(
        self,
        context: Any,
        volume: Any,
        image_service: Any,
        image_id: str,
        disable_sparse: bool = False,
    ) -> None:
        image_utils.fetch_to_raw(
            context,
            image_service,
            image_id,
            str(self._path(volume)),
            self.configuration.volume_dd_blocksize,
            size=volume.size,
            disable_sparse=disable_sparse,
        )
        self.extend_volume(volume, volume.size)

    def copy_volume_to_image(
        self, context: Any, volume: Any, image_service: Any, image_meta: Any
    ) -> None:
        path = str(self._path(volume))
        volume_utils.upload_volume(context, image_service, image_meta, path, volume)

    def local_path(self, volume: Any) -> str:
        return str(self._path(volume))

    def ensure_export(self, context: Any, volume: Any) -> None:
        pass

    def create_export(self, context: Any, volume: Any, connector: Any) -> None:
        pass

    def remove_export(self, context: Any, volume: Any) -> None:
        pass

    def initialize_connection(self, volume: Any, connector: Any, **kwargs: Any) -> dict[str, Any]:
        data = {"name": volume.name, "device_path": str(self._path(volume))}
        return {"driver_volume_type": "gpfs", "data": data}

    def terminate_connection(self, volume: Any, connector: Any, **kwargs: Any) -> None:
        pass


def copy(source: Path, target: Path) -> None:
    """Copy a file, its holes as holes."""
    command = ["cp", "--sparse=always", "--reflink=auto", str(source), str(target)]
    subprocess.run(command, check=True)
