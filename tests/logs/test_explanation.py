"""What is said of a log, from its lines on."""

import gzip
import itertools
from pathlib import Path

import pytest

from harness.cli.app import main
from harness.logs.audits import MOST_TURNS, Reading
from harness.logs.explanation import tell

STORY = Path(__file__).with_name("recorded") / "grizzly.log"
RT = "DEBUG nova.compute.resource_tracker [None req-1 - - -] "


def audit(second: int, free: int, promised: int, host: str = "compute1") -> list[str]:
    """The lines of one audit: vCPUs that are free by the hypervisor, and that are promised of 8."""
    at = f"2026-11-26 09:{second // 60 % 60:02}:{second % 60:02}.063 4281 {RT}"
    return [
        f"{at}Auditing locally available compute resources for {host} (node: {host}) x",
        f"{at}Hypervisor/Node resource view: name={host} free_ram=900MB free_disk=9.5GB "
        f"free_vcpus={free} pci_devices=[]",
        f"{at}Final resource view: name={host} phys_ram=1000MB used_ram=200MB phys_disk=10GB "
        f"used_disk=4GB total_vcpus=8 used_vcpus={promised} pci_stats=[]",
        f"{at}Compute_service record updated for {host}:{host} x",
    ]


def read(*audits: list[str]) -> Reading:
    reading = Reading()
    reading.take(itertools.chain.from_iterable(audits), "a.log")
    return reading


def test_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-log", str(STORY)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "trystack-compute3: 1 audit",
        "vCPUs -43 -90 47",
        "MB of memory 23353 -46683 70036",
        "GB of disk 4271 -7332 11603",
        "47 vCPUs are promised to servers that run no domain here",
        "overcommitment, legal up to the allocation ratio",
        "One audit tells a state",
    ):
        assert words in said


def test_domains_that_nova_does_not_count() -> None:
    said = " ".join(tell(read(audit(0, 8, 0), audit(10, 3, 0))).split())
    assert "5 vCPUs run that nova has not promised" in said
    assert "10:" not in said.split("2 audits")[0]
    assert "2026-11-26 09:00:00: +0; 2026-11-26 09:00:10: -5" in said


def test_what_comes_back_and_what_stays() -> None:
    back = tell(read(audit(0, 8, 0), audit(10, 8, 3), audit(20, 8, 0)))
    assert "comes back to nothing" in " ".join(back.split())
    stays = tell(read(audit(0, 8, 0), audit(10, 8, 3), audit(20, 8, 5)))
    assert "never fell below +3" in " ".join(stays.split())


def test_hosts_of_one_log_are_kept_apart() -> None:
    reading = read(audit(0, 8, 0, "a"), audit(1, 8, 2, "b"), audit(10, 8, 0, "a"))
    assert {name: host.count for name, host in reading.hosts.items()} == {"a": 2, "b": 1}


def test_any_number_of_audits_takes_little_room() -> None:
    reading = read(*(audit(n, n % 7, 0) for n in range(2000)))
    (host,) = reading.hosts.values()
    assert host.count == 2000
    assert len(host.turns) == MOST_TURNS
    assert host.left_out == 2000 - MOST_TURNS
    assert host.first and host.first.time.endswith("09:00:00")


def test_damaged_lines_are_counted() -> None:
    lines = audit(0, 8, 0)
    reading = read(lines, [lines[2][:150]], audit(10, 8, 0))
    assert reading.damaged == 1
    assert "1 of them damaged" in tell(reading)


def test_names_are_harmless() -> None:
    said = tell(read(audit(0, 8, 0, "\x1b[31mevil\u202e")))
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_rotated_and_packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "nova-compute.log.1.gz", tmp_path / "nova-compute.log"
    old.write_bytes(gzip.compress("\n".join(audit(0, 8, 0)).encode()))
    new.write_bytes("\n".join(audit(10, 8, 2)).encode() + b"\n\xff\x00 garbage")
    assert main(["explain-log", str(old), str(new)]) == 0
    assert "compute1: 2 audits" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 64, "cannot be read: No such file"),
        (b"", 2, "none of 0 lines"),
        (b"nova.api.openstack [-] GET /servers\n", 2, "none of 1 lines"),
        (b"INFO nova.compute.resource_tracker [-] Updating resource usage\n", 2, "debug = True"),
        (b"\x1f\x8b\x08\x00cut", 64, "cannot be read to its end"),
    ],
)
def test_bad_input(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    code: int,
    said: str,
) -> None:
    path = tmp_path / "log"
    if content is not None:
        path.write_bytes(content)
    assert main(["explain-log", str(path)]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1


def test_a_folder_is_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-log", str(tmp_path)]) == 64
    assert "Is a directory" in capsys.readouterr().err
