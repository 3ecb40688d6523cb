"""Which class is meant by a name?"""

from support.weaviate.asked import FakeWeaviate, graphql, raw
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.dialects.weaviate.things import FRESH_SECONDS, Described, Known
from vecgate.domain.call import Answer
from vecgate.domain.operation import Operation


async def test_a_class_is_known_by_how_it_was_made() -> None:
    server = FakeWeaviate()
    first = await Weaviate().identity(server.ask, ("", ""), "People")
    assert first.startswith("Person#")
    assert await Weaviate().identity(server.ask, ("", ""), "Company") != first
    assert await Weaviate().identity(server.ask, ("", ""), "Nope") == ""


async def test_a_class_is_asked_for_anew_by_the_first_read_after_a_write_for_its_properties_may_be_more() -> None:
    server, dialect = FakeWeaviate(), Weaviate()

    async def asked(path: str, tree: object) -> int:
        before = len(server.asked)
        operation = await dialect.classify(dialect.read(raw(path, tree)), server.ask)
        dialect.forget(operation, Answer(200))
        return len(server.asked) - before

    found = {"query": "{Get{Person{name}}}"}
    other = {"query": "{Get{Company{name}}}"}
    assert [await asked("/graphql", one) for one in (found, found, other, other)] == [1, 0, 1, 0]
    assert await asked("/objects", {"class": "Person", "properties": {"new": "one"}}) == 1
    assert [await asked("/graphql", one) for one in (found, found, other)] == [1, 0, 0]
    assert await asked("/batch/objects", {"objects": [{"class": "People", "properties": {"new": "one"}}]}) == 1
    assert [await asked("/graphql", one) for one in (found, found, other)] == [1, 0, 0]


async def test_a_call_goes_on_with_what_it_was_decided_on_though_that_is_old_by_now() -> None:
    server, now = FakeWeaviate(), [0.0]
    known = Known(lambda: now[0])

    async def before() -> None:
        return None

    found = await known.of(server.ask, "Person", before)
    now[0] = FRESH_SECONDS + 1
    assert known.recalled("Person") is found
    asked = len(server.asked)
    assert await known.of(server.ask, "Person", before) == found
    assert len(server.asked) == asked + 1, "the next call asks anew"
    known.forget()
    assert known.recalled("Person") is None


async def test_before_a_class_is_known_nobody_is_asked_for_the_right_to_a_model_that_it_may_not_have() -> None:
    asked = list[Operation]()

    async def may(operation: Operation) -> None:
        asked.append(operation)

    for name, kinds in (("Person", ["search"]), ("Bi", ["search", "inference"])):
        call = Weaviate().read(
            raw("/graphql", graphql(f'{{Get{{{name}(hybrid:{{query:"a",vector:[0.5]}}){{_additional{{id}}}}}}}}'))
        )
        found = await Weaviate().classify(call, FakeWeaviate().ask, may=may)
        assert [one.kind for one in (found, *found.also)] == kinds
    assert [[each.kind for each in (one, *one.also)] for one in asked] == [["search"]] * 2


def test_a_value_is_compared_with_all_of_a_property_where_its_class_is_known_to_do_so() -> None:
    """W-65"""
    kinds = {
        "exact": ("text", "field"),
        "born": ("date", None),
        "text": ("text", "word"),
        "tags": ("text[]", "trigram"),
    }
    told = {name: {"dataType": [kind], "tokenization": by} for name, (kind, by) in kinds.items()}
    found = Described("Person", "", False, {**told, "plain": {"dataType": ["text"]}}, embeds=False)
    assert [one for one in (*found.properties, "new") if found.whole(one)] == ["exact", "born"]
    assert not Known().whole(["Person"], "exact"), "which nobody asked for yet"
