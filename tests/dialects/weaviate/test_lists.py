"""What does a list show of each entry, and how is a whole class read?"""

import pytest

from support.weaviate.asked import ANNA
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.operation import Operation


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


def test_lists_show_each_entry_by_itself() -> None:
    dialect = Weaviate()
    for name, tree, wanted in (
        ("schema_list", {"classes": [{"class": "Person"}]}, ("schema_get", ("Person",), None)),
        (
            "aliases_list",
            {"aliases": [{"alias": "People", "class": "Person"}]},
            ("alias_get", ("Person", "People"), None),
        ),
        ("tenants_list", [{"name": "t1"}], ("tenant_get", (), "t1")),
    ):
        found = dialect.listing(op(name, "collection_read"), tree)  # type: ignore[arg-type]
        assert found is not None
        assert [(one.name, one.collections, one.tenant) for one in found.about] == [wanted]
        assert dialect.relisted(op(name), tree, []) in ({"classes": []}, {"aliases": []}, [])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="without a name"):
        dialect.listing(op("schema_list"), {"classes": [{}]})


def test_a_whole_class_is_read_page_by_page() -> None:
    going = Weaviate().pages("t1", "", "Note", 2)
    assert dict(next(going).query) == {
        "class": "Note",
        "tenant": "t1",
        "limit": "2",
        "after": "00000000-0000-0000-0000-000000000000",
    }
    assert dict(going.send({"objects": [{"id": ANNA}]}).query)["after"] == ANNA
    with pytest.raises(StopIteration):
        going.send({"objects": []})
