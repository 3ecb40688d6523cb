"""What a reader sees of an exchange: nothing that a rule keeps from them or may be about, and all else under their mask."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import ALICE, BOB
from vecgate.api.own import Reading
from vecgate.api.replayed import Reader
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import ENTITIES, REPLACE, UNSAFE_NOTHING, MaskProfile
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.policy.load import from_texts
from vecgate.recording.chain import Entry
from vecgate.recording.read import Conversation, Summary
from vecgate.refusals.errors import MaskRefused

ROW = Summary("s", "person", "alice", "p", "127.0.0.1", "", "", "", -1)
STRICT = MaskProfile("strict", dict.fromkeys(ENTITIES, REPLACE))


def talk(collections: tuple[str, ...] = ("tickets",), upstream: str | None = "db", **more: Any) -> Conversation:
    body: dict[str, Any] = {
        "who": {"user": "alice"}, "upstream": upstream, "operation": {"name": "query", "kind": "search", "collections": [*collections]},
        "call": {"method": "POST", "path": "/query", "query": [], "body": {"text": "x"}}, "answer": {"documents": ["y"]},
        "decision": {"effect": "allow", "rule": "all", "policy": "1"}, "status": 200, **more,
    }  # fmt: skip
    return Conversation("e", [Entry(1, "2026-11-23T14:15:00.000Z", "answer.released", "e", body, None, "", "")])


class Masks:
    """Tells what it was given; or withholds everything."""

    def __init__(self, *, withholds: bool = False) -> None:
        self.withholds = withholds

    async def mask_tree(self, tree: Any, surface: Any, profile: Any, **_: Any) -> tuple[Any, dict[str, int]]:
        if self.withholds:
            raise MaskRefused("mask.blocked")
        return [profile.name, surface, tree], {}


def reader(rules: str = "", profile: MaskProfile = RECORD_PROFILE, who: Principal = ALICE, **masks: Any) -> Reader:
    reads = "{name: reads, who: {users: [carol]}, where: anywhere, operations: [sessions_read], effect: allow, mask: unsafe-nothing}"
    policies = from_texts({"p.yaml": f"version: 1\nrules: [{reads}{rules and ', '}{rules}]\n"})
    dialects = {"db": SimpleNamespace(name="chroma", surface=lambda op, answer: f"{op.name} {answer}")}
    return Reader(policies, Reading(None, Masks(**masks), dialects), who, profile)  # type: ignore[arg-type]


def deny(where: str, who: str = "anyone", operations: str = "sessions_read") -> str:
    return f"{{name: hides, who: {who}, where: {where}, operations: ['{operations}'], effect: deny}}"


@pytest.mark.parametrize(
    ("rule", "talk", "seen"),
    [
        ("", talk(), True),
        (deny("anywhere"), talk(), False),
        (deny("{collections: [hr-*]}"), talk(), True),
        (deny("{collections: [hr-*]}"), talk(("tickets", "hr-pay")), False),
        (deny("{collections: [hr-*]}", operations="*"), talk(("hr-pay",)), False),
        (deny("{collections: [hr-*]}", operations="read"), talk(("hr-pay",)), True),  # it is not about recordings
        (deny("{collections: [hr-*]}"), talk(()), False),  # it may have touched them
        (deny("{collections: [hr-*]}"), talk(("<PERSON>",)), False),  # as which it may be known
        (deny("{collections: [hr-*], tenants: [acme]}"), talk(("hr-pay",)), False),  # tenants are not recorded
        (deny("{collections: [hr-*], tenants: [acme]}"), talk(), True),
        (deny("{upstreams: [other]}"), talk(), True),
        (deny("{upstreams: [other]}"), talk(upstream=None), False),
        (deny("{upstreams: [db]}"), talk(), False),
        (deny("{collections: [hr-*]}", who="{users: [nobody]}"), talk(("hr-pay",)), True),
        (deny("{collections: [hr-*]}", who="{users: [alice]}"), talk(("hr-pay",)), False),
    ],
)
def test_what_a_rule_hides_and_what_it_may_hide(rule: str, talk: Conversation, seen: bool) -> None:
    assert reader(rule).may_see(talk) is seen


def test_a_rule_about_others_hides_nothing() -> None:
    rule = deny("{collections: [hr-*]}", who="{users: [alice]}")
    assert reader(rule, who=BOB).may_see(talk(("hr-pay",)))


async def test_what_is_told_of_a_call() -> None:
    told = await reader().shown(ROW, talk())
    assert {name: told[name] for name in ("user", "method", "path", "collections", "outcome", "effect", "rule")} == {
        "user": "alice", "method": "POST", "path": "/query", "collections": ["tickets"], "outcome": "200", "effect": "allow",
        "rule": "all",
    }  # fmt: skip
    assert (told["body"], told["answer"]) == ({"text": "x"}, {"documents": ["y"]})


@pytest.mark.parametrize(
    ("profile", "body", "answer"),
    [
        (RECORD_PROFILE, {"text": "x"}, {"documents": ["y"]}),
        (UNSAFE_NOTHING, {"text": "x"}, {"documents": ["y"]}),  # what is recorded is masked already
        (STRICT, ["strict", "query False", {"text": "x"}], ["strict", "query True", {"documents": ["y"]}]),
    ],
)
async def test_their_own_mask_comes_on_top(profile: MaskProfile, body: Any, answer: Any) -> None:
    told = await reader(profile=profile).shown(ROW, talk())
    assert (told["body"], told["answer"]) == (body, answer)


async def test_what_their_mask_withholds_is_not_shown() -> None:
    told = await reader(profile=STRICT, withholds=True).shown(ROW, talk())
    assert (told["body"], told["answer"]) == ("(your mask withholds it)",) * 2


async def test_a_call_for_the_gateway_itself_is_text_and_a_long_body_is_cut() -> None:
    own = talk(
        call={"method": "POST", "path": "/.vecgate/v1/mask", "body": {"a": "b"}}, answer={"x": ["y" * 10] * 90_000}
    )
    told: Any = await reader(profile=STRICT).shown(ROW, own)
    assert told["body"][1].kind_at("/a") == "text"
    assert len(str(told["answer"])) < 25_000
    assert "more" in str(told["answer"])


async def test_of_a_call_for_the_gateway_itself_a_rule_hides_the_bodies() -> None:
    own = talk((), call={"method": "POST", "path": "/.vecgate/v1/sessions", "body": {"user": "x"}})
    under = reader(deny("{collections: [hr-*]}"))
    assert under.may_see(own)
    told = await under.shown(ROW, own)
    assert (told["path"], told["body"], told["answer"]) == (
        "/.vecgate/v1/sessions",
        *("(a rule keeps it from you)",) * 2,
    )


async def test_odd_records_are_told_as_far_as_they_go() -> None:
    odd = Conversation(
        "e", [Entry(1, "at", "request.sent", "e", {"operation": [], "call": "x", "decision": None}, None, "", "")]
    )
    told = await reader().shown(ROW, odd)
    assert (told["method"], told["collections"], told["user"]) == ("", [], "alice")
