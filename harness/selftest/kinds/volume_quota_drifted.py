"""Volume quota drifted."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Planted, leak, lost
from harness.selftest.steps import volumes


@leak("volume_quota_equals_volumes", needs=(LAB, VOLUMES))
def volume_quota_drifted(ground: Ground) -> Planted:
    """Cinder counts three volumes more against a project's quota than it has."""
    volumes.volume(ground)
    project = str(ground.api.current_project_id)
    volumes.count_more(ground, project, 3)
    return Planted((lost("volume_quota_equals_volumes", project, ""),))
