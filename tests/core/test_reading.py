"""When a breach counts, and when a reading is enough."""

from harness.core.rules.invariant import Breach, Check, Doubt
from harness.core.rules.reading import Patience, Reading, confirmed, settled
from harness.core.rules.verdict import Verdict

RULE = "rule"
LEAK = Breach("uuid1", "host1", "leak")
ROW = Breach("host1", "host1", "wrong row", heals_at_audit=True)
BUSY = Doubt("uuid1", "host1", "in flight", passing=True)
GAP = Doubt("host1", "host1", "not seen")
PATIENCE = Patience(hold=1.5, audit_interval=60.0)


def _reading(at: float, *said: Breach | Doubt, stamp: str | None = None) -> Reading:
    breaches = tuple(item for item in said if isinstance(item, Breach))
    doubts = tuple(item for item in said if isinstance(item, Doubt))
    check = Check(RULE, breaches, doubts)
    return Reading(at, at + 0.5, (check,), {"host1": stamp} if stamp else {})


def _verdict(*readings: Reading) -> Verdict:
    return confirmed(readings, PATIENCE)[0].verdict


def test_calm_needs_one_reading() -> None:
    assert settled([_reading(0)], PATIENCE)
    assert _verdict(_reading(0)) is Verdict.PASS


def test_a_breach_in_one_reading_is_unknown() -> None:
    readings = [_reading(0, LEAK)]
    assert not settled(readings, PATIENCE)
    check = confirmed(readings, PATIENCE)[0]
    assert check.verdict is Verdict.UNKNOWN
    assert "in one read only" in check.doubts[0].message
    assert check.doubts[0].passing


def test_two_agreeing_readings_bear_it_out() -> None:
    readings = [_reading(0, LEAK), _reading(2, LEAK)]
    assert settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.FAIL


def test_two_readings_at_once_do_not() -> None:
    readings = [_reading(0, LEAK), _reading(1.9, LEAK)]
    assert not settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN


def test_a_calm_reading_between_breaks_the_row() -> None:
    assert _verdict(_reading(0, LEAK), _reading(2), _reading(9, LEAK)) is Verdict.UNKNOWN


def test_another_host_or_rule_is_no_agreement() -> None:
    moved = Breach("uuid1", "host2", "leak")
    assert _verdict(_reading(0, LEAK), _reading(2, moved)) is Verdict.UNKNOWN
    other = Reading(0, 0.5, (Check("other", (LEAK,)), Check(RULE)))
    assert _verdict(other, _reading(2, LEAK)) is Verdict.UNKNOWN


def test_two_things_that_passed_are_no_thing_that_stays() -> None:
    first, second = (Breach("host1", "host1", "wrong row", proof=text) for text in ("+1", "+2"))
    readings = [_reading(0, first), _reading(2, second)]
    assert not settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN
    readings.append(_reading(4, second))
    assert settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.FAIL


def test_an_audit_bears_out_only_what_is_the_same_throughout() -> None:
    def row(number: int) -> Breach:
        return Breach("host1", "host1", "wrong", heals_at_audit=True, proof=f"{number}")

    stamps = ["a", "a", "b", "b", "c"]
    busy = [_reading(2.0 * n, row(n % 2), stamp=stamp) for n, stamp in enumerate(stamps)]
    assert _verdict(*busy) is Verdict.UNKNOWN
    calm = [_reading(2.0 * n, row(0), stamp=stamp) for n, stamp in enumerate(stamps)]
    assert _verdict(*calm) is Verdict.FAIL


def test_a_breach_that_went_is_forgotten() -> None:
    readings = [_reading(0, LEAK), _reading(2, LEAK), _reading(4)]
    assert settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.PASS


def test_what_an_audit_may_heal_needs_two_new_stamps() -> None:
    stamps = ["a", "a", "b", "b"]
    readings = [_reading(2.0 * n, ROW, stamp=stamp) for n, stamp in enumerate(stamps)]
    assert not settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN
    readings.append(_reading(10, ROW, stamp="c"))
    assert settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.FAIL


def test_stamps_before_the_breach_do_not_count() -> None:
    calm = [_reading(0, stamp="a"), _reading(2, stamp="a"), _reading(4, stamp="b")]
    assert _verdict(*calm, _reading(6, ROW, stamp="c"), _reading(9, ROW, stamp="d")) is (
        Verdict.UNKNOWN
    )


def test_live_stamps_of_an_old_nova_do_not_count() -> None:
    readings = [_reading(3.0 * n, ROW, stamp=f"uptime {n}") for n in range(20)]
    assert _verdict(*readings) is Verdict.UNKNOWN


def test_time_bears_out_where_there_are_no_stamps() -> None:
    assert _verdict(_reading(0, ROW), _reading(130.0, ROW)) is Verdict.UNKNOWN
    assert _verdict(_reading(0, ROW), _reading(130.6, ROW)) is Verdict.FAIL


def test_a_stamp_that_is_missing_once_proves_nothing() -> None:
    stamps = ["a", "a", None, "b", "c"]
    readings = [_reading(2.0 * n, ROW, stamp=stamp) for n, stamp in enumerate(stamps)]
    assert _verdict(*readings) is Verdict.UNKNOWN


def test_a_lasting_doubt_settles_in_two_readings() -> None:
    assert not settled([_reading(0, GAP)], PATIENCE)
    readings = [_reading(0, GAP), _reading(2, GAP)]
    assert settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN


def test_a_lasting_doubt_counts_even_once() -> None:
    assert _verdict(_reading(0), _reading(2, GAP)) is Verdict.UNKNOWN


def test_a_passing_doubt_never_settles() -> None:
    readings = [_reading(0, BUSY), _reading(2, BUSY)]
    assert not settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN


def test_a_passing_doubt_is_dropped_where_the_thing_was_calm_before() -> None:
    assert _verdict(_reading(0), _reading(2, BUSY)) is Verdict.PASS
    assert _verdict(_reading(0, BUSY)) is Verdict.UNKNOWN


def test_a_passing_doubt_stays_where_the_thing_broke_the_rule_before() -> None:
    assert _verdict(_reading(0, LEAK), _reading(2, BUSY)) is Verdict.UNKNOWN


def test_a_passing_doubt_stays_where_nothing_was_seen_before() -> None:
    assert _verdict(_reading(0, GAP), _reading(2, BUSY)) is Verdict.UNKNOWN
    assert _verdict(Reading(0, 0.5, ()), _reading(2, BUSY)) is Verdict.UNKNOWN


def test_a_breach_that_must_stand_longer_is_waited_for() -> None:
    slow = Breach("uuid1", "host1", "leak", stands_for=60.0)
    readings = [_reading(0, slow), _reading(30, slow)]
    assert not settled(readings, PATIENCE)
    assert _verdict(*readings) is Verdict.UNKNOWN
    assert "must stand for 60 s" in confirmed(readings, PATIENCE)[0].doubts[0].message
    assert _verdict(*readings, _reading(61, slow)) is Verdict.FAIL
