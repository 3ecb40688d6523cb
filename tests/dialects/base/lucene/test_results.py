"""How many records does an answer hold, and which of their fields are vectors?"""

from typing import Any

import pytest

from support.lucene.asked import operation
from vecgate import dialects
from vecgate.dialects.base.lucene.results import ended


def test_every_list_of_numbers_in_a_record_is_a_vector() -> None:
    dialect = dialects.load("opensearch")
    source: Any = {"vec": [0.5, 1], "name": "x", "deep": {"v": [[1, 2], [3, 4]]}, "one": [1], "words": ["a", "b"]}
    answer: Any = {"hits": {"hits": [{"_id": "1", "_source": source}]}}
    bare: Any = dialect.strip_vectors(operation("search"), answer)
    assert bare["hits"]["hits"][0]["_source"] == {
        "vec": None,
        "name": "x",
        "deep": {"v": [None, None]},
        "one": [1],
        "words": ["a", "b"],
    }
    zeros: Any = dialect.strip_vectors(operation("search"), answer, zeros=True)
    assert zeros["hits"]["hits"][0]["_source"]["vec"] == [0.0, 0.0]
    many: Any = dialect.strip_vectors(operation("msearch"), {"responses": [answer, {"error": {}}]})
    assert many["responses"][0] == bare
    plain: Any = {"hits": {"hits": [{"_id": "1", "_source": {"a": 1}}]}}
    assert dialect.strip_vectors(operation("search"), plain) is plain
    assert dialect.strip_vectors(operation("get"), {"_id": "1", "_source": source})["_source"]["vec"] is None  # type: ignore[index, call-overload]
    assert dialect.strip_vectors(operation("get_source"), source)["vec"] is None  # type: ignore[index, call-overload]


def test_records_are_counted_and_cut_wherever_they_stand() -> None:
    dialect = dialects.load("opensearch")
    hits: Any = {"hits": {"hits": [{"_id": "1"}, {"_id": "2"}]}}
    assert dialect.records(operation("search"), hits) == 2
    assert dialect.records(operation("msearch"), {"responses": [hits, hits]}) == 4
    assert dialect.records(operation("mget"), {"docs": [{"found": True}, {"found": False}]}) == 1
    assert dialect.records(operation("get"), {"found": True}) == 1
    assert dialect.records(operation("count"), {"count": 3}) is None
    assert dialect.cut(operation("msearch"), {"responses": [hits, hits]}, 3) == {
        "responses": [hits, {"hits": {"hits": [{"_id": "1"}]}}]
    }


def _sorted(*hits: tuple[str, list[Any]]) -> Any:
    return {"hits": {"hits": [{"_id": id, "sort": sort} for id, sort in hits]}}


def test_where_a_page_ends_is_shown_as_a_next_one_begins() -> None:
    """Of a field it is as it is masked; an id is called as it is shown; numbers of no field are as they were."""
    given = _sorted(("a@b.example", ["a@b.example", 4111111111111111, 4294967360]))
    shown = _sorted(("<RECORD#x>", ["<EMAIL>", "<CREDIT_CARD>", "<PHONE>"]))
    for search in ({"sort": ["_id", "n"], "pit": {}}, {"sort": ["_id", "n", {"_shard_doc": "asc"}]}):
        found = ended(search, given, shown)  # type: ignore[arg-type]
        assert found == _sorted(("<RECORD#x>", ["<RECORD#x>", "<CREDIT_CARD>", 4294967360]))


@pytest.mark.parametrize(
    ("search", "given", "shown"),
    [
        ({"sort": ["n"]}, _sorted(("a", [4294967360])), _sorted(("a", ["<PHONE>"]))),
        ({"sort": ["_doc"]}, _sorted(("a", ["0301234567"])), _sorted(("a", ["<PHONE>"]))),
        ({"sort": ["_doc"]}, _sorted(("a", [1]), ("b", [2])), _sorted(("a", ["<PHONE>"]))),
        ({"sort": ["_doc"]}, _sorted(("a", [1])), _sorted(("a", []))),
        ({"sort": ["_doc"]}, {"error": "x"}, {"error": "y"}),
        ({"sort": ["_doc"]}, _sorted(("a", [1])), "<REDACTED>"),
    ],
)
def test_nothing_else_comes_back_as_it_was(search: Any, given: Any, shown: Any) -> None:
    assert ended(search, given, shown) == shown
