from harness.lab.status import Row, Status


def test_what_there_is_not_is_an_empty_cell_and_zero_is_zero() -> None:
    row = Row("keystone", "RUNNING", 7, 18500, 0, "30.0.0")
    assert row.cells == ("keystone", "RUNNING", 7, 18500, 0, "30.0.0")
    assert Row("x", "DOWN", None, None, None, "").cells == ("x", "DOWN", "", "", "", "")


def test_a_lab_runs_only_when_all_of_it_does() -> None:
    runs = Row("a", "RUNNING", 1, None, 1, "")
    assert Status((runs,), "").all_run
    assert not Status((runs, Row("b", "EXITED", None, None, None, "")), "").all_run
