"""Which objects does a write bring, and how is what the gateway wrote into them read?"""

from typing import Any

import pytest

from support.weaviate.asked import ANNA, EVA, prop, read
from vecgate.dialects.weaviate import sites
from vecgate.dialects.weaviate.guards import brought
from vecgate.dialects.weaviate.things import Described
from vecgate.refusals.errors import CallRefused

STAMPED = Described("Person", "Person#1", False, {"_vecgate_who": prop("_vecgate_who", "text")}, False)
BARE = Described("Person", "Person#1", False, {"name": prop("name", "text")}, False)
ONE: Any = {"class": "Person", "id": ANNA, "properties": {"name": "a"}}


def test_an_object_says_in_its_body_which_one_it_is() -> None:
    """W-28"""
    call = read(f"/objects/Person/{ANNA}", {"properties": {"name": "a"}}, "PATCH")
    assert call.tree == ONE
    [record] = brought.carried("objects_patch", ONE).listed  # type: ignore[union-attr]
    assert (record.id, record.metadata, record.whole) == (ANNA, {"name": "a"}, False)
    [record] = brought.carried("objects_replace", ONE).listed  # type: ignore[union-attr]
    assert record.whole
    assert brought.carried("objects_validate", ONE) is None
    assert brought.carried("reference_add", ONE) is None


def test_what_was_written_is_read_where_a_class_can_have_it() -> None:
    tree: Any = {"objects": [ONE, {**ONE, "id": EVA}]}
    asked = brought.recalling("batch_objects", tree, [EVA], lambda _: STAMPED)
    assert asked is not None
    assert asked.tree == {"query": f'{{Get{{C0:Person(where:{{operator:ContainsAny,path:["id"],valueText:["{EVA}"]}},limit:1){{_vecgate_who _additional{{id}}}}}}}}'}  # fmt: skip
    assert brought.recalling("batch_objects", tree, [EVA], lambda _: BARE) is None
    with pytest.raises(CallRefused, match="names of classes change"):
        brought.recalling("batch_objects", tree, [EVA], lambda _: None)
    several: Any = {"objects": [ONE, {**ONE, "class": "Other"}]}
    with pytest.raises(CallRefused, match="several classes"):
        brought.recalling("batch_objects", several, [ANNA], lambda _: STAMPED)


def test_what_a_search_starts_from_is_read_by_its_class_and_tenant() -> None:
    near: Any = {
        "query": f'{{Get{{Person(nearObject:{{id:"{ANNA}"}},tenant:"t1"){{name}} Bare(nearObject:{{id:"{EVA}"}}){{name}}}}}}'
    }
    groups = sites.starting("graphql", read("/graphql", near).tree, "")  # type: ignore[arg-type]
    assert groups == {("Person", "t1"): [ANNA], ("Bare", ""): [EVA]}
    asked = brought.starting(groups, ["name", "name.x", "gone"], lambda _: BARE)
    assert asked is not None
    assert 'tenant:"t1"){name _additional{id}}' in str(asked.tree)
    assert brought.starting(groups, ["gone"], lambda _: BARE) is None
    assert sites.starting("search_near_object", {"id": ANNA, "tenant": "t2"}, "Person") == {("Person", "t2"): [ANNA]}
    with pytest.raises(CallRefused, match="names of classes change"):
        brought.starting(groups, ["name"], lambda _: None)


def test_an_error_is_no_answer_without_objects() -> None:
    answer: Any = {"data": {"Get": {"C0": [{"_vecgate_who": "ann", "_additional": {"id": ANNA}}]}}}
    [record] = brought.recalled(answer).listed
    assert (record.id, (record.metadata or {})["_vecgate_who"]) == (ANNA, "ann")
    for odd in ({**answer, "errors": [{"message": "no"}]}, {"data": None}, [], {}):
        with pytest.raises(ValueError, match="errors"):
            brought.recalled(odd)
