"""Where a finding comes from: the one question that decides who has to act."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

AMOUNTS = ("vcpus", "memory_mb", "disk_gb")
"""What a thing may hold of a host: a count, MB and GB."""


class Origin(StrEnum):
    """The class of a finding.

    TEST_LEFT: its API still lists it, and a test made it. CLOUD_LOST: two views of the cloud
    disagree, or the API says that it is gone and another view still holds it. HEALED: what the
    cloud lost it has put right itself. FOREIGN: never a test's, or there before the first test.
    UNKNOWN: what is known does not tell.
    """

    TEST_LEFT = "test left it"
    CLOUD_LOST = "cloud lost it"
    HEALED = "healed"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Healing:
    """What in the cloud may still put a breach right, and within how many seconds it does."""

    by: str
    within: float


NOTHING_HELD: Mapping[str, int] = {}
