"""Ids of records that are personal: shown as tokens, opened for their own collection only."""

import uuid

import pytest

from vecgate.domain.inlets import Condition, How, Inlets
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.record_ids import RecordIds, is_random, opened, token
from vecgate.refusals.errors import CallRefused

KEY, TENANT = b"k" * 32, ("db", "t")
ANA = "ana.ruiz@example.com"
INLETS = Inlets(names=("/ids",))


@pytest.mark.parametrize("name", [ANA, "x", "Zoë\n\ud800", "a" * 300])
def test_a_token_opens_to_the_very_id_under_its_key_and_collection(name: str) -> None:
    shown = token(name, KEY, "c1")
    assert opened(shown, KEY, "c1") == name
    assert shown == token(name, KEY, "c1")
    assert name == "x" or name not in shown
    for key, collection in ((b"o" * 32, "c1"), (KEY, "c2"), (KEY, "")):
        with pytest.raises(ValueError, match="not made here"):
            opened(shown, key, collection)


@pytest.mark.parametrize(
    "text", ["", ANA, "<RECORD#>", "<RECORD#" + "A" * 40 + ">", "<ID#" + "A" * 40 + ">", " <RECORD#x>"]
)
def test_anything_else_is_no_token(text: str) -> None:
    with pytest.raises(ValueError, match="token"):
        opened(text, KEY, "c1")


@pytest.mark.parametrize(
    "name",
    [
        "81269221-5728-4414-8ea1-05480c78d1f3",
        str(uuid.UUID(int=(7 << 76) | (1 << 127))),
        "81269221572844148ea105480c78d1f3",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "V1StGXR8_Z5jdHi6B-myT",
        "175928847299117063",
        "3074185296",
        "1700000000000000",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    ],
)
def test_ids_that_were_drawn_or_counted_say_nothing_about_anybody(name: str) -> None:
    assert is_random(name)


@pytest.mark.parametrize(
    "name",
    [
        ANA,
        "4111111111111111",
        "CH9300762011623852957",
        "078-05-1120",
        "+14155550134",
        "anna-schmidt-berlin-1",
        "",
        "378282246310005",
    ],
)
def test_other_ids_are_looked_at(name: str) -> None:
    assert not is_random(name)


def _rewritten(tree, each):  # type: ignore[no-untyped-def]
    where = {
        k: each(Condition(f"where.{k}", ("metadatas", 0, k), "equal", v)) for k, v in tree.get("where", {}).items()
    }
    return {**tree, "where": where} if where else tree


async def _open(tree, collection="c1"):  # type: ignore[no-untyped-def]
    return await RecordIds(LocalKeys(KEY)).open(tree, INLETS, _rewritten, TENANT, collection)


@pytest.mark.asyncio
@pytest.mark.parametrize(("how", "opens"), [("equal", True), ("order", True), ("part", False), ("expression", False)])
async def test_a_token_is_opened_where_an_id_is_meant_as_it_is(how: How, opens: bool) -> None:
    """By what comes after the last id that a client was shown it reads the next page."""
    shown = token(ANA, await LocalKeys(KEY).of(TENANT), "c1")

    def asked(tree, each):  # type: ignore[no-untyped-def]
        return {"after": each(Condition("after", ("metadatas", 0, "id"), how, tree["after"]))}

    found = await RecordIds(LocalKeys(KEY)).open({"after": shown}, INLETS, asked, TENANT, "c1")
    assert found == {"after": ANA if opens else shown}


@pytest.mark.asyncio
async def test_tokens_are_opened_where_records_are_named_and_compared_and_nowhere_else() -> None:
    shown = token(ANA, await LocalKeys(KEY).of(TENANT), "c1")
    tree = {"ids": ["a", shown], "where": {"parent": shown, "n": 1}, "documents": [shown], "metadatas": [{"p": shown}]}
    assert await _open(tree) == tree | {"ids": ["a", ANA], "where": {"parent": ANA, "n": 1}}
    assert await _open({"documents": [shown]}) == {"documents": [shown]}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("tree", "where"), [({"ids": ["a", None]}, r"ids\[1\]"), ({"where": {"p": None}}, r"where\.p")]
)
async def test_what_was_not_made_here_is_refused_with_its_place(tree: dict[str, object], where: str) -> None:
    shown = token(ANA, await LocalKeys(KEY).of(TENANT), "c2")
    filled = {"ids": ["a", shown]} if "ids" in tree else {"where": {"p": shown}}
    with pytest.raises(CallRefused) as e:
        await _open(filled)
    assert e.value.refusal.code == "input.id"  # type: ignore[attr-defined]
    assert where.replace("\\", "") in str(e.value.refusal)
