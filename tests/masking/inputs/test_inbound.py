"""A body on its way in is cleaned whole, part by part as its rule says, or refused."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.inbound import ADDRESS, NAME, profile, shown, tools
from vecgate.dialects.chroma.filters import inlets, rewritten, unclean_vectors
from vecgate.domain.decision import Inputs
from vecgate.domain.inlets import Inlets
from vecgate.domain.profiles import MaskProfile
from vecgate.masking.inputs.filters import Tools
from vecgate.masking.inputs.inbound import Asked, Entry, Inbound
from vecgate.refusals.errors import CallRefused, MaskFailed, MaskRefused

TEXT = f"{NAME} <{ADDRESS}>"
STORED = profile("pseudonym", {"*.password": "redact"})
REPLACED = profile("replace")
RECORDS = {
    "ids": ["r1", "r2"],
    "documents": [TEXT, None],
    "metadatas": [{"mail": ADDRESS, "n": 3, "password": "x"}, None],
    "embeddings": [[1.0], [2.0]],
}


def entry(tree: dict[str, Any], name: str = "collection_upsert") -> Entry:
    return Entry(tree, inlets(name), lambda t, each: rewritten(name, t, each), lambda a, b: unclean_vectors(name, a, b))


async def cleaned(
    inputs: Inputs, given: Entry, stored: MaskProfile | None = STORED
) -> tuple[dict[str, Any], dict[str, int]]:
    return await Inbound().clean(given, Asked("imports", inputs, stored), tools())


async def refused(inputs: Inputs, given: Entry, stored: MaskProfile | None = STORED) -> Any:
    with pytest.raises(CallRefused) as e:
        await cleaned(inputs, given, stored)
    assert ADDRESS not in str(e.value)
    assert NAME not in str(e.value)
    return e.value.refusal


KEEP = Inputs()
MASK = Inputs(payload="mask")
REFUSE = Inputs(payload="refuse")


# nothing


@pytest.mark.parametrize("inputs", [KEEP, MASK, REFUSE, Inputs("mask", "mask", "translate"), Inputs(filters="refuse")])
@pytest.mark.parametrize("tree", [{}, {"ids": ["r1"]}, {"ids": [], "documents": None, "metadatas": [None, {}]}])
async def test_a_body_without_text_stays_as_it_is(inputs: Inputs, tree: dict[str, Any]) -> None:
    assert await cleaned(inputs, entry(tree)) == (tree, {})


async def test_what_is_to_be_kept_is_kept() -> None:
    assert await cleaned(KEEP, entry(RECORDS), None) == (RECORDS, {})


# payloads


async def test_what_is_stored_is_masked_in_its_place_and_counted() -> None:
    tree, counts = await cleaned(MASK, entry(RECORDS))
    name, mail = await shown(NAME, STORED), await shown(ADDRESS, STORED)
    assert tree == {
        "ids": ["r1", "r2"],
        "documents": [f"{name} <{mail}>", None],
        "metadatas": [{"mail": mail, "n": 3, "password": "[REDACTED]"}, None],
        "embeddings": [[1.0], [2.0]],
    }
    assert counts == {"PERSON": 1, "EMAIL": 2, "FIELD": 1}
    assert RECORDS["documents"] == [TEXT, None]


async def test_twice_is_the_same_as_once() -> None:
    """What was read masked can be written back; and a request that is sent again is the same request."""
    once, _ = await cleaned(MASK, entry(RECORDS))
    assert (await cleaned(MASK, entry(RECORDS)))[0] == once
    again = {**once, "metadatas": [{"mail": once["metadatas"][0]["mail"]}, None]}
    stored = profile("pseudonym", {"*.mail": "pseudonym"})
    assert (await cleaned(MASK, entry(again), stored))[0] == again


async def test_a_collections_own_metadata_is_stored_too() -> None:
    body = {"name": "notes", "metadata": {"owner": TEXT, "hnsw:space": "cosine"}}
    tree, counts = await cleaned(MASK, entry(body, "create_collection"))
    assert counts == {"PERSON": 1, "EMAIL": 1}
    assert (tree["name"], tree["metadata"]["hnsw:space"]) == ("notes", "cosine")


async def test_a_payload_with_personal_data_is_refused_by_type_and_place() -> None:
    refusal = await refused(REFUSE, entry(RECORDS))
    assert refusal.code == "input.personal"
    assert "2 EMAIL, 1 FIELD, 1 PERSON, at documents[0], metadatas[0].mail, metadatas[0].password" in refusal.what
    assert "'imports'" in refusal.what


async def test_what_a_profile_keeps_is_not_refused() -> None:
    body = {"ids": ["r1"], "documents": [NAME]}
    assert await cleaned(REFUSE, entry(body), profile("block", PERSON="keep")) == (body, {})


async def test_a_profile_is_needed() -> None:
    for inputs in (MASK, REFUSE):
        with pytest.raises(MaskFailed):
            await cleaned(inputs, entry(RECORDS), None)


async def test_a_profile_may_block_the_request() -> None:
    with pytest.raises(MaskRefused):
        await cleaned(MASK, entry(RECORDS), profile("block"))


async def test_a_document_that_is_dropped_leaves_its_place() -> None:
    """With a document less, the next one would belong to another id."""
    tree, _ = await cleaned(MASK, entry({"ids": ["r1", "r2"], "documents": [TEXT, "plain"]}), profile("drop"))
    assert tree["documents"] == [None, "plain"]


async def test_a_list_that_lost_an_item_is_refused() -> None:
    async def mask(_tree: Any, _surface: Any, _profile: Any) -> Any:
        return {"documents": ["plain"]}, {}

    with pytest.raises(MaskFailed):
        await Inbound().clean(entry(RECORDS), Asked("r", MASK, STORED), Tools(mask, tools().opened))


async def test_what_nobody_can_look_into_goes_in_only_where_all_does() -> None:
    body: Any = {"documents": [TEXT], "picture": "https://x.example/a.png"}
    stored = replace(entry(body), inlets=Inlets(("/documents",), opaque=("/picture",)))
    sought = replace(entry(body), inlets=Inlets(query=("/documents",), opaque=("/picture",)))
    for given, inputs in (
        (stored, MASK),
        (stored, REFUSE),
        (sought, Inputs(query="mask")),
        (sought, Inputs(query="refuse")),
    ):
        with pytest.raises(MaskFailed, match=r"mask\.opaque"):
            await cleaned(inputs, given)
    assert await cleaned(Inputs(query="mask"), stored) == (body, {})
    assert await cleaned(KEEP, sought) == (body, {})


async def test_a_field_may_go_away() -> None:
    body = {"ids": ["r1"], "metadatas": [{"mail": ADDRESS, "n": 1}]}
    tree, _ = await cleaned(MASK, entry(body), profile("replace", {"*.mail": "drop"}))
    assert tree == {"ids": ["r1"], "metadatas": [{"n": 1}]}


# names


@pytest.mark.parametrize("operator", ["pseudonym", "hash", "token"])
async def test_an_id_becomes_another_id(operator: str) -> None:
    body = {"ids": [ADDRESS, "bo@example.com", "r3"]}
    tree, counts = await cleaned(MASK, entry(body), profile(operator))
    assert counts == {"EMAIL": 2}
    assert len(set(tree["ids"])) == 3
    assert tree["ids"][2] == "r3"
    assert "@" not in str(tree)


@pytest.mark.parametrize("operator", ["replace", "redact", "partial"])
async def test_an_id_whose_mark_others_share_is_refused(operator: str) -> None:
    """Two people's records would become one."""
    refusal = await refused(MASK, entry({"ids": ["r1", ADDRESS]}), profile(operator))
    assert (refusal.code, "1 EMAIL, at ids[1]" in refusal.what) == ("input.personal", True)
    assert (await refused(REFUSE, entry({"ids": ["r1", ADDRESS]}))).code == "input.personal"


# embeddings


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (RECORDS, 1),
        ({"ids": ["r1"], "documents": [TEXT]}, 0),
        ({"ids": ["r1"], "documents": ["plain"], "metadatas": [{"mail": ADDRESS}], "embeddings": [[1.0]]}, 0),
    ],
)
async def test_a_vector_that_was_made_of_masked_text_can_be_refused(body: dict[str, Any], count: int) -> None:
    inputs = replace(MASK, embeddings="refuse")
    if count:
        refusal = await refused(inputs, entry(body))
        assert (refusal.code, refusal.what.split()[0]) == ("input.embedding", str(count))
    else:
        tree, _ = await cleaned(inputs, entry(body))
        assert tree.get("embeddings") == body.get("embeddings")
    await cleaned(MASK, entry(body))


# queries

NEAR = Inlets(query=("/near/text",))


def asking(text: str) -> Entry:
    return Entry({"near": {"text": text, "k": 3}}, NEAR, lambda t, _: t, lambda _a, _b: 0)


async def test_a_text_to_search_for_is_masked_or_refused() -> None:
    """Replaced as well: nothing is compared with it."""
    tree, counts = await cleaned(Inputs(query="mask"), asking(TEXT), REPLACED)
    assert (tree, counts) == ({"near": {"text": "<PERSON> <<EMAIL>>", "k": 3}}, {"PERSON": 1, "EMAIL": 1})
    refusal = await refused(Inputs(query="refuse"), asking(TEXT))
    assert (refusal.code, "at near.text" in refusal.what) == ("input.personal", True)
    assert (await cleaned(Inputs(query="refuse"), asking("refunds")))[1] == {}


async def test_query_does_not_touch_payloads_nor_payload_queries() -> None:
    both = {**RECORDS, "near": {"text": TEXT}}
    given = replace(entry(both), inlets=replace(inlets("collection_upsert"), query=("/near/text",)))
    tree, _ = await cleaned(Inputs(query="mask"), given)
    assert {key: tree[key] for key in RECORDS} == RECORDS
    tree, _ = await cleaned(MASK, given)
    assert tree["near"] == {"text": TEXT}


# filters


async def test_filters_are_asked_in_turn() -> None:
    """What the caller wrote is judged first; then it is translated."""
    get = entry({"where": {"mail": ADDRESS}, "where_document": {"$contains": NAME}}, "collection_get")
    mail, name = await shown(ADDRESS, STORED), await shown(NAME, STORED)
    tree, counts = await cleaned(Inputs(query="mask", filters="translate"), get)
    assert tree == {"where": {"mail": mail}, "where_document": {"$contains": name}}
    assert counts == {"PERSON": 1}
    assert (await refused(Inputs(query="refuse", filters="translate"), get)).code == "input.personal"


async def test_a_filter_that_cannot_be_read_is_refused_only_where_a_rule_looks_at_it() -> None:
    odd = entry({"where": {"a": {"$near": 1}}}, "collection_get")
    assert await cleaned(MASK, odd) == (odd.tree, {})
    for inputs in (Inputs(query="mask"), Inputs(filters="translate")):
        assert (await refused(inputs, odd)).code == "body.unreadable"
