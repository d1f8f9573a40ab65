"""Runs of any shape, with texts as hostile as a cloud may send them."""

from hypothesis import strategies as st

from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.rules.invariant import Breach, Check, Doubt
from harness.core.rules.origin import AMOUNTS, Healing, Origin
from harness.core.runs.analysis import Analysis, analyse
from tests.reports.examples import RUN

NASTY = (
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "]]></failure><testcase name='x'/>",
    "\ud800\udfff\x00\ufffe\U0001fffe",
    "\u202egpj.exe\u2066\u200f\u2028\x85",
    "=HYPERLINK(1)",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    'a,"b"\r\nc',
    "w" * 5000,
    "",
)
RULES = ("allocation_has_consumer", "domain_has_server", "host_is_up")
HOSTS = st.sampled_from(["compute1", "=cmd", "a.b", "\u202eh"])
texts = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(codec=None, exclude_categories=[]), max_size=20)
)
numbers = st.one_of(st.none(), st.integers(-5, 5).map(float), st.floats())
views = st.dictionaries(texts, texts, max_size=2)
breaches = st.builds(
    Breach,
    st.one_of(st.sampled_from("abc"), texts),
    HOSTS,
    texts,
    views,
    healing=st.none() | st.builds(Healing, texts, st.floats(0, 2000)),
    origin=st.sampled_from([each for each in Origin if each is not Origin.HEALED]),
    owner=st.just("") | texts,
    amounts=st.dictionaries(st.sampled_from(AMOUNTS), st.integers(-5, 5), max_size=2),
)
doubts = st.builds(Doubt, texts, HOSTS, texts, views)
results = st.builds(
    TestResult,
    st.one_of(st.sampled_from(["m.C.test_a", "m.C.test_b(x.y)", "m.C.setUpClass"]), texts),
    st.sampled_from(["passed", "failed", "skipped", "unfinished", "missing"]),
    st.one_of(st.none(), st.floats(-10, 1e5)),
    texts,
)
tests = st.builds(
    TestRun,
    st.sampled_from(["finished", "finished", "timeout", "interrupted", "crashed"]),
    texts,
    st.lists(results, max_size=3).map(tuple),
)
amounts = st.dictionaries(
    HOSTS, st.dictionaries(st.sampled_from(["domains", "disk"]), numbers), max_size=2
)


waivers = st.builds(
    Waiver,
    st.sampled_from(RULES),
    st.sampled_from(["a", "*", "[", "?"]),
    texts,
    texts,
    st.sampled_from(["1970-01-01", "2026-01-31", "9000-12-31"]),
    st.sampled_from(["*", "compute1"]),
)
terms = st.builds(Terms, st.booleans(), st.booleans(), st.lists(waivers, max_size=2).map(tuple))


@st.composite
def checks(draw: st.DrawFn, rule: str) -> Check:
    if draw(st.integers(0, 9)) == 0:
        return Check(rule, skipped="does not apply")
    bad = draw(st.lists(breaches, max_size=2)) if draw(st.booleans()) else []
    torn = draw(st.lists(doubts, max_size=2)) if draw(st.booleans()) else []
    return Check(rule, tuple(bad), tuple(torn))


@st.composite
def iterations(draw: st.DrawFn, number: int) -> Iteration:
    names = draw(st.lists(st.sampled_from(RULES), unique=True, max_size=3))
    return Iteration(
        number,
        draw(st.floats()),
        draw(st.floats()),
        tuple(draw(checks(name)) for name in names),
        draw(st.none() | tests) if number else None,
        draw(amounts),
        draw(st.dictionaries(st.sampled_from(["tests", "settle"]), st.floats(0, 1e4))),
        draw(st.integers(0, 9)),
        draw(st.just("") | texts),
    )


@st.composite
def analyses(draw: st.DrawFn) -> Analysis:
    first = draw(st.integers(0, 1))
    history = [draw(iterations(number)) for number in range(first, draw(st.integers(first, 4)))]
    run = Run(draw(texts), draw(texts), 0.0, draw(texts), {"o": draw(texts)}, draw(texts))
    truths = {name: draw(texts) for name in RULES[:2]}
    return analyse(draw(st.sampled_from([RUN, run])), history, truths, draw(terms))
