"""Which properties does a search show that asks for all of them?"""

import asyncio

import pytest

from support.weaviate.asked import FakeWeaviate, decided, described, prop
from support.weaviate.messages import GRPC, new, search
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.dialects.weaviate.graphql import document
from vecgate.dialects.weaviate.grpc import whole
from vecgate.dialects.weaviate.things import Described
from vecgate.domain.call import Call
from vecgate.refusals.errors import CallRefused

HOME = {**prop("home", "object"), "nestedProperties": [prop("zip", "text"), prop("pic", "blob")]}


def test_all_of_a_class_are_named_but_references_and_blobs() -> None:
    """W-72"""
    made = described(
        "Person", prop("name", "text"), prop("pic", "blob"), prop("knows", "Person"), HOME, prop("at", "geoCoordinates")
    )
    found = Described("Person", "", False, {str(one["name"]): one for one in made["properties"]}, False)

    def spelled(call: Call) -> Call:
        assert isinstance(call.tree, dict)
        return whole.spelled(call, lambda _name: found, document.of(str(call.tree["query"])))

    assert spelled(search()).tree == {"query": "{Get{Person(limit:-1){name home{zip} at _additional{id}}}}"}
    grouped = search(group_by=new("GroupBy", path=["name"], number_of_groups=1, objects_per_group=1))
    assert "hits{name home{zip} at _additional{id}}" in str(spelled(grouped).tree)
    named = search(properties=new("PropertiesRequest", non_ref_properties=["pic"]))
    assert spelled(named) is named
    request = GRPC.messages.read("weaviate.v1.SearchRequest", GRPC.message(spelled(search())).message)
    assert [*request.properties.non_ref_properties] == ["name", "at"]
    assert request.properties.object_properties[0].primitive_properties == ["zip"]
    with pytest.raises(CallRefused, match="names of classes change"):
        whole.spelled(search(), lambda _name: None, document.of(str(search().tree["query"])))  # type: ignore[index,call-overload]


def test_they_are_named_before_anything_is_held_against_them() -> None:
    dialect, server = Weaviate(), FakeWeaviate()
    call = search(collection="People")
    operation = asyncio.run(dialect.classify(call, server.ask))
    kept = dialect.restrict(call, operation, decided())
    assert ":Person(limit:-1){name email city age vip note tenant tags _additional" in str(kept.tree)
    assert [one.path for one in dialect.fields(kept, operation)] == [
        (name,) for name in ("name", "email", "city", "age", "vip", "note", "tenant", "tags")
    ]
    assert [*dialect.fields(call, operation)] == []
    assert "limit:6" in str(dialect.restrict(call, operation, decided(max_results=5)).tree)
    assert "limit:10)" in str(dialect.restrict(call, operation, decided(max_results=50)).tree)


def test_a_document_of_our_own_is_read_again_as_one_however_many_others_came_between() -> None:
    dialect, call = Weaviate(), search(limit=0, properties=new("PropertiesRequest", non_ref_properties=["name"]))
    assert isinstance(call.tree, dict)
    text = str(call.tree["query"])
    changed = text.replace("limit:-1", 'limit:-1,tenant:"t1"')
    document._PRINTED.clear()
    assert dialect.rebuilt(call, {"query": changed}).tree == {"query": changed}
