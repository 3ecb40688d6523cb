"""Does a list of indices hold only what one may see?"""

from typing import Any

import pytest

from support.lucene.asked import Described

TREE: Any = {
    "indices": [{"name": "a"}, {"name": "b"}],
    "aliases": [{"name": "x", "indices": "a"}, {"name": "y", "indices": ["a", "b"]}],
    "data_streams": [{"name": "s"}],
}


def test_each_index_of_a_list_is_decided_on() -> None:
    described = Described()
    _, operation = described.read("GET", "/_resolve/index/*")
    found = described.dialect.listing(operation, TREE)
    assert found is not None
    assert [one.collections for one in found.about] == [("a",), ("b",)]
    kept = described.dialect.relisted(operation, TREE, [{"name": "a"}])
    assert kept == {"indices": [{"name": "a"}], "aliases": [{"name": "x", "indices": "a"}], "data_streams": []}
    with pytest.raises(ValueError, match="no list"):
        described.dialect.listing(operation, {})


def test_the_servers_own_indices_are_in_no_inventory() -> None:
    going = Described().dialect.inventory("")
    assert going is not None
    assert next(going).path == "/_resolve/index/%2A"
    with pytest.raises(StopIteration) as ended:
        going.send({"indices": [{"name": ".security"}, {"name": "a"}]})
    assert ended.value.value == [("", "a")]
