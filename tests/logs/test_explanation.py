"""What is said of a log, from its lines on."""

import gzip
import itertools
import re
from pathlib import Path

import pytest

from harness.cli.app import main
from harness.cli.log_files import in_time
from harness.logs.audit_lines import time_of
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
        (b"\x1f\x8b\x08\x00cut", 2, "is cut or damaged after line 0"),
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


def logs(tmp_path: Path, **contents: list[str] | bytes) -> list[str]:
    """Write logs, "log", "log.1" and so on for log, log_1, and return their paths."""
    paths = []
    for name, content in contents.items():
        path = tmp_path / name.replace("_", ".")
        packed = content if isinstance(content, bytes) else "\n".join([*content, ""]).encode()
        path.write_bytes(packed)
        paths.append(str(path))
    return paths


def explained(capsys: pytest.CaptureFixture[str], *names: str) -> str:
    assert main(["explain-log", *names]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_rotated_logs_are_read_by_their_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shell gives the newest first: log, log.1, log.2.gz."""
    oldest = gzip.compress("\n".join([*audit(0, 8, 3), *audit(10, 8, 5)]).encode())
    names = logs(tmp_path, log=audit(40, 8, 1), log_1=audit(20, 8, 2), log_2_gz=oldest)
    said = explained(capsys, *names)
    assert "4 audits, 2026-11-26 09:00:00 to 2026-11-26 09:00:40" in said
    assert "vCPUs 8 7 1" in said
    assert "09:00:00: +3; 2026-11-26 09:00:10: +5; 2026-11-26 09:00:20: +2" in said
    assert "backwards" not in said
    assert explained(capsys, *reversed(names)) == said


def test_a_log_without_a_time_stays_in_its_place(tmp_path: Path) -> None:
    names = logs(tmp_path, a=audit(20, 8, 1), b=["no time"], c=audit(10, 8, 1), d=b"")
    a, b, c, d = names
    assert in_time([a, "-", b, c, d], time_of) == [c, "-", b, a, d]


def test_time_that_runs_backwards_within_a_host_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed = [*audit(20, 8, 1), *audit(30, 8, 1), *audit(0, 8, 1, "b"), *audit(10, 8, 1)]
    said = explained(capsys, *logs(tmp_path, log=[*mixed, *audit(40, 8, 1)]))
    told = "Time runs backwards here (1 time, first from 2026-11-26 09:00:30 to 2026-11-26 09:00:10"
    assert said.count("backwards") == 1
    assert told in said


def test_a_packed_log_that_is_cut_tells_what_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(itertools.chain(*(audit(n, 8, n % 5) for n in range(3000)))).encode()
    packed = gzip.compress(text)
    names = logs(tmp_path, log=audit(3000, 8, 7), log_1_gz=packed[: len(packed) // 2])
    said = explained(capsys, *names)
    assert "vCPUs 8 1 7" in said
    assert "2026-11-26 09:00:00 to 2026-11-26 09:50:00" in said
    cut = re.search(r"log\.1\.gz is cut or damaged after line (\d+) and was read up to there", said)
    assert cut and 1000 < int(cut[1]) < 12000


def test_a_name_that_promises_gzip_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "is no gzip file though its name says so: it was read as text"
    names = logs(tmp_path, log_gz=audit(0, 8, 1), odd_gz=b"\x00\xff\n\x01\n")
    assert note in explained(capsys, names[0])
    assert main(["explain-log", names[1]]) == 2
    assert f"odd.gz {note}; none of 2 lines" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["used_ram=200", "phys_disk=10", "free_ram=900", "free_vcpus=8"])
def test_a_number_that_no_host_has_is_damage(part: str) -> None:
    name = part.split("=")[0]
    for number in (str(10**30), "9" * 400):
        lines = [line.replace(part, f"{name}={number}") for line in audit(10, 8, 0)]
        reading = read(audit(0, 8, 0), lines)
        assert (reading.damaged, reading.hosts["compute1"].count) == (1, 1)
