from pathlib import Path

import pytest

from harness.lab import virtualization


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program on the PATH, to be written by the test."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "qemu-system-x86_64"


def written(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_a_guest_that_ran_means_kvm(tmp_path: Path, qemu: Path) -> None:
    written(qemu, "exit 33")
    assert virtualization.virt_type(tmp_path)[0] == "kvm"
    assert not (tmp_path / "probe.img").exists()


def test_anything_else_means_tcg_and_says_why(tmp_path: Path, qemu: Path) -> None:
    written(qemu, "echo 'Could not access KVM kernel module' >&2; exit 1")
    assert virtualization.virt_type(tmp_path) == ("qemu", "Could not access KVM kernel module")
    written(qemu, "exit 0")
    assert virtualization.virt_type(tmp_path) == ("qemu", "the KVM guest ended with 0")


def test_without_qemu_it_is_tcg_too(tmp_path: Path, qemu: Path) -> None:
    kind, why = virtualization.virt_type(tmp_path)
    assert kind == "qemu"
    assert "qemu-system-x86_64" in why


def test_the_probe_starts_where_a_processor_does() -> None:
    assert len(virtualization.FIRMWARE) == 65536
    assert virtualization.FIRMWARE[-16:-11] == bytes.fromhex("b010e6f4f4")
