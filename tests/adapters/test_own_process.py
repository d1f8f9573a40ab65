"""A look at this very process: true numbers, and a series that stays short."""

import os
import threading
from itertools import pairwise
from pathlib import Path

from harness.adapters.own_process import MOST, OwnProcess
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.rules.invariant import Circumstances, judge
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import parse
from harness.invariants.own_process_is_bounded import own_process_is_bounded
from harness.sources.own_process import SOURCE


def looked(own: OwnProcess, now: float) -> Capture:
    return Capture((Answer("own_process", CLOUD, now, now, own.ask(now)),))


def test_what_is_open_is_counted(tmp_path: Path) -> None:
    own, over = OwnProcess(lambda: 7), threading.Event()
    before = parse(looked(own, 1.0), [SOURCE])["own_process"].rows[0]
    waiting = threading.Thread(target=over.wait)
    waiting.start()
    with (tmp_path / "open").open("w"):
        after = parse(looked(own, 2.0), [SOURCE])["own_process"].rows[0]
    over.set()
    waiting.join()
    assert (after.pid, after.at, after.folder) == (os.getpid(), (1.0, 2.0), (7, 7))
    assert after.files[1] == before.files[0] + 1
    assert after.threads[1] == before.threads[0] + 1
    assert after.memory[1] > 2**20


def test_the_series_stays_short_and_has_the_newest() -> None:
    own = OwnProcess(lambda: 0)
    for now in range(5 * MOST):
        body = own.ask(float(now))
        at = [sample[0] for sample in body["samples"]]
        assert len(at) <= MOST
        assert at[-1] == now
    assert at[0] == 0
    steps = {later - earlier for earlier, later in pairwise(at[:-1])}
    assert len(steps) == 1


def test_a_planted_leak_of_files_is_found(tmp_path: Path) -> None:
    own, kept = OwnProcess(lambda: 0), []
    for now in range(60):
        kept.append((tmp_path / "leak").open("w"))
        capture = looked(own, 300.0 * now)
    said = judge(own_process_is_bounded, parse(capture, [SOURCE]), Circumstances())
    for file in kept:
        file.close()
    assert said.verdict is Verdict.FAIL
    assert [breach.subject for breach in said.breaches] == ["files"]
    later = OwnProcess(lambda: 0)
    for now in range(60):
        capture = looked(later, 300.0 * now)
    assert judge(own_process_is_bounded, parse(capture, [SOURCE]), Circumstances()).breaches == ()
