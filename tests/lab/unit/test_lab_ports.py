import pytest

from harness.core.errors import HarnessError
from harness.lab.ports import LARGEST_OFFSET, PORTS, Listener, refuse_foreign, shifted

EPHEMERAL = 32768


def test_no_two_services_share_a_port_and_all_stay_below_the_ephemeral_range() -> None:
    for offset in (0, 100, LARGEST_OFFSET):
        ports = shifted(offset)
        assert len(set(ports.values())) == len(PORTS)
        assert max(ports.values()) < EPHEMERAL


def test_labs_a_hundred_apart_do_not_meet() -> None:
    assert not set(shifted(0).values()) & set(shifted(100).values())


@pytest.mark.parametrize("offset", [-1, LARGEST_OFFSET + 1])
def test_an_offset_out_of_range_is_refused(offset: int) -> None:
    with pytest.raises(HarnessError, match=f"between 0 and .* not {offset}"):
        shifted(offset)


def test_a_foreign_listener_is_named_with_its_port_and_pid() -> None:
    with pytest.raises(HarnessError, match="port 18500 for keystone is held by pid 77"):
        refuse_foreign(PORTS, [Listener(18500, 77)], lambda pid: False)


def test_a_listener_that_cannot_be_seen_is_foreign() -> None:
    with pytest.raises(HarnessError, match="a process that cannot be seen"):
        refuse_foreign(PORTS, [Listener(18500, None)], lambda pid: True)


def test_our_own_listeners_and_other_ports_are_fine() -> None:
    refuse_foreign(PORTS, [Listener(18500, 77), Listener(22, 1)], lambda pid: pid == 77)
