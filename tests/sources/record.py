"""Record what a real cloud answers, for the tests to read again.

``python -m tests.sources.record CLOUD CLOUDS_YAML LIBVIRT_URI HOST_PROBE INSTANCES_PATH VIEW...``
looks until each view that is named has rows, and writes one file for each source into
``recorded/``.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from harness.adapters.cloud import connect
from harness.adapters.host import FOLDERS, CommandProbes
from harness.cli import assembly
from harness.core.answers.capture import Capture
from harness.core.rules.reading import Patience
from harness.core.views.snapshot import parse

HERE = Path(__file__).with_name("recorded")
BULKY = ("details", "cpu_info")
SECRET = ("password", "adminPass", "user_data", "token", "private")


def main(name: str, clouds_yaml: str, uri: str, probe: str, path: str, *wanted: str) -> None:
    """Look, check that nothing failed and nothing is secret, and write."""
    law = assembly.laws(Patience(), stuck_after=600.0)
    cloud = connect(name, timeout=30.0, config_files=[clouds_yaml])
    probes = CommandProbes(probe, folders={**FOLDERS, "instances": path})
    watcher = assembly.observer(law, cloud, uri, 30.0, probes)
    while True:
        capture = watcher.observe()
        snapshot = parse(capture, law.sources)
        gaps = {source.name: snapshot[source.name].gaps for source in law.sources}
        empty = [view for view in wanted if not snapshot[view].rows]
        if not any(gaps.values()) and not empty:
            break
        sys.stderr.write(f"no rows in {empty}; gaps: {gaps}\n")
        time.sleep(1)
    write(capture)


def write(capture: Capture) -> None:
    """Write one file for each source that the cloud has: place -> body."""
    HERE.mkdir(exist_ok=True)
    for source in {answer.source for answer in capture.answers if not answer.absent}:
        bodies = {answer.place: _slim(answer.as_json()["body"]) for answer in capture.of(source)}
        text = json.dumps(bodies, indent=1) + "\n"
        assert not any(f'"{word}":' in text for word in SECRET), source
        (HERE / f"{source}.json").write_text(text, "utf-8")


def _slim(body: Any) -> Any:
    """Leave out what is long and never read: tracebacks and the features of CPUs."""
    if isinstance(body, dict):
        return {name: _slim(value) for name, value in body.items() if name not in BULKY}
    return [_slim(value) for value in body] if isinstance(body, list) else body


if __name__ == "__main__":
    main(*sys.argv[1:])
