"""Do Qdrant's clients do through the gateway what they do without it? First: do they, unmodified, do it with the edge shim?"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from support.servers.qdrant import running_qdrant
from support.tools.families import FAMILIES, walk

ALL: Final = (
    "qdrant", "qdrant_async", "qdrant_js", "qdrant_langchain", "qdrant_llamaindex", "qdrant_haystack", "qdrant_mcp",
)  # fmt: skip
QUIET: Final = {"HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONPATH": str(FAMILIES)}
#: What fails on purpose, also without a gateway.
FAILS: Final = {"misses"}


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_qdrant(tmp_path_factory.mktemp("beside")) as url:
        yield url


def direct(url: str, family: str, collection: str) -> dict[str, Any]:
    return walk(family, "works", {"url": url, "token": "", "collection": collection}, QUIET)


@pytest.mark.parametrize("family", ALL)
def test_clients_do_with_the_edge_shim_all_that_they_can(beside: str, family: str) -> None:
    found = direct(beside, family, f"c-{family.replace('_', '-')}")
    assert {case: one["said"] for case, one in found.items() if "said" in one and case not in FAILS} == {}
    for case in FAILS & found.keys():
        assert "Not found: Collection" in found[case]["said"], found[case]
