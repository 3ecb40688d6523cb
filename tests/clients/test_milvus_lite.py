"""Does pymilvus do through the gateway before a milvus-lite what it does beside it? And what is one told who may do less?"""

from collections.abc import Iterator

import pytest

from clients.test_milvus_families import DRIVERS, FRAMEWORKS, Town, before, keeps_to_its_own
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


def test_words_are_looked_for_in_texts_and_no_person_in_what_is_masked(town: Town) -> None:
    without = town.walk("milvus_lite", "worded", None, "c_words")
    assert without["looks_for_words"]["gave"][0] == [0, "a red house"]
    town.walk("milvus_lite", "drops", None, "c_words")
    assert town.walk("milvus_lite", "worded", "bob", "c_words") == without
    named = town.walk("milvus_lite", "worded", None, "words_lite")
    assert all("gave" in one for one in named.values()), named
    found = town.walk("milvus_lite", "seeks", "alice", "words_lite")
    check_told(found, {"looks_for_a_person": "oracle.field"}, town.gateway, town.stack.token("alice"))
    assert found["looks_for_words"]["gave"] == [[0, "a red house"], [2, "write to <EMAIL> about the house"]]
    assert found["matches_words"]["gave"] == [0, 1, 2]


def test_a_framework_looks_for_words_as_well(town: Town) -> None:
    """LangChain's `BM25BuiltInFunction`."""
    without = town.walk("milvus_langchain", "worded", None, "c_words_lang")
    assert without["looks_for_words"]["gave"] == ["a red house", "write to eva@example.org about the house"]
    assert town.walk("milvus_langchain", "worded", "bob", "c_words_through") == without
    assert "gave" in town.walk("milvus_langchain", "worded", None, "words_lang")["makes_words"]
    found = town.walk("milvus_langchain", "seeks", "alice", "words_lang")
    check_told(found, {"looks_for_a_person": "oracle.field"}, town.gateway, town.stack.token("alice"))
    assert found["looks_for_words"]["gave"] == ["a red house", "write to <EMAIL> about the house"]


@pytest.mark.parametrize("family", DRIVERS)
def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town, family: str) -> None:
    name = f"people_{family}"
    filled = town.walk("milvus_lite", "fills", None, name)
    assert all("gave" in one for one in filled.values()), filled
    keeps_to_its_own(town, family, name)
    shown = town.walk("milvus_lite", "looks", None, name)["shows_all"]["gave"]
    assert [one for one in shown if one[2] == "t2"] == [[4, "n4", "t2"], [5, "n5", "t2"]]
