"""What the documents say is true: pages, commands, links, the sample configuration."""

import io
import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from oslo_config import cfg, generator

import harness.invariants
from harness.core.rules.invariant import Invariant
from harness.core.views.catalog import declared

ROOT = Path(__file__).parent.parent
INVARIANTS = declared(harness.invariants, Invariant, "harness.invariants")
PAGES = ROOT / "docs" / "invariants"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "jenkins/README.md"],
)
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|^ {4}.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
OF_A_MACHINE = re.compile(r"(?<![\w.}])/(?:work|home|Users)/\w")


def _commands() -> list[str]:
    """The commands as they are typed: lab_up is ``harness lab up``."""
    metadata = ConfigParser()
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = metadata["options.entry_points"]["harness.commands"].strip().splitlines()
    return [f"harness {line.split('=')[0].strip().replace('_', ' ')}" for line in lines]


def _first_paragraph(page: Path) -> str:
    """The paragraph after the title, in one line."""
    _title, paragraph, *_rest = page.read_text(encoding="utf-8").split("\n\n")
    return " ".join(paragraph.split())


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip(f"this is no checkout of git: {listed.stderr.strip()}")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_has_a_page_that_states_its_truth(name: str) -> None:
    page = PAGES / f"{name}.md"
    assert page.is_file()
    assert page.read_text(encoding="utf-8").startswith(f"# {name}\n\n")
    assert _first_paragraph(page) == INVARIANTS[name].truth


def test_the_index_has_every_invariant_and_every_page_is_of_one() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert {link for link in LINK.findall(index) if "/" not in link} == {
        f"{name}.md" for name in INVARIANTS
    }
    assert {page.stem for page in PAGES.glob("*.md")} == {*INVARIANTS, "README"}


def test_who_is_called_at_night_finds_every_rule() -> None:
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(INVARIANTS)


def test_the_first_page_has_every_command() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in _commands() if f"`{command}`" not in page] == []


@pytest.mark.parametrize("command", _commands())
def test_a_command_is_named_in_the_documents(command: str) -> None:
    assert any(f"`{command}" in page.read_text(encoding="utf-8") for page in DOCUMENTS)


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(CODE.sub("`", page.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_sample_configuration_has_the_options_of_today() -> None:
    """Else: ``oslo-config-generator --namespace harness > etc/harness.conf.sample``."""
    conf, text = cfg.ConfigOpts(), io.StringIO()
    generator.register_cli_opts(conf)
    conf(["--namespace", "harness"], default_config_files=[])
    generator.generate(conf, text)
    assert (ROOT / "etc/harness.conf.sample").read_text(encoding="utf-8") == text.getvalue()


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    found = []
    for path in _tracked():
        if path.is_file():
            text = path.read_bytes().decode("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {hit}" for hit in OF_A_MACHINE.findall(text)]
    assert found == []
