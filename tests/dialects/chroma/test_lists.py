"""What is in a list, what would show each of it, and how is a shorter one written?"""

from typing import Any

import pytest

from vecgate.dialects.chroma import lists
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation

PLACE = {"tenant": "acme", "database": "main"}
ONE, TWO = ({"id": "1", "name": name, **PLACE} for name in ("one", "two"))


def named(name: str) -> Operation:
    return Operation("chroma", name, "collection_read", 1, "acme", "main")


def about(name: str, tree: Any) -> list[tuple[Any, ...]]:
    found = lists.listing(named(name), tree)
    assert found is not None
    return [(o.kind, o.tenant, o.database, o.collections) for o in found.about]


def test_each_entry_is_what_would_be_asked_for_alone() -> None:
    alone = [("collection_read", "acme", "main", ("one",)), ("collection_read", "acme", "main", ("two",))]
    assert about("list_collections", [ONE, TWO]) == about("count_collections", [ONE, TWO]) == alone
    assert about("list_databases", [{"id": "1", "name": "main", "tenant": "acme"}]) == [
        ("tenant_read", "acme", "main", ())
    ]
    assert about("get_user_identity", {"user_id": "", "tenant": "acme", "databases": ["a", "b"]}) == [
        ("tenant_read", "acme", "a", ()),
        ("tenant_read", "acme", "b", ()),
    ]
    assert about("list_collections", []) == []
    assert lists.listing(named("get_collection"), ONE) is None


@pytest.mark.parametrize(
    "tree", [{}, None, 3, "x", [None], [{"name": "x"}], [{**ONE, "name": ""}], [{**ONE, "name": 5}], [["one"]]]
)
def test_what_is_no_list_of_collections_is_none(tree: Any) -> None:
    for name in ("list_collections", "count_collections"):
        with pytest.raises(ValueError, match=r"list|name"):
            lists.listing(named(name), tree)


def test_a_shorter_list_has_the_form_of_the_whole_one() -> None:
    assert lists.relisted(named("list_collections"), [ONE, TWO], [TWO]) == [TWO]
    assert lists.relisted(named("count_collections"), [ONE, TWO], [None]) == 1
    identity: Any = {"user_id": "", "tenant": "acme", "databases": ["a", "b"]}
    assert lists.relisted(named("get_user_identity"), identity, ["b"]) == {**identity, "databases": ["b"]}
    assert lists.entries(identity) == ["a", "b"]
    assert lists.entries([ONE]) == [ONE]
    assert lists.entries(5) == []


def test_a_page_is_read_from_the_query() -> None:
    assert lists.page(Call("GET", "/x", query=(("limit", "5"), ("offset", "07")))) == (7, 5)
    assert lists.page(Call("GET", "/x")) == (0, None)


def test_all_collections_of_a_tenant_are_asked_for_database_by_database() -> None:
    going = lists.inventory("acme")
    assert next(going).path == "/api/v2/tenants/acme/databases"
    assert going.send([{"name": "main"}, {"name": "second"}]).path == "/api/v2/tenants/acme/databases/main/collections"
    assert going.send([ONE, TWO]).path == "/api/v2/tenants/acme/databases/second/collections"
    with pytest.raises(StopIteration) as e:
        going.send([{"name": "three"}])
    assert e.value.value == [("main", "one"), ("main", "two"), ("second", "three")]
