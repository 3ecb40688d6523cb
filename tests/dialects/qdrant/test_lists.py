"""What does an answer list, and what would show each of it alone?"""

import pytest

from vecgate import dialects
from vecgate.dialects.qdrant import lists
from vecgate.domain.operation import Operation


def operation(name: str, kind: str = "search") -> Operation:
    return Operation("qdrant", name, kind, 1, collections=("people",))


def test_a_list_holds_what_may_be_seen_alone() -> None:
    dialect = dialects.load("qdrant")
    tree = {"result": {"aliases": [{"alias_name": "a", "collection_name": "people"}, {"alias_name": "b", "collection_name": "x"}]}, "status": "ok"}  # fmt: skip
    listing = dialect.listing(operation("get_collections_aliases", "collection_read"), tree)
    assert listing is not None
    assert [about.collections for about in listing.about] == [("people",), ("x",)]
    kept = dialect.relisted(operation("get_collections_aliases"), tree, listing.items[:1])
    assert kept == {"result": {"aliases": [{"alias_name": "a", "collection_name": "people"}]}, "status": "ok"}
    with pytest.raises(ValueError, match="no list"):
        dialect.listing(operation("get_collections"), {"result": 5})


def test_all_collections_are_asked_for_at_once() -> None:
    going = lists.inventory()
    assert next(going).path == "/collections"
    with pytest.raises(StopIteration) as e:
        going.send({"result": {"collections": [{"name": "people"}, {"name": "x"}]}})
    assert e.value.value == [("", "people"), ("", "x")]
