"""What nova itself leaked while tests ran is found in what was seen of it then.

``leaked/`` holds the looks of the iterations in which a soak on the lab met a fault of nova's, told
in ``docs/nova-faults.md``.
"""

from pathlib import Path

from harness.core.rules.reading import confirmed
from tests.quality.test_busy_lab import LAWS, readings

FOLDER = Path(__file__).parent / "leaked"


def test_a_server_deleted_as_its_resize_ended(tmp_path: Path) -> None:
    said = confirmed(readings(FOLDER / "delete_as_a_resize_ended", tmp_path), LAWS.patience)
    server = "edbac397-1311-40ad-8e3c-cfdace4a3c34"
    migration = "213127eb-eb88-4a7d-9862-42f6b953a5ab"
    found = {
        (check.invariant, item.subject, item.host) for check in said for item in check.breaches
    }
    assert found == {
        ("allocation_has_consumer", migration, "compute1"),
        ("domain_has_server", server, "compute1"),
        ("instance_directory_has_server", f"{server}_resize", "compute1"),
    }
