"""Field by field: a mask keeps what is stored, a new value goes in, and a text that is both is refused."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile, OperatorSpec
from vecgate.masking.inputs.write_back import PAGE, Outcome, WriteBack
from vecgate.refusals.errors import CallRefused

P, LAX = MaskProfile("p"), MaskProfile("lax")
STORED = {"documents": "ask Ana", "metadatas": {"by": "Ana", "n": 1, "tags": ["Ana", "x"], "Ana": {"q": "Ana"}}}
OPERATION = Operation("d", "get", "read_ids", 1)


NAME, MAIL = ("Ana", "<PERSON>"), ("a@b.c", "<EMAIL>")


def hidden(node: Json, what: Sequence[tuple[str, str]] = (NAME, MAIL)) -> Any:
    if isinstance(node, dict):
        return {hidden(key, what): hidden(value, what) for key, value in node.items()}
    if isinstance(node, list):
        return [hidden(item, what) for item in node]
    if isinstance(node, str):
        for found, shown in what or (MAIL,):
            node = node.replace(found, shown)
    return node


async def compare(
    sent: dict[str, Json],
    stored: dict[str, Json] | None = None,
    vector: Json = None,
    views: Sequence[MaskProfile] = (P,),
    unseen: Sequence[MaskProfile] = (),
    blind: frozenset[int] = frozenset(),
    embedded: str = "",
) -> Outcome:
    there = [] if stored is None else [Kept("a", stored, [1.0])]
    asked: list[list[str]] = []

    def reading(ids: list[str]) -> Call:
        asked.append(ids)
        return Call("GET", "/")

    async def read(_: Call) -> Json:
        return [one.fields for one in there]

    async def mask(answer: Json, _operation: Operation, profile: MaskProfile) -> Json:
        return hidden(answer, () if profile is LAX else UNDER_STARS if profile is STARS else (NAME, MAIL))

    def kept(answer: Json) -> Sequence[Kept]:
        return [Kept("a", fields, [1.0]) for fields in answer]  # type: ignore[union-attr,arg-type]

    def put(changed: Any) -> Any:
        return {"put": list(changed.values())}

    over = Overwriting({0: Kept("a", sent, vector)}, OPERATION, reading, kept, put, blind, embedded)
    return await WriteBack().compare(over, read, mask, views, unseen)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "now"),
    [
        ({"documents": "ask <PERSON>"}, {"documents": "ask Ana"}),
        ({"metadatas": {"by": "<PERSON>", "n": 2}}, {"metadatas": {"by": "Ana", "n": 2}}),
        ({"metadatas": {"tags": ["<PERSON>", "y"]}}, {"metadatas": {"tags": ["Ana", "y"]}}),
        ({"metadatas": {"<PERSON>": {"q": "<PERSON>"}}}, {"metadatas": {"Ana": {"q": "Ana"}}}),
        ({"metadatas": {"<PERSON>": {"q": "new"}}}, {"metadatas": {"Ana": {"q": "new"}}}),
        ({"metadatas": {"by": "Bo", "tags": ["<PERSON>", "x"]}}, {"metadatas": {"by": "Bo", "tags": ["Ana", "x"]}}),
    ],
)
async def test_what_equals_what_was_shown_keeps_what_is_stored(sent: dict[str, Json], now: dict[str, Json]) -> None:
    outcome = await compare(sent, STORED)
    assert outcome.tree is not None
    assert outcome.tree["put"] == [Kept("a", now)]
    assert outcome.counts["restored"] >= 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        {"documents": "ask <PERSON> again"},
        {"documents": "<EMAIL>"},
        {"metadatas": {"by": "dear <PERSON>"}},
        {"metadatas": {"tags": ["<PERSON>"]}},
        {"metadatas": {"by": None, "note": "<PERSON>"}},
    ],
)
async def test_a_mask_that_was_changed_or_moved_is_refused(sent: dict[str, Json]) -> None:
    with pytest.raises(CallRefused) as e:
        await compare(sent, STORED)
    assert e.value.refusal.code == "input.masked"  # type: ignore[attr-defined]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "mask",
    [
        *("<person>", "<Person>", "< PERSON >", "<PERSON />", "\uff1cPERSON\uff1e", "\uff1c\uff30\uff25\uff32\uff33\uff2f\uff2e\uff1e"),
        *("<PERSON\u200b>", "<per\u00adson>", "\\<PERSON\\>", "&lt;person&gt;", "%3Cperson%3E", "\u2039PERSON\u203a", "\u300aPERSON\u300b"),
        *("[PERSON]", "{{PERSON}}", "<person_1>", "<PERSON 1>", "<person></person>"),
    ],
)  # fmt: skip
async def test_a_mask_that_was_written_otherwise_is_refused_over_what_it_hides(mask: str) -> None:
    """By a client, an editor, a language model: the name went lost to `<person>`."""
    for sent in (
        {"documents": f"ask {mask}"},
        {"documents": mask},
        {"metadatas": {"by": mask}},
        {"metadatas": {"tags": [mask, "x"]}},
        {"metadatas": {mask: {"q": "new"}}},
        {"metadatas": {"by": None, "note": mask}},
    ):
        with pytest.raises(CallRefused) as e:
            await compare(sent, STORED)
        assert e.value.refusal.code == "input.masked"  # type: ignore[attr-defined]
        assert (await compare(sent, STORED, views=(UNSAFE_NOTHING,))).tree is None  # who sees it all may


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("call <email>", "ask Ana"),  # no mask of an address is shown there
        ("<address>Main Street</address>", "ask Ana"),
        ("the person called", "ask Ana"),
        ("a [person] and (PERSON)", "ask Ana"),
        ("<person>Bo</person>", "<person>Ana</person>"),  # a tag of the writer's own
        ("<person>Bo</person>", "ask nobody"),
        ("&lt;b&gt; [ID] <Personal> xxxx", "ask Ana"),
    ],
)
async def test_what_only_looks_like_a_mask_goes_in(sent: str, stored: str) -> None:
    outcome = await compare({"documents": sent}, {"documents": stored})
    assert (outcome.tree, outcome.restored) == (None, 0)
    assert (await compare({"documents": "<person>"}, None)).tree is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "stars",
    [
        "\uff0a\uff0a\uff0a",
        "\u2022\u2022\u2022\u2022",
        "\\*\\*\\*",
        "* * *",
        "xxx",
        "XXXX",
        "\u2217\u2217\u2217",
        "####1",
    ],
)
async def test_stars_that_were_written_otherwise_are_refused_over_what_they_hide(stars: str) -> None:
    stored: dict[str, Json] = {"documents": "ask Ana or Bo, a@b.c"}
    for sent in (f"ask {stars}", stars, f"{stars} and new text"):
        with pytest.raises(CallRefused) as e:
            await compare({"documents": sent}, stored, views=(STARS,))
        assert e.value.refusal.code == "input.masked"  # type: ignore[attr-defined]
        assert (await compare({"documents": sent}, {"documents": "nobody"}, views=(STARS,))).tree is None
        assert (await compare({"documents": sent}, stored)).tree is None  # of a profile that shows no stars


STARS = MaskProfile("stars", {"PERSON": OperatorSpec("partial")})
UNDER_STARS = (("Ana", "***"), ("Bo", "**"), ("a@b.c", "*@b.c"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ("ask *** or **, *@b.c", False),  # as it was shown
        ("all is new", False),
        ("all is **new**", True),  # two stars stand for Bo here
        ("all is *new*", False),
        ("ask ***", True),
        ("*** and others", True),
    ],
)
async def test_stars_of_a_text_with_several_do_not_get_over_what_they_stand_for(sent: str, refused: bool) -> None:
    stored: dict[str, Json] = {"documents": "ask Ana or Bo, a@b.c"}
    if refused:
        with pytest.raises(CallRefused) as e:
            await compare({"documents": sent}, stored, views=(STARS,))
        assert e.value.refusal.code == "input.masked"  # type: ignore[attr-defined]
    else:
        outcome = await compare({"documents": sent}, stored, views=(STARS,))
        assert outcome.restored == (sent.startswith("ask"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"documents": "ask <PERSON>"}, None),
        ({"metadatas": {"note": "asked <PERSON>"}}, STORED),
        ({"documents": "x <PERSON>"}, {"documents": "<PERSON>"}),
    ],
)
async def test_where_no_original_is_lost_a_mask_is_the_text_it_is(
    sent: dict[str, Json], stored: dict[str, Json] | None
) -> None:
    outcome = await compare(sent, stored)
    assert outcome.tree is None
    assert outcome.counts == {"as_text": 1}


@pytest.mark.asyncio
async def test_a_vector_of_a_restored_document_is_the_stored_one() -> None:
    outcome = await compare({"documents": "ask <PERSON>"}, STORED, [9.0])
    assert outcome.tree["put"][0].vector == [1.0]  # type: ignore[index]
    outcome = await compare({"metadatas": {"by": "<PERSON>"}, "documents": "new"}, STORED, [9.0])
    assert outcome.tree["put"][0].vector == [9.0]  # type: ignore[index]
    there: dict[str, Json] = {"documents": "old", "uris": "file:///Ana"}
    outcome = await compare({"documents": "new", "uris": "file:///<PERSON>"}, there, [9.0])
    assert outcome.tree["put"][0].vector == [9.0]  # type: ignore[index]  # of the new text
    outcome = await compare({"uris": "file:///<PERSON>"}, there, [9.0])
    assert outcome.tree["put"][0].vector == [1.0]  # type: ignore[index]


async def test_records_without_a_mark_are_not_read() -> None:
    sent = {i: Kept(str(i), {"documents": "<PERSON>" if i == PAGE else "text"}) for i in range(2 * PAGE)}
    assert await WriteBack().marked(sent, [P, UNSAFE_NOTHING]) == [PAGE]
    assert await WriteBack().marked(sent, [UNSAFE_NOTHING]) == []


async def test_while_many_records_are_looked_through_others_run() -> None:
    """A batch of 2,000 records of 50 short fields held up everybody at that worker for a second and more."""
    sent = {i: Kept(str(i), {f"k{n}": "a < b" for n in range(50)}) for i in range(2000)}
    turns, done = 0, asyncio.Event()

    async def look() -> None:
        assert await WriteBack().marked(sent, [P]) == []
        done.set()

    async def others() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    await asyncio.gather(look(), others())
    assert turns > 10


NODE: dict[str, Json] = {
    "id_": "n1", "embedding": None, "metadata": {"author": "Ana", "page": 1, "tags": ["Ana", "x"]}, "text": "ask Ana",
    "inner": json.dumps({"by": "Ana", "n": 1}), "class_name": "TextNode",
}  # fmt: skip


def node(**changed: Json) -> str:
    return json.dumps({**NODE, **changed})


def masked(**changed: Json) -> str:
    return json.dumps({**hidden(NODE), **changed})


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "now"),
    [
        (masked(text="new"), node(text="new")),
        (masked(metadata={"author": "<PERSON>", "page": 2, "tags": ["<PERSON>", "y"]}),
         node(metadata={"author": "Ana", "page": 2, "tags": ["Ana", "y"]})),
        (masked(metadata={"author": "Bo"}), node(metadata={"author": "Bo"})),
        (masked(inner='{"by":"<PERSON>","n":2}'), node(inner='{"by":"Ana","n":2}')),
        (masked(inner='{"by":"\\u003cPERSON\\u003e","n":2}'), node(inner='{"by":"Ana","n":2}')),
        (masked(n=1).replace("<", "\\u003c"), node(n=1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["documents", "metadatas"])
async def test_json_in_a_text_is_compared_leaf_by_leaf(field: str, sent: str, now: str) -> None:
    def at(text: str) -> dict[str, Json]:
        return {field: text if field == "documents" else {"_node_content": text}}

    outcome = await compare(at(sent), at(node()))
    assert outcome.tree is not None
    assert outcome.tree["put"] == [Kept("a", at(now))]


LINES = '{"by": "Ana", "n": 1}\n\n{"by":"Ana", "mail": "a@b.c"}\r\n[1, "Ana"]\n'
SEEN = hidden(LINES)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sent", "now"),
    [
        (SEEN.replace("1}", "2}"), LINES.replace("1}", "2}")),
        (SEEN.replace('"<EMAIL>"', '"new"'), LINES.replace('"a@b.c"', '"new"')),
        (SEEN.replace("[1,", "[3,"), LINES.replace("[1,", "[3,")),
        (SEEN + '{"by": "Bo"}\n', LINES + '{"by": "Bo"}\n'),
        (SEEN.replace("<", "\\u003c").replace("1}", "2}"), LINES.replace("1}", "2}")),
    ],
)
async def test_lines_of_json_are_compared_line_by_line(sent: str, now: str) -> None:
    outcome = await compare({"documents": sent}, {"documents": LINES})
    assert outcome.tree is not None
    assert outcome.tree["put"] == [Kept("a", {"documents": now})]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        SEEN + '{"by": "<PERSON>"}\n',  # whose name that would be nobody can tell
        SEEN.removesuffix('[1, "<PERSON>"]\n'),
        "\n".join(reversed(SEEN.split("\n"))),
        SEEN.replace('"<PERSON>", "n"', '"<PERSON> 2", "n"'),
        SEEN + "and more",
    ],
)
async def test_lines_that_are_masked_and_moved_or_changed_are_refused(sent: str) -> None:
    with pytest.raises(CallRefused) as e:
        await compare({"documents": sent}, {"documents": LINES})
    assert e.value.refusal.code == "input.masked"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "sent",
    [
        masked(text="ask <PERSON> again"),
        masked(metadata={"author": "<PERSON> 2"}),
        masked(metadata={"page": "<PERSON>"}),
        masked(metadata={"author": None, "page": "<PERSON>"}),
        masked(metadata={"tags": ["<PERSON>"]}),
        masked(inner='{"by": "dear <PERSON>"}'),
        masked(**{"note by <PERSON>": 1}),
        masked(text="ask \\u003cPERSON> again").replace("\\\\u", "\\u"),
        masked() + ",",
    ],
)
async def test_a_leaf_that_is_masked_and_changed_is_refused(sent: str) -> None:
    with pytest.raises(CallRefused) as e:
        await compare({"metadatas": {"_node_content": sent}}, {"metadatas": {"_node_content": node()}})
    assert e.value.refusal.code == "input.masked"


LINE, TREE = "Ana (a@b.c)", json.dumps({"by": "Ana (a@b.c)", "n": 1})
BOTH: dict[str, Json] = {
    "documents": LINE,
    "metadatas": {"node": TREE, "by": ["Ana a@b.c"], "lines": '{"by": "Ana (a@b.c)"}\n{"n": 1}'},
}


@pytest.mark.asyncio
@pytest.mark.parametrize("views", [(P,), ()])
@pytest.mark.parametrize("name", ["Ana", "Bo"])
@pytest.mark.parametrize(
    "sent",
    [
        {"documents": "NAME (<EMAIL>)"},
        {"metadatas": {"node": '{"by": "NAME (<EMAIL>)", "n": 1}'}},
        {"metadatas": {"node": '{"by": "NAME (<EMAIL>)", "n": 2}'}},
        {"metadatas": {"lines": '{"by": "NAME (<EMAIL>)"}\\n{"n": 2}'}},
        {"metadatas": {"by": ["NAME <EMAIL>"]}},
    ],
)
async def test_a_name_beside_a_mask_is_not_told_from_a_wrong_one(
    sent: dict[str, Json], name: str, views: tuple[MaskProfile, ...]
) -> None:
    """By a profile that shows the name, and by which the caller may not read, or not unasked."""
    guess = json.loads(json.dumps(sent).replace("NAME", name))
    with pytest.raises(CallRefused) as e:
        await compare(guess, BOTH, views=views, unseen=(LAX,))
    said = e.value.refusal
    assert (said.code, "changed or moved" in str(said)) == ("input.masked", True)  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_what_is_shown_is_kept_whatever_else_might_be() -> None:
    sent = hidden({**BOTH, "metadatas": {"node": TREE.replace("1", "2"), "by": ["Ana a@b.c"]}})
    outcome = await compare(sent, BOTH, unseen=(LAX,))
    assert outcome.tree is not None
    [kept] = outcome.tree["put"]  # type: ignore[misc]
    assert kept.fields == {"documents": LINE, "metadatas": {"node": TREE.replace("1", "2"), "by": ["Ana a@b.c"]}}  # type: ignore[union-attr]


async def test_a_mask_that_cannot_be_compared_is_refused_and_all_else_goes_in() -> None:
    with pytest.raises(CallRefused, match=r"input\.masked.*that a filter chooses"):
        await compare({"payload": {"by": "<PERSON>"}}, None, blind=frozenset({0}))
    with pytest.raises(CallRefused, match=r"input\.masked.*that a filter chooses"):
        await compare({"payload": {"by": " <person>"}}, None, blind=frozenset({0}))
    for own in ("Bo", "<address>Main Street</address>"):
        assert (await compare({"payload": {"by": own}}, None, blind=frozenset({0}))).tree is None


@pytest.mark.parametrize(
    ("payload", "stays"),
    [
        ({"text": "ask Ana about it", "status": "open"}, True),
        ({"text": "ask <PERSON> about it", "status": "done"}, True),
        ({"text": "another text altogether", "by": "<PERSON>"}, False),
    ],
)
async def test_the_vector_of_a_payload_is_that_of_its_longest_text(payload: Any, stays: bool) -> None:
    stored = {"payload": {"text": "ask Ana about it", "status": "open", "by": "Ana"}}
    outcome = await compare({"payload": hidden(payload)}, stored, vector=[9.0], embedded="payload")
    assert outcome.tree is not None
    assert outcome.tree["put"][0].vector == ([1.0] if stays else [9.0])  # type: ignore[index,union-attr,call-overload]
