"""A connection to the lab's cloud as its administrator."""

from typing import Any

from harness.lab.layout import Layout

CLOUD = "lab"


def connect(layout: Layout, **overrides: Any) -> Any:
    """An openstacksdk connection made from the lab's own clouds.yaml and ``overrides`` of it."""
    import openstack.config
    import openstack.connection

    loader = openstack.config.OpenStackConfig(
        config_files=[str(layout.clouds_yaml)],
        secure_files=[],
        vendor_files=[],
        load_envvars=False,
    )
    return openstack.connection.Connection(config=loader.get_one(CLOUD, **overrides))
