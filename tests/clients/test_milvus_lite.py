"""Does pymilvus do through the gateway before a milvus-lite what it does beside it? And what is one told who may do less?"""

from collections.abc import Iterator

import pytest

from clients.test_milvus_families import DRIVERS, FRAMEWORKS, GIVEN, TOLD, Town, before
from demo.stack import Stack
from support.milvus.lite import running_lite
from support.tools.families import check_told

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with (
        running_lite(tmp_path_factory.mktemp("lite") / "kept.db") as url,
        before(stack, tmp_path_factory, url) as made,
    ):
        yield made


@pytest.mark.parametrize("family", [*DRIVERS, *FRAMEWORKS])
def test_what_is_allowed_goes_as_without_the_gateway(town: Town, family: str) -> None:
    name = f"c_{family}"
    without = town.walk(family, "works", None, name)
    through = town.walk(family, "works", "bob", name)
    assert through == without


@pytest.mark.parametrize("family", DRIVERS)
def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town, family: str) -> None:
    name = f"people_{family}"
    filled = town.walk("milvus_lite", "fills", None, name)
    assert all("gave" in one for one in filled.values()), filled
    found = town.walk(family, "limited", "alice", name)
    told = TOLD | ({"looks_elsewhere": "not exist"} if family == "milvus_orm" else {})
    check_told(found, told, town.gateway, town.stack.token("alice"))
    own = [1, 2, 3, 11] if "inserts_own" in found else [1, 2, 3]
    given = GIVEN | {"iterates": own, "counts": len(own), "counts_by_statistics": len(own)}
    assert {case: one["gave"] for case, one in found.items() if case in given} == {
        case: one for case, one in given.items() if case in found
    }
    shown = town.walk("milvus_lite", "looks", None, name)["shows_all"]["gave"]
    assert [one for one in shown if one[2] == "t2"] == [[4, "n4", "t2"], [5, "n5", "t2"]]
