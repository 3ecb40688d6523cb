"""What is told of the policies: of oneself nothing that is about others or hidden by name; of others what rules say."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from vecgate.api.own import Asked, Parts
from vecgate.api.policies import AskedOfPolicies, Explain, Mine, What, Who
from vecgate.domain.exchange import Raw
from vecgate.parsing import strict_json
from vecgate.policy.load import from_texts
from vecgate.refusals.errors import CallRefused

RULES = """
version: 1
rules:
  - {name: all-read, who: anyone, where: {collections: ["tick*"]}, operations: [read], effect: allow, mask: unsafe-nothing}
  - {name: hides, who: anyone, where: {collections: ["secret-*"]}, operations: ["*"], effect: deny}
  - {name: others, who: {users: [zoe]}, where: anywhere, operations: [write], effect: allow, mask: unsafe-nothing}
  - name: may-ask
    who: anyone
    where: anywhere
    operations: [delete]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 1h}
"""
STORE = SimpleNamespace(current=from_texts({"p.yaml": RULES}), problems=("p.yaml:2: odd",), proposed=None)
ACCESS = SimpleNamespace(live=SimpleNamespace(of=lambda key: ()))
PARTS = Parts(None, STORE, (), None, None, None, None, ACCESS, ("db", "other"))  # type: ignore[arg-type]
EXCHANGE: Any = SimpleNamespace(started=0.0, upstream=SimpleNamespace(name="db"))


async def told(kind: type[AskedOfPolicies], **body: Any) -> Any:
    raw = strict_json.dump(body) if body else b""
    made = kind(PARTS, Asked(ALICE, Raw("POST", "/x", (), raw), None))  # type: ignore[arg-type]
    return (await made.answer(EXCHANGE)).document


async def code(kind: type[AskedOfPolicies], **body: Any) -> str:
    with pytest.raises(CallRefused) as caught:
        await told(kind, **body)
    return caught.value.refusal.code


def test_only_what_is_about_oneself_needs_no_rule() -> None:
    assert {kind.__name__: kind.ruled for kind in (AskedOfPolicies, Mine, Explain, Who, What)} == {
        "AskedOfPolicies": True, "Mine": False, "Explain": True, "Who": True, "What": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "effect", "rule"),
    [
        ({"operation": "search", "collection": "tickets"}, "allow", "all-read"),
        ({"operation": "search", "collection": "secret-1"}, "deny", "hides"),
        ({"operation": "upsert", "collection": "tickets"}, "deny", ""),
        ({"operation": "delete_ids", "collection": "tickets"}, "deny", ""),
    ],
)
async def test_what_would_become_of_ones_own_call(call: dict[str, str], effect: str, rule: str) -> None:
    found = await told(Mine, **call)
    assert (found["effect"], found["rule"]) == (effect, rule)
    names = {one["rule"] for one in found["traces"]}
    assert "others" not in names
    assert ("hides" in names) is (rule == "hides")
    assert "secret-*" not in str(found)


async def test_what_could_be_asked_for_is_among_it() -> None:
    found = await told(Mine, operation="delete_ids", collection="tickets")
    assert {one["rule"]: one["misses"] for one in found["traces"]}["may-ask"] == []


async def test_of_others_every_rule_is_told_and_why_not() -> None:
    found = await told(Explain, user="zoe", groups=["g"], operation="upsert", collection="tickets", upstream="other")
    assert (found["effect"], found["rule"]) == ("allow", "others")
    assert {one["rule"]: one["misses"] for one in found["traces"]}["hides"] == ["collections: wants any in secret-*"]


async def test_who_can_and_what_can() -> None:
    found = await told(Who, operation="write", collection="tickets")
    assert [(one["kinds"][0], [rule["rule"] for rule in one["rules"]]) for one in found["kinds"]] == [
        ("upsert", ["others"])
    ]
    what = await told(What, user="zoe")
    assert {rule["rule"] for rule in what["rules"]} == {"all-read", "hides", "others", "may-ask"}
    assert {rule["rule"] for rule in (await told(What, user="sam"))["rules"]} == {"all-read", "hides", "may-ask"}


async def test_all_of_it() -> None:
    found = await told(AskedOfPolicies)
    assert (found["policy"], found["problems"], len(found["rules"])) == (STORE.current.version, ["p.yaml:2: odd"], 4)
    rules = {one["rule"]: one for one in found["rules"]}
    assert (rules["others"]["who"], rules["others"]["place"]) == ("users zoe", "p.yaml:6")
    assert "for 1h at most" in rules["may-ask"]["notes"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Mine, {}),
        (Mine, {"operation": "read"}),  # a group
        (Mine, {"operation": "search", "user": "zoe"}),
        (Mine, {"operation": "search", "collection": "x" * 20_000}),
        (Mine, {"operation": "search", "collection": 7}),
        (Mine, {"operation": "search", "collection": "a\nb"}),
        (Mine, {"operation": "search", "collection": "x" * 600}),
        (Explain, {"operation": "search"}),
        (Explain, {"operation": "search", "user": "zoe", "groups": "g"}),
        (Explain, {"operation": "search", "user": "zoe", "groups": [1]}),
        (Explain, {"operation": "search", "user": "zoe", "claims": []}),
        (Explain, {"operation": "search", "user": "zoe", "upstream": "moon"}),
        (Who, {"operation": "fly"}),
        (What, {}),
        (AskedOfPolicies, {"x": 1}),
    ],
)
async def test_what_cannot_be_read(kind: type[AskedOfPolicies], body: dict[str, Any]) -> None:
    assert await code(kind, **body) == "body.unreadable"
