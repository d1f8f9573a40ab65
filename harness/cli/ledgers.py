"""The ledger of a stored run, read where it can be trusted and made anew where not."""

import hashlib
from contextlib import suppress
from importlib.metadata import version

from harness.adapters.ledger import NAME, Ledger, LedgerError
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import parse
from harness.cli import assembly
from harness.core.findings.findings import Finding
from harness.core.runs.judging import Laws
from harness.replay import patience_of, replay


def ledger_of(store: RunStore, laws: Laws) -> Ledger:
    """Return the ledger of a run, as these laws judge it."""
    rules = "\0".join(sorted(laws.truths)).encode()
    judge = f"harness {version('harness')} rules {hashlib.sha256(rules).hexdigest()[:16]}"
    return Ledger(store.path / NAME, judge)


def findings_of(store: RunStore) -> list[tuple[Finding, bool]]:
    """Return each finding of a run and whether it fails the run, the oldest first.

    Raises HarnessError where there is no such run.
    """
    record = store.run_record()
    ledger = ledger_of(store, assembly.laws(*patience_of(record)))
    end = store.end_record()
    kept = ledger.read(record["name"], store.marks(), end["ending"] if end else "")
    if kept is not None:
        return kept
    analysis = replay(store, assembly.laws, parse)
    with suppress(LedgerError):  # a folder that only may be read is read all the same
        ledger.rebuild(analysis)
    return [(finding, analysis.counts(finding)) for finding in analysis.findings]
