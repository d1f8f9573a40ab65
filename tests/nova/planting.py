"""Puts servers and migrations into nova's database, with nova's own objects. Needs nova."""

import datetime
import json
import uuid

from nova import objects
from nova.db.main import api as database
from nova.db.main import models

SPACE = uuid.UUID("6b3f0e3c-8f0a-4a8e-9d7e-0a4d7f3f5c11")
EPOCH = datetime.datetime(2026, 1, 1)
OF_SERVERS = (
    models.Migration,
    models.BlockDeviceMapping,
    models.InstanceExtra,
    models.InstanceSystemMetadata,
    models.InstanceInfoCache,
    models.Instance,
)


def whole(name):
    """Return a real uuid for a short name."""
    return str(uuid.uuid5(SPACE, name))


def flavor_of(data, number):
    return objects.Flavor(
        id=number,
        flavorid=f"flavor-{number}",
        name=f"flavor-{number}",
        vcpus=data["vcpus"],
        memory_mb=data["ram"],
        root_gb=data["disk"],
        ephemeral_gb=data["ephemeral"],
        swap=data["swap"],
        extra_specs=data["extra_specs"],
        rxtx_factor=1.0,
        vcpu_weight=0,
        disabled=False,
        is_public=True,
        description=None,
    )


def forget(ctxt):
    """Leave no server and no migration in nova's database."""
    with database.context_manager.writer.using(ctxt):
        for kind in OF_SERVERS:
            ctxt.session.execute(kind.__table__.delete())


def plant_server(ctxt, data, numbers):
    instance = objects.Instance(
        context=ctxt,
        uuid=data["uuid"],
        project_id="project",
        user_id="user",
        host=data["host"] or None,
        vm_state=data["vm_state"],
        task_state=data["task"] or None,
        hidden=False,
        image_ref="" if data["boots_from_volume"] else whole("image"),
        instance_type_id=numbers[data["uuid"], data["now"]],
        flavor=flavor_of(data[data["now"]], numbers[data["uuid"], data["now"]]),
        system_metadata={},
    )
    for kind in ("old", "new"):
        kept = data[f"keeps_{kind}"] and flavor_of(data[kind], numbers[data["uuid"], kind])
        setattr(instance, f"{kind}_flavor", kept or None)
    if data["host"]:
        instance.compute_id = data["compute_id"]
        instance.node = f"{data['host']}-node"
    instance.create()
    place = "volume" if data["boots_from_volume"] else "local"
    objects.BlockDeviceMapping(
        context=ctxt,
        instance_uuid=instance.uuid,
        boot_index=0,
        source_type="volume" if place == "volume" else "image",
        destination_type=place,
        image_id=whole("image"),
        volume_id=whole("volume"),
        device_type="disk",
    ).create()


def plant_migration(ctxt, data, server, numbers):
    row = database.migration_create(
        ctxt,
        {
            "uuid": data["uuid"],
            "instance_uuid": server["uuid"],
            "migration_type": data["kind"],
            "status": data["status"],
            "source_compute": data["source"] or None,
            "source_node": data["source"] and f"{data['source']}-node",
            "dest_compute": data["dest"] or None,
            "dest_node": data["dest"] and f"{data['dest']}-node",
            "old_instance_type_id": numbers[server["uuid"], "old"],
            "new_instance_type_id": numbers[server["uuid"], data["to"]],
            "created_at": EPOCH + datetime.timedelta(seconds=data["age"]),
            "updated_at": EPOCH + datetime.timedelta(seconds=data["age"]),
        },
    )
    if data["in_context"]:
        kept = objects.MigrationContext(
            instance_uuid=server["uuid"],
            migration_id=row.id,
            old_numa_topology=None,
            new_numa_topology=None,
        )
        update = {"migration_context": json.dumps(kept.obj_to_primitive())}
        database.instance_extra_update_by_uuid(ctxt, server["uuid"], update)
