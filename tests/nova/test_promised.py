"""What a flavor is promised, held against nova's own request to placement."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from harness.accounting.flavor_usage import COMPARED, promised
from harness.sources.servers import Flavor
from tests.nova.conftest import Nova

pytestmark = pytest.mark.nova

sizes = st.sampled_from((0, 1, 2, 511, 512, 1023, 1024, 1025, 1536, 2048, 5000))
policies = st.sampled_from(("dedicated", "mixed", "shared"))
emulator = st.sampled_from(("isolate", "share"))
numbers = st.integers(0, 7)
spans = st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}-{max(pair)}")
entries = st.one_of(numbers.map(str), spans)
spaces = st.sampled_from(("", " "))
masks = st.lists(
    st.tuples(spaces, st.sampled_from(("", "^")), entries, spaces).map("".join),
    min_size=1,
    max_size=4,
).map(",".join)
amounts = st.one_of(
    st.integers(0, 9).map(str),
    st.sampled_from(("", "-1", "+3", " 2 ", "1_0", "²", "٣", "two", "1.5")),
)
suffixes = st.sampled_from(("", "1", "2", "_a-b"))
classes = st.sampled_from((*COMPARED, "VGPU", "CUSTOM_GOLD", "NONSENSE", "vcpu"))
overrides = st.dictionaries(
    st.tuples(suffixes, classes).map(lambda pair: f"resources{pair[0]}:{pair[1]}"),
    amounts,
    max_size=3,
)
flags = st.sampled_from(("yes", "true", "no", "1", "0"))


masked = {"hw:cpu_dedicated_mask": masks}
realtime = {"hw:cpu_realtime": st.just("yes"), "hw:cpu_realtime_mask": masks}
plain = {
    "hw:mem_page_size": st.sampled_from(("small", "large", "2048", "1GB")),
    "hw:numa_nodes": st.just("1"),
    "hw:emulator_threads_policy": emulator,
    "trait:CUSTOM_FAST": st.just("required"),
    "aggregate_instance_extra_specs:resources": st.just("1"),
}


def specs(policy: str | None, **more: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    """Extra specs with a CPU policy; what else there is contradicts it sometimes."""
    fixed = {"hw:cpu_policy": st.just(policy)} if policy else {}
    return st.fixed_dictionaries(fixed | more, optional=plain)


extra_specs = st.one_of(
    overrides,
    specs(None),
    specs("shared"),
    specs("dedicated"),
    specs("dedicated", **realtime),
    specs("mixed", **masked),
    specs("mixed", **realtime),
    specs("mixed", **{"hw:cpu_realtime": st.just("yes")}),
    st.tuples(specs("dedicated"), overrides).map(lambda pair: pair[0] | pair[1]),
    st.tuples(specs(None, **masked), overrides).map(lambda pair: pair[0] | pair[1]),
)
properties = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "hw_cpu_policy": policies,
            "hw_cpu_realtime_mask": masks,
            "hw_mem_page_size": st.sampled_from(("small", "large")),
        },
    ),
)
flavors = st.builds(
    Flavor, st.integers(1, 8), st.integers(1, 9000), sizes, sizes, sizes, extra_specs
)
quick = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def _asked(nova: Nova, flavor: Flavor, image: dict[str, str], volume: bool) -> Any:
    """Return what nova asks placement for: its right answers, or the name of its refusal."""
    fields = asdict(flavor)
    said = nova.ask("promised", flavor=fields, image=image, boots_from_volume=volume)
    return said.get("refused") or [
        {name: answer[name] for name in COMPARED if name in answer} for answer in said["answers"]
    ]


def test_nova_asks_for_what_is_promised(nova: Nova) -> None:
    accepted = []

    @settings(quick, max_examples=500)
    @given(flavors, properties, st.booleans())
    def hold(flavor: Flavor, image: dict[str, str], volume: bool) -> None:
        asked = _asked(nova, flavor, image, volume)
        if isinstance(asked, str):
            event(asked)
            return
        ours = promised(flavor, volume)
        assert all(answer in ours for answer in asked)
        accepted.append(len(ours))

    hold()
    assert len(accepted) > 200
    assert sum(count <= 2 for count in accepted) > len(accepted) / 2, "too much is right"


def _ordered(parts: Iterable[Mapping[str, int]]) -> list[list[tuple[str, int]]]:
    return sorted(sorted(part.items()) for part in parts)


def test_without_an_image_that_has_a_say_every_answer_of_ours_is_one_of_novas(nova: Nova) -> None:
    """A flavor with a policy and a mask leaves nothing open but the fallback to VCPU."""
    accepted = []
    decided = st.one_of(specs("shared"), specs("dedicated"), specs("mixed", **masked))

    @settings(quick, max_examples=150)
    @given(st.builds(Flavor, st.integers(2, 8), sizes, sizes, sizes, sizes, decided), st.booleans())
    def hold(flavor: Flavor, volume: bool) -> None:
        asked = _asked(nova, flavor, {}, volume)
        if not isinstance(asked, str):
            assert _ordered(asked) == _ordered(promised(flavor, volume))
            accepted.append(flavor)

    hold()
    assert len(accepted) > 50
