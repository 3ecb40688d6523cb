"""What must the caller not see? Nothing unmasked is put anywhere."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from support.fakes.gates import ALLOW, ANSWER, CALL, OPERATION, Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.call import Answer
from vecgate.domain.profiles import MaskProfile
from vecgate.masking.apply.masker import Counts
from vecgate.refusals.errors import MaskFailed, Unavailable
from vecgate.settings.limits import Limits
from vecgate.steps.mask import WARM, Mask, tree_of, warm_wish

LIMITS = Limits(json_depth=3, answer_containers=5, answer_values=9)
QUERY = replace(OPERATION, name="collection_query", kind="search")


@pytest.mark.parametrize(("body", "tree"), [(b"", None), (b"null", None), (b"[1]", [1]), (b'"x"', "x")])
def test_what_an_upstream_says_is_json(body: bytes, tree: Any) -> None:
    assert tree_of(body, LIMITS) == tree


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", b"{", b'{"a": NaN}', b"\xff", b"{} {}"),
        # a few bytes that would be much more as a tree
        *(b"[[[[]]]]", b"[[],[],[],[],[]]", b"[1,2,3,4,5,6,7,8,9,0]"),
    ],
)
def test_what_cannot_be_read_is_never_let_through(body: bytes) -> None:
    with pytest.raises(MaskFailed) as e:
        tree_of(body, LIMITS)
    assert "html" not in str(e.value)


async def test_the_flow_shows_the_request_masked() -> None:
    found, shown = exchange(), flow()
    prepare = Calls()
    gate = FakeGate(masker=FakePart(prepare=prepare))
    await Mask(gate).on_request(found, shown)
    assert shown.request.raw_content == b'{"shown":"masked"}'
    assert shown.request.path == "/masked"
    assert prepare.given == [(found.profile, ("tickets-db", "t"))]
    empty = flow()
    await Mask(gate).on_request(exchange(call=replace(CALL, body=b""), profile=None), empty)
    assert empty.request.raw_content == b""
    assert len(prepare.given) == 1


async def test_an_answer_that_could_not_be_masked_is_not_asked_for() -> None:
    gate = FakeGate(masker=FakePart(prepare=Calls(Unavailable("key"))))
    with pytest.raises(Unavailable, match="key"):
        await Mask(gate).on_request(exchange(), flow())


def masked() -> tuple[FakeGate, list[Any]]:
    given: list[Any] = []

    async def mask_tree(tree: Any, _surface: Any, profile: Any, tenant: Any, _thing: Any) -> Any:
        assert tenant == ("tickets-db", "t")
        given.append((tree, profile))
        counts = Counts()
        counts.add("PERSON", "model")
        return {"masked": True}, counts

    return FakeGate(masker=FakePart(mask_tree=mask_tree)), given


async def test_the_answer_is_kept_off_the_flow_until_it_is_masked_and_recorded() -> None:
    gate, given = masked()
    found, shown = exchange(answer=ANSWER, operation=QUERY), flow()
    await Mask(gate).on_answer(found, shown)
    assert given == [({"documents": ["by Jane"]}, found.profile)]
    assert found.masked == b'{"masked":true}'
    assert found.masked_tree == {"masked": True}
    assert found.masked_counts == {"PERSON": 1}
    assert found.masked_rules == {"model": 1}
    assert shown.response is None


@pytest.mark.parametrize(("vectors", "kept"), [(False, False), (True, True)])
async def test_embeddings_stay_only_where_the_rule_says_so(vectors: bool, kept: bool) -> None:
    body = orjson.dumps({"ids": [["a"]], "embeddings": [[[0.25, 0.5]]]})
    gate, given = masked()
    found = exchange(answer=Answer(200, body=body), operation=QUERY, decision=replace(ALLOW, vectors=vectors))
    await Mask(gate).on_answer(found, flow())
    assert (b"0.25" in orjson.dumps(given[0][0])) is kept


async def test_without_a_profile_nothing_is_let_through() -> None:
    gate, given = masked()
    found = exchange(answer=ANSWER, operation=QUERY, profile=None)
    with pytest.raises(RuntimeError):
        await Mask(gate).on_answer(found, flow())
    assert given == []
    assert found.masked is None


async def test_an_empty_answer_stays_empty() -> None:
    gate, _ = masked()
    found = exchange(answer=Answer(204), operation=QUERY)
    await Mask(gate).on_answer(found, flow())
    assert found.masked == b""


async def test_the_gateways_own_answer_is_made_to_be_seen() -> None:
    found = exchange(answer=ANSWER, local=Calls())
    await Mask(FakeGate()).on_answer(found, flow())
    assert found.masked == ANSWER.body


async def test_what_is_told_of_it_is_recorded_in_its_place() -> None:
    found = exchange(answer=ANSWER, local=Calls(), told={"opened": {"EMAIL": 1}})
    await Mask(FakeGate()).on_answer(found, flow())
    assert (found.masked, found.masked_tree) == (ANSWER.body, {"opened": {"EMAIL": 1}})


# ahead of others


@pytest.mark.parametrize(
    ("headers", "wish"),
    [
        ((), None),
        ((("accept", "all"),), None),
        (((WARM, "all"),), "all"),
        (((WARM, "high"),), "high"),
        (((WARM, "everything"),), None),
        (((WARM, ""),), None),
    ],
)
def test_who_wants_an_answer_to_be_known_says_so_in_a_header(headers: Any, wish: str | None) -> None:
    assert warm_wish(exchange(raw=replace(exchange().raw, headers=headers))) == wish


@pytest.mark.parametrize(("level", "chosen"), [("all", ["a", "b"]), ("high", ["b"]), ("low", [])])
async def test_then_it_is_looked_through_for_everyone_before_it_is_masked(level: str, chosen: list[str]) -> None:
    gate, given = masked()
    gate.readers = lambda: [MaskProfile("a"), MaskProfile("b", sensitivity="high")]
    gate.ingest = FakePart(now=(now := Calls((9, 4))))
    found = exchange(answer=ANSWER, operation=QUERY, raw=replace(exchange().raw, headers=((WARM, level),)))
    await Mask(gate).on_answer(found, flow())
    ((trees, surface, profiles),) = now.given
    assert trees == [{"documents": ["by Jane"]}]
    assert surface == gate.chroma.surface(QUERY, answer=True)
    assert [profile.name for profile in profiles] == chosen
    assert found.learnt == (9, 4)
    assert len(given) == 1
