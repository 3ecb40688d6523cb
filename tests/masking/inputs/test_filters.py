"""A value of a filter becomes what is stored of it; what would stand for others, too, is refused."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.inbound import ADDRESS, KEY, NAME, profile, shown, tools, under
from vecgate.dialects.chroma.filters import inlets, rewritten
from vecgate.domain.inlets import AnyOf
from vecgate.domain.profiles import MaskProfile, OperatorSpec
from vecgate.masking.apply.operators import token
from vecgate.masking.inputs.filters import Filters, _put
from vecgate.masking.inputs.joining import finding, joining
from vecgate.refusals.errors import CallRefused

STORED = profile("pseudonym", {"metadatas.customer": OperatorSpec("pseudonym", {"as": "PERSON"})})


def filters(**body: Any) -> Filters:
    name = "collection_get"
    return Filters(body, lambda tree, each: rewritten(name, tree, each), inlets(name).surface, tools())


def sealed(value: str, entity: str = "EMAIL", key: bytes = KEY) -> str:
    return str(token.build({}, key)(value, entity))


def code(e: pytest.ExceptionInfo[CallRefused]) -> str:
    return str(e.value.refusal.code)  # type: ignore[attr-defined]


async def translated(stored: MaskProfile | None, **body: Any) -> Any:
    made = filters(**body)
    await made.translate(None if stored is None else joining(stored))
    return made.tree()


# nothing


async def test_a_body_without_filters_has_none() -> None:
    made = filters(limit=3)
    await made.translate(joining(STORED))
    assert await made.clean(joining(STORED), "r") == {}
    assert made.tree() == {"limit": 3}
    assert made.found == []


# translate, stored as it came


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("closed", "closed"),
        (4, 4),
        (ADDRESS, ADDRESS),
        (sealed(ADDRESS), ADDRESS),
        (f"to {sealed(ADDRESS)} or {sealed(NAME, 'PERSON')}", f"to {ADDRESS} or {NAME}"),
    ],
)
async def test_where_all_is_stored_as_it_came_tokens_are_opened(value: Any, becomes: Any) -> None:
    assert await translated(None, where={"a": value}) == {"where": {"a": becomes}}
    assert await translated(None, where={"a": {"$in": [value, "x"]}}) == {"where": {"a": {"$in": [becomes, "x"]}}}


@pytest.mark.parametrize("operator", ["hash", "pseudonym"])
async def test_and_marks_which_nobody_can_turn_back_are_refused(operator: str) -> None:
    mark = await shown(ADDRESS, profile(operator))
    with pytest.raises(CallRefused) as e:
        await translated(None, where={"mail": mark})
    assert code(e) == "input.filter"
    assert "where.mail" in str(e.value)
    assert mark not in str(e.value)
    with pytest.raises(CallRefused):
        await translated(None, where_document={"$contains": f"from {mark}"})


@pytest.mark.parametrize("forged", [sealed(ADDRESS, key=b"x" * 32), "<EMAIL#AAAAAAAAAAAAAAAAAAAAAAAA>"])
@pytest.mark.parametrize("stored", [None, STORED])
async def test_a_token_that_was_not_made_here_is_refused(forged: str, stored: MaskProfile | None) -> None:
    with pytest.raises(CallRefused) as e:
        await translated(stored, where={"mail": forged})
    assert code(e) == "input.filter"


# translate, stored under marks


@pytest.mark.parametrize("operator", ["pseudonym", "hash", "token"])
@pytest.mark.parametrize("field", ["customer", "mail"])
async def test_a_plain_value_its_mark_and_its_token_all_find_what_is_stored(operator: str, field: str) -> None:
    stored = profile(operator, {"metadatas.customer": operator})
    value = ADDRESS if field == "mail" else "bo"  # in a field policy, whatever it is
    mark = await shown(value, stored, field)
    assert mark != value
    for asked in (value, mark, sealed(value)):
        assert await translated(stored, where={field: asked}) == {"where": {field: mark}}, asked


async def test_spellings_of_one_value_find_the_same() -> None:
    assert await translated(STORED, where={"customer": "ANA RUIZ"}) == await translated(
        STORED, where={"customer": NAME}
    )


async def test_a_number_in_a_masked_field_becomes_the_text_that_is_stored_of_it() -> None:
    mark = await shown("12", STORED, "customer")
    assert await translated(STORED, where={"customer": {"$ne": 12}}) == {"where": {"customer": {"$ne": mark}}}


async def test_other_values_stay_as_they_are() -> None:
    body = {"where": {"$and": [{"status": "closed"}, {"n": {"$gt": 3}}, {"ok": True}]}, "ids": ["r1"]}
    assert await translated(STORED, **body) == body


async def test_many_values_of_one_filter_each_find_their_own() -> None:
    asked = {"customer": {"$in": [NAME, "Bo Li", "closed"]}}
    marks = [await shown(one, STORED, "customer") for one in (NAME, "Bo Li", "closed")]
    assert await translated(STORED, where=asked) == {"where": {"customer": {"$in": marks}}}
    assert len(set(marks)) == 3


async def test_ids_and_texts_are_translated_as_where_they_are_stored() -> None:
    """An id that is a name has a mark of all of it, by each of its letters: another one than a text's."""
    mail, name = await shown(ADDRESS, STORED), await shown(NAME, STORED)
    found = await translated(STORED, ids=[ADDRESS, NAME], where_document={"$contains": f"by {NAME}"})
    exact = await shown(NAME.encode().hex(), STORED, "customer")
    assert found == {"ids": [mail, exact], "where_document": {"$contains": f"by {name}"}}


@pytest.mark.parametrize("operator", ["replace", "redact", "partial", "drop", "year_only", "generalise"])
async def test_what_would_find_everybodys_is_refused(operator: str) -> None:
    """A delete by `<EMAIL>` would delete all records that once had an address."""
    stored = profile(operator, {"metadatas.customer": operator})
    for where in ({"mail": ADDRESS}, {"customer": "bo"}, {"mail": {"$nin": ["x", ADDRESS]}}):
        with pytest.raises(CallRefused) as e:
            await translated(stored, where=where)
        assert code(e) == "input.filter"
        assert ADDRESS not in str(e.value)


@pytest.mark.parametrize("operator", ["$gt", "$lte", "$regex"])
async def test_a_mark_has_neither_the_order_nor_the_letters_of_its_value(operator: str) -> None:
    with pytest.raises(CallRefused) as e:
        await translated(STORED, where={"customer": {operator: "bo"}})
    assert code(e) == "input.filter"
    assert await translated(STORED, where={"n": {operator: "bo"}}) == {"where": {"n": {operator: "bo"}}}


async def test_a_field_whose_name_is_masked_cannot_be_filtered_by() -> None:
    with pytest.raises(CallRefused) as e:
        await translated(STORED, where={ADDRESS: "x"})
    assert code(e) == "input.filter"
    assert ADDRESS not in str(e.value)


# queries


async def test_personal_data_in_a_searched_text_becomes_what_is_stored_of_it() -> None:
    made = filters(where_document={"$and": [{"$contains": f"by {NAME}"}, {"$not_contains": "x"}]}, where={"a": NAME})
    assert await made.clean(joining(STORED), "r") == {"PERSON": 1}
    name = await shown(NAME, STORED)
    assert made.tree() == {
        "where_document": {"$and": [{"$contains": f"by {name}"}, {"$not_contains": "x"}]},
        "where": {"a": NAME},
    }


@pytest.mark.parametrize(
    ("stored", "where"),
    [
        (STORED, {"$regex": f"^{NAME}"}),  # its mask would be another expression
        (profile("replace"), {"$contains": NAME}),  # would find everybody
        (profile("drop"), {"$contains": NAME}),
    ],
)
async def test_where_it_cannot_it_is_refused(stored: MaskProfile, where: Any) -> None:
    with pytest.raises(CallRefused) as e:
        await filters(where_document=where).clean(joining(stored), "r")
    assert code(e) == "input.personal"
    assert "1 PERSON, at where_document" in str(e.value)
    assert NAME not in str(e.value)


async def test_a_finding_profile_refuses_all_of_it() -> None:
    for where in ({"$contains": NAME}, {"$regex": NAME}):
        with pytest.raises(CallRefused) as e:
            await filters(where_document=where).clean(finding(STORED), "r")
        assert code(e) == "input.personal"
    made = filters(where_document={"$regex": "refund.*"})
    assert await made.clean(finding(STORED), "r") == {}
    assert made.tree() == {"where_document": {"$regex": "refund.*"}}


# several versions of the key


def versioned(name: str, body: dict[str, Any]) -> Any:
    """The body with each text in it, and what it was before."""
    return rewritten(name, body, lambda c: AnyOf((f"{c.value}-2", f"{c.value}-1")))


@pytest.mark.parametrize(
    ("where", "becomes"),
    [
        ({"k": "x"}, {"k": {"$in": ["x-2", "x-1"]}}),
        ({"k": {"$eq": "x"}}, {"k": {"$in": ["x-2", "x-1"]}}),
        ({"k": {"$ne": "x"}}, {"k": {"$nin": ["x-2", "x-1"]}}),
        ({"k": {"$in": ["x", "y"]}}, {"k": {"$in": ["x-2", "x-1", "y-2", "y-1"]}}),
        ({"k": {"$nin": ["x", "y"]}}, {"k": {"$nin": ["x-2", "x-1", "y-2", "y-1"]}}),
        ({"k": {"$contains": "x"}}, {"$or": [{"k": {"$contains": "x-2"}}, {"k": {"$contains": "x-1"}}]}),
        ({"k": {"$not_contains": "x"}}, {"$and": [{"k": {"$not_contains": "x-2"}}, {"k": {"$not_contains": "x-1"}}]}),
        ({"$and": [{"k": "x"}, {"$or": [{"l": {"$ne": "y"}}, {"k": "z"}]}]},
         {"$and": [{"k": {"$in": ["x-2", "x-1"]}},
                   {"$or": [{"l": {"$nin": ["y-2", "y-1"]}}, {"k": {"$in": ["z-2", "z-1"]}}]}]}),
    ],
)  # fmt: skip
def test_a_condition_on_one_of_several_values_says_the_same_of_each(where: Any, becomes: Any) -> None:
    for name in ("collection_get", "collection_query", "collection_delete"):
        assert versioned(name, {"where": where}) == {"where": becomes}
    assert versioned("collection_search", {"searches": [{"filter": where}]}) == {"searches": [{"filter": becomes}]}


@pytest.mark.parametrize(
    ("body", "becomes"),
    [
        ({"ids": ["a", "b"]}, {"ids": ["a-2", "a-1", "b-2", "b-1"]}),
        ({"where_document": {"$contains": "x"}},
         {"where_document": {"$or": [{"$contains": "x-2"}, {"$contains": "x-1"}]}}),
        ({"where_document": {"$not_contains": "x"}},
         {"where_document": {"$and": [{"$not_contains": "x-2"}, {"$not_contains": "x-1"}]}}),
    ],
)  # fmt: skip
def test_so_do_ids_and_what_is_looked_for_in_documents(body: Any, becomes: Any) -> None:
    assert versioned("collection_get", body) == becomes


async def test_only_what_was_stored_in_several_ways_is_looked_for_in_several() -> None:
    body = {"where": {"$and": [{"customer": NAME}, {"status": {"$ne": "open"}}, {"n": {"$gt": 3}}, {"b": True}]}}
    now, before = filters(**body), filters(**body)
    before._tools = replace(before._tools, mask=under(b"o" * 32))
    await now.translate(joining(STORED))
    await before.translate(joining(STORED))
    tree: Any = now.tree(before)
    customer, *rest = tree["where"]["$and"]
    assert [len({*customer["customer"]["$in"]}), *map(str, rest)] == [2, *map(str, body["where"]["$and"][1:])]
    mark = customer["customer"]["$in"][1]
    shown_before = filters(where={"customer": mark})
    await shown_before.translate(joining(STORED))
    assert shown_before.tree() == {"where": {"customer": mark}}, "a mark that was shown is looked for as it is"


def test_values_of_a_filter_share_the_list_of_their_records() -> None:
    """A list made for each of 4,000 values of one `$in`, as long as all of them, held up a worker for 20 s."""

    class Length(int):
        made = 0

        def __rmul__(self, other: Any) -> Any:
            Length.made += 1
            return other * int(self)

    records: dict[str, Any] = {}
    for i in range(20):
        _put(records, ("metadatas", i, "k"), i, Length(20))
    assert records == {"metadatas": [{"k": i} for i in range(20)]}
    assert Length.made == 1
