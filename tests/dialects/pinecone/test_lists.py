"""Does a list show the indexes and namespaces that its caller may see, and sums of these alone?"""

from typing import Any

import pytest

from vecgate.dialects.pinecone import lists
from vecgate.domain.operation import Operation


def operation(name: str, kind: str = "collection_read") -> Operation:
    return Operation(
        "pinecone", name, kind, 1, collections=() if name != "stats" and "namespaces" not in name else ("people",)
    )


def test_each_entry_is_about_its_index_or_namespace() -> None:
    tree: Any = {"indexes": [{"name": "people"}, {"name": "safes"}]}
    found = lists.listing(operation("list_indexes"), tree)
    assert found is not None
    assert [one.collections for one in found.about] == [("people",), ("safes",)]
    assert lists.relisted(operation("list_indexes"), tree, found.items[:1]) == {"indexes": [{"name": "people"}]}
    copies = lists.listing(operation("list_collections", "snapshot_list"), {"collections": [{"name": "old-people"}]})
    assert copies is not None
    assert copies.about[0].collections == ("old-people",)
    spaces: Any = {"namespaces": [{"name": "a", "record_count": 1}, {"name": "", "record_count": 2}], "total_count": 2}
    told = lists.listing(operation("list_namespaces"), spaces)
    assert told is not None
    assert [(one.tenant, one.collections) for one in told.about] == [("a", ("people",)), ("__default__", ("people",))]
    assert lists.relisted(operation("list_namespaces"), spaces, told.items[:1])["total_count"] == 1  # type: ignore[index, call-overload]


def test_counts_are_of_the_namespaces_that_are_shown() -> None:
    """N-35"""
    tree: Any = {
        "namespaces": {"a": {"vectorCount": 3}, "b": {"vectorCount": 4}, "": {"vectorCount": 5}},
        "totalVectorCount": 12,
        "dimension": 4,
    }
    found = lists.listing(operation("stats", "count"), tree)
    assert found is not None
    assert [one.tenant for one in found.about] == ["a", "b", "__default__"]
    assert all(one.kind == "search" for one in found.about)
    kept = lists.relisted(operation("stats"), tree, [found.items[0], found.items[2]])
    assert kept == {
        "namespaces": {"a": {"vectorCount": 3}, "": {"vectorCount": 5}},
        "totalVectorCount": 8,
        "dimension": 4,
    }


@pytest.mark.parametrize("tree", [{"indexes": {}}, {}, {"indexes": [{}]}, {"indexes": [{"name": 1}]}, []])
def test_another_answer_is_no_list(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"no list|without a name"):
        lists.listing(operation("list_indexes"), tree)


def test_a_namespace_is_read_page_by_page_and_indexes_are_listed() -> None:
    going, seen = lists.pages("t1", "people", 50), list[tuple[str, tuple[tuple[str, str], ...]]]()
    answers: list[Any] = [
        {"vectors": [{"id": f"r{n}"} for n in range(12)], "pagination": {"next": "tok"}}, {"vectors": {}}, {"vectors": {}}, {"vectors": []},
    ]  # fmt: skip
    call = next(going)
    for answer in answers:
        seen.append((call.path, call.query))
        try:
            call = going.send(answer)
        except StopIteration:
            break
    assert [path for path, _ in seen] == [f"/idx/people/vectors/{one}" for one in ("list", "fetch", "fetch", "list")]
    assert seen[0][1] == (("limit", "50"), ("namespace", "t1"))
    assert [len(query) for _, query in seen[1:3]] == [11, 3]
    assert seen[3][1][-1] == ("paginationToken", "tok")
    listing = lists.inventory()
    assert next(listing).path == "/indexes"
    with pytest.raises(StopIteration) as ended:
        listing.send({"indexes": [{"name": "people"}]})
    assert ended.value.value == [("", "people")]
