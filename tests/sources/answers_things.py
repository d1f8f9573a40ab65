"""Answers of glance, keystone, nova and cinder about what users make, in the words of their API
references."""

from typing import Any

VOLUME = "6edbc2f4-1507-44f8-ac0d-eed1d2608d38"
ATTACHMENT = "3b4db356-253d-4fab-bfa0-e3626c0b8405"
OWNER = "5edaefea30404a88a25d7079d2a02293"
ATTACHED_TO = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"

IMAGE = {
    "id": "1bea47ed-f6a9-463b-b423-14b9cca9ad27",
    "name": "web-shelved",
    "status": "active",
    "visibility": "private",
    "owner": OWNER,
    "size": 196616,
    "created_at": "2026-11-23T20:00:00Z",
    "updated_at": "2026-11-23T20:00:05Z",
    "os_hidden": False,
    "tags": [],
    "image_type": "snapshot",
    "instance_uuid": ATTACHED_TO,
    "base_image_ref": "70a599e0-31e7-49b7-b260-868f441e862b",
}
USER = {
    "id": "4f2c",
    "name": "tempest-ServersTestJSON-1234-project-member",
    "domain_id": "default",
    "enabled": True,
    "default_project_id": OWNER,
    "password_expires_at": None,
    "links": {"self": "x"},
}
USERS = {"users": [USER, {**USER, "id": "1a", "name": "admin", "enabled": False}], "links": {}}
KEYPAIR = {
    "keypair": {
        "name": "tempest-keypair-1",
        "fingerprint": "35:9d:d0:c3:4a:80:d3:d8:86:f1:ca:f7:df:c4:f9:d8",
        "type": "ssh",
    }
}
SERVER_GROUP = {
    "id": "616fb98f-46ca-475e-917e-2563e5a8cd19",
    "name": "tempest-server-group-1",
    "policy": "anti-affinity",
    "rules": {},
    "members": [ATTACHED_TO],
    "project_id": OWNER,
    "user_id": "fake",
}
FLAVOR = {
    "id": "101",
    "name": "lab.tiny",
    "ram": 64,
    "disk": 1,
    "swap": 0,
    "vcpus": 1,
    "os-flavor-access:is_public": False,
    "extra_specs": {"hw:cpu_policy": "shared"},
    "links": [],
}
AGGREGATE = {
    "id": 1,
    "uuid": "6ba28ba7-f29b-45cc-a30b-6e3a40c2fb14",
    "name": "tempest-test-aggregate-1",
    "availability_zone": None,
    "hosts": ["compute1"],
    "metadata": {},
    "created_at": "2026-11-23T20:00:00.000000",
    "updated_at": None,
    "deleted": False,
    "deleted_at": None,
}


def deleted_server(**changes: Any) -> dict[str, Any]:
    """Return a server of GET /servers/detail?deleted=True at 2.87."""
    return {
        "id": "3a644a2b-1a38-48f4-9723-59c04bc3c03f",
        "name": "soak5610bci1-ServersTest-server-1",
        "status": "DELETED",
        "tenant_id": OWNER,
        "user_id": "4f2c",
        "flavor": {
            "vcpus": 1,
            "ram": 64,
            "disk": 1,
            "ephemeral": 0,
            "swap": 0,
            "original_name": "lab.tiny",
            "extra_specs": {},
        },
        "created": "2026-11-23T20:00:00Z",
        "updated": "2026-11-23T20:01:00Z",
        "OS-EXT-STS:vm_state": "deleted",
        "OS-EXT-STS:task_state": None,
        "OS-EXT-SRV-ATTR:host": "compute1",
        "OS-EXT-SRV-ATTR:instance_name": "instance-00000007",
        "OS-SRV-USG:terminated_at": "2026-11-23T20:01:00.000000",
        **changes,
    }


def volume(**changes: Any) -> dict[str, Any]:
    """Return a volume of GET /volumes/detail at 3.65."""
    return {
        "id": VOLUME,
        "name": "tempest-volume-1",
        "status": "in-use",
        "size": 1,
        "os-vol-tenant-attr:tenant_id": OWNER,
        "os-vol-mig-status-attr:migstat": None,
        "created_at": "2026-11-23T20:00:00.000000",
        "updated_at": "2026-11-23T20:01:00.000000",
        "attachments": [
            {
                "id": VOLUME,
                "attachment_id": ATTACHMENT,
                "volume_id": VOLUME,
                "server_id": ATTACHED_TO,
                "host_name": None,
                "device": "/dev/vdb",
                "attached_at": "2026-11-23T20:01:00.000000",
            }
        ],
        "multiattach": False,
        "consumes_quota": True,
        **changes,
    }


SNAPSHOT = {
    "id": "f0b2a3c4-0000-4f43-9d3b-0f6a0a9e0001",
    "name": "tempest-snapshot-1",
    "status": "available",
    "size": 1,
    "volume_id": VOLUME,
    "os-extended-snapshot-attributes:project_id": OWNER,
    "created_at": "2026-11-23T20:00:00.000000",
    "updated_at": None,
    "consumes_quota": True,
}
BACKUP = {
    "id": "f0b2a3c4-0000-4f43-9d3b-0f6a0a9e0002",
    "name": "tempest-backup-1",
    "status": "error",
    "size": 1,
    "volume_id": VOLUME,
    "fail_reason": "no room",
    "os-backup-project-attr:project_id": OWNER,
    "created_at": "2026-11-23T20:00:00.000000",
    "updated_at": "2026-11-23T20:00:01.000000",
}
VOLUME_ATTACHMENT = {
    "id": ATTACHMENT,
    "volume_id": VOLUME,
    "instance": ATTACHED_TO,
    "status": "attached",
}
QUOTA = {
    "name": "tempest-VolumesTest-1",
    "quota_set": {
        "id": OWNER,
        **{
            name: {"limit": 10, "in_use": 1, "reserved": 0}
            for name in ("volumes", "snapshots", "backups", "gigabytes", "backup_gigabytes")
        },
        "volumes_lvm": {"limit": -1, "in_use": 1, "reserved": 0},
    },
}
BODIES: dict[str, Any] = {
    "images": {"pages": [{"images": [IMAGE]}, {"images": []}]},
    "users": USERS,
    "keypairs": {"users": USERS, "held": {"4f2c": [{"keypairs": [KEYPAIR]}]}},
    "server_groups": {"pages": [{"server_groups": [SERVER_GROUP]}, {"server_groups": []}]},
    "flavors": {"pages": [{"flavors": [FLAVOR, {**FLAVOR, "id": "102"}]}]},
    "aggregates": {"aggregates": [AGGREGATE]},
    "deleted_servers": {"servers": [deleted_server()]},
    "volumes": {"pages": [{"volumes": [volume(), volume(id="two", attachments=[])]}]},
    "volume_snapshots": {"pages": [{"snapshots": [SNAPSHOT]}]},
    "volume_quotas": {"asked": [QUOTA]},
    "volume_backups": {"pages": [{"backups": [BACKUP]}]},
    "volume_attachments": {"pages": [{"attachments": [VOLUME_ATTACHMENT]}, {"attachments": []}]},
}
"""What each source stores of this cloud."""
