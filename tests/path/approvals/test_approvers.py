"""Approvers see what they agree to; callers learn no more by a hold than they may count themselves."""

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.approvals.conftest import Make
from path.conftest import Factory
from support.forked.commands import vecgate
from support.tools.direct import Collection
from support.tools.people import People

PAGER = "whsec_" + base64.b64encode(os.urandom(32)).decode()
REQUESTS = "/.vecgate/v1/requests"
CLOSED = {"where": {"status": "closed"}}
NOTHING = {"where": {"status": "gone"}}
RULES = """
version: 1
deputies:
  - {for: dora, by: carol, from: 2026-01-01 UTC, until: 2096-01-01 UTC}
  - {for: alice, by: bob, from: 2026-01-01 UTC, until: 2096-01-01 UTC}
  - {for: ben, by: bob, from: 2025-01-01 UTC, until: 2025-12-31 UTC}
collections:
  theirs: {patterns: ["owned-*", "large-*"], owners: {users: [bob]}}
mask_profiles:
  no-status: {default: replace, fields: {"*.status": redact}}
rules:
  - name: who-sees-all
    who: anyone
    where: {collections: ["open-*", "few-*", "auto-*"]}
    operations: [read]
    effect: allow
    mask: unsafe-nothing
  - name: who-sees-no-status
    who: anyone
    where: {collections: ["part-*"]}
    operations: [read]
    effect: allow
    mask: no-status
  - name: ask
    who: anyone
    where: {collections: ["open-*", "part-*", "shut-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: ask-above-three
    who: anyone
    where: {collections: ["few-*", "shutfew-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners], above: 3}
    wait: 1s
  - name: ask-who-is-away
    who: anyone
    where: {collections: ["away-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {stages: [{users: [dora, alice, ben]}], expires: 2min}
    wait: 1s
  - name: ask-who-is-on-call
    who: anyone
    where: {collections: ["paged-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {stages: [{on_call: [night], fallback: {users: [carol]}}]}
    wait: 1s
  - name: access-by-who-is-on-call
    who: anyone
    where: {collections: ["paged-*"]}
    operations: [search]
    effect: request
    mask: unsafe-nothing
    approvers: {stages: [{on_call: [night], fallback: {users: [carol]}}]}
    grant: {longest: 1h}
  - name: ask-sometimes
    who: anyone
    where: {collections: ["auto-*", "shutauto-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers:
      groups: [data-owners]
      automatic:
        - {name: tried, answer: deny, when: "'status' in fields", shadow: true}
        - {name: a-handful, answer: approve, up_to: {records: 3}}
        - {name: too-many, answer: deny, over: {records: 19}, when: "principal.user == 'alice'"}
    wait: 1s
  - name: ask-owners
    who: anyone
    where: {collections: ["owned-*", "orphan-*", "large-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {stages: [{owners: true, up_to: 20, escalate: {users: [carol], after: 30d}}]}
    wait: 1s
  - name: ask-two-stages
    who: anyone
    where: {collections: ["staged-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers:
      stages: [{name: first, users: [bob]}, {name: owners, groups: [data-owners]}]
      reason: {asking: required, denying: required}
    wait: 1s
"""


@dataclass(slots=True)
class World(People):
    """A gateway, and a login token of everybody."""

    stack: Stack
    gateway: Gateway
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def delete(self, tickets: Collection, body: Any, **headers: str) -> Reply:
        path = f"{tickets.path}/delete"
        return self.gateway.ask("POST", path, token=self.token(), body=body, headers=headers, timeout=60)

    def shown(self, id: str, user: str = "bob") -> dict[str, Any]:
        found: dict[str, Any] = self.gateway.ask("GET", f"{REQUESTS}/{id}", token=self.token(user)).json
        return found

    def say(self, verb: str, id: str, user: str = "bob", **body: str) -> Reply:
        return self.gateway.ask("POST", f"{REQUESTS}/{id}/{verb}", token=self.token(user), body=body)

    def type(self, user: str, *words: str) -> str:
        done = vecgate(self.stack, self.gateway, "requests", *words, token=self.token(user))
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("approvers")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    (folder / "night.key").write_text(PAGER, "utf-8")
    (folder / "night.key").chmod(0o600)
    on_call = {"night": {"secret_file": str(folder / "night.key"), "good_for": 3600}}
    over = {"policies": str(folder), "state": {"prefix": "approvers-test"}, "approvals": {"on_call": on_call}}
    made = gateways.make(over=over)
    made.start()
    return World(stack, made)


def test_an_approver_sees_filter_ids_reason_and_some_records_masked(world: World, tickets: Make) -> None:
    closed = tickets("open")
    body = {
        "where": {"$or": [{"status": "closed"}, {"mail": "anna.kowalski@example.org"}]},
        "where_document": {"$contains": "ticket"},
    }
    held = world.delete(closed, body, **{"vecgate-reason": "asked by anna.kowalski@example.org, case 4711"})
    shown = world.shown(held.json["request_id"])
    assert shown["body"]["where_document"] == {"$contains": "ticket"}
    assert shown["body"]["where"]["$or"][0] == {"status": "closed"}
    assert (shown["requester"], shown["things"]) == ("alice", [closed.uuid])
    assert (len(shown["samples"]), set(shown["samples"]) <= {f"r{n}" for n in range(20)}) == (5, True)
    assert shown["why"].endswith("case 4711")
    assert "anna.kowalski" not in json.dumps(shown)
    printed = world.type("bob", "show", shown["id"])
    for words in ('"status": "closed"', "case 4711", closed.uuid, ", ".join(shown["samples"])):
        assert words in printed
    assert "case 4711" in world.type("bob", "list")
    assert json.loads(world.type("bob", "show", shown["id"], "--json"))["body"] == shown["body"]


def test_ids_that_are_named_are_shown(world: World, tickets: Make) -> None:
    closed = tickets("open")
    held = world.delete(closed, {"ids": ["r3", "r1"]})
    assert world.shown(held.json["request_id"])["body"] == {"ids": ["r1", "r3"]}


def test_a_reason_can_be_given_later_and_once(world: World, tickets: Make) -> None:
    id = world.delete(tickets("open"), CLOSED).json["request_id"]
    assert world.say("explain", id, "bob", reason="mine").code == "requests.not_yours"
    assert "spring cleaning" in world.type("alice", "explain", id, "--reason", "spring cleaning")
    assert world.shown(id)["why"] == "spring cleaning"
    assert world.say("explain", id, "alice", reason="another").code == "requests.settled"
    assert world.shown(id)["why"] == "spring cleaning"


def test_the_reason_of_a_no_reaches_who_asked(world: World, tickets: Make) -> None:
    closed = tickets("open")
    id = world.delete(closed, CLOSED).json["request_id"]
    assert world.say("deny", id, reason="keep those of this year, says anna.kowalski@example.org").status == 200
    refused = world.delete(closed, CLOSED)
    assert refused.code == "hold.denied"
    assert 'denied by bob, who says: "keep those of this year' in refused.json["message"]
    assert "anna.kowalski" not in refused.json["message"]


def test_who_may_not_count_learns_no_count_by_asking(world: World, tickets: Make) -> None:
    for kind in ("shut", "part"):
        closed = tickets(kind)
        held = world.delete(closed, CLOSED)
        assert "approvers are told how many records" in held.json["message"]
        assert "20" not in held.json["message"].replace(closed.name, "").replace(held.json["request_id"], "")
        id = held.json["request_id"]
        own, theirs = world.shown(id, "alice"), world.shown(id)
        assert (own["touched"], own["total"], own["samples"]) == (None, None, [])
        assert "20" not in own["effect"].replace(closed.name, "")
        assert (theirs["touched"], theirs["total"], len(theirs["samples"])) == (20, 20, 5)


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        # who may count with that filter
        ("open", NOTHING, ""),
        ("open", {"ids": ["nobody"]}, ""),
        ("part", {"ids": ["nobody"]}, ""),
        # who may not: by no rule, or as the field is masked, or guessed letter by letter
        ("shut", NOTHING, "hold.pending"),
        ("part", NOTHING, "hold.pending"),
        ("part", {"where_document": {"$contains": "zzz"}}, "hold.pending"),
    ],
)
def test_what_touches_nothing_passes_where_that_tells_nothing_new(
    world: World, tickets: Make, kind: str, body: Any, code: str
) -> None:
    closed = tickets(kind)
    reply = world.delete(closed, body)
    if code:
        assert reply.code == code
    else:
        # Chroma counts the ids that a delete names, there or not.
        assert (reply.status, reply.json) == (200, {"deleted": len(body.get("ids", ()))})
    assert closed.count() == 20


@pytest.mark.parametrize(
    ("kind", "records", "code"),
    [("few", 3, ""), ("few", 4, "hold.pending"), ("shutfew", 3, "hold.pending"), ("open", 1, "hold.pending")],
)
def test_up_to_so_many_records_nobody_is_asked(world: World, tickets: Make, kind: str, records: int, code: str) -> None:
    closed = tickets(kind, records)
    reply = world.delete(closed, CLOSED)
    if code:
        assert (reply.code, closed.count()) == (code, records)
    else:
        assert (reply.status, reply.json, closed.count()) == (200, {"deleted": records}, 0)


def test_stages_are_asked_one_after_the_other_and_it_is_told_which_waits_for_whom(world: World, tickets: Make) -> None:
    closed, why = tickets("staged"), {"vecgate-reason": "case 4711"}
    assert world.delete(closed, CLOSED).code == "hold.needs_reason"
    id = world.delete(closed, CLOSED, **why).json["request_id"]
    assert [stage["state"] for stage in world.shown(id)["stages"]] == ["waiting", "later"]
    early = world.say("approve", id, "carol")
    assert (early.status, early.code, "1 of user bob" in early.json["message"]) == (409, "requests.not_now", True)
    assert world.say("deny", id, "carol").code == "requests.needs_reason"
    assert world.say("approve", id, "bob").json["state"] == "pending"
    assert (world.delete(closed, CLOSED, **why).code, closed.count()) == ("hold.pending", 20)
    printed = world.type("alice", "show", id)
    assert "stage 1 first: 1 of user bob has agreed; yes: bob" in printed
    assert "stage 2 owners: 1 of data-owners is waited for" in printed
    assert world.say("approve", id, "carol").json["state"] == "approved"
    assert (world.delete(closed, CLOSED, **why).status, closed.count()) == (200, 0)


def test_one_no_at_a_later_stage_ends_it_at_once(world: World, tickets: Make) -> None:
    closed, why = tickets("staged"), {"vecgate-reason": "case 4711"}
    id = world.delete(closed, CLOSED, **why).json["request_id"]
    assert world.say("deny", id, "carol", reason="not this year").json["state"] == "denied"
    assert (world.delete(closed, CLOSED, **why).code, closed.count()) == ("hold.denied", 20)


def test_owners_are_asked_others_about_more_and_nothing_passes_where_there_are_none(
    world: World, tickets: Make
) -> None:
    owned = tickets("owned")
    id = world.delete(owned, CLOSED).json["request_id"]
    assert world.say("approve", id, "carol").code == "requests.not_now"
    assert world.say("approve", id, "bob").json["state"] == "approved"
    assert (world.delete(owned, CLOSED).status, owned.count()) == (200, 0)
    large = tickets("large", 21)
    id = world.delete(large, CLOSED).json["request_id"]
    assert world.say("approve", id, "bob").code == "requests.unknown"
    assert world.say("approve", id, "carol").json["state"] == "approved"
    assert (world.delete(large, CLOSED).status, large.count()) == (200, 0)
    orphan = tickets("orphan")
    assert (world.delete(orphan, CLOSED).code, orphan.count()) == ("hold.nobody", 20)


def test_conditions_answer_by_what_is_counted_and_a_shadow_says_what_it_would(world: World, tickets: Make) -> None:
    some = tickets("auto")
    assert world.delete(some, {"ids": ["r1", "r2", "r3"]}).status == 200
    assert len(some.ids()) == 17
    held = world.delete(some, CLOSED)
    assert held.code == "hold.pending"
    shown = world.shown(held.json["request_id"])
    assert shown["would"] == "'tried' would deny it"
    assert world.shown(held.json["request_id"], "alice")["would"] == ""
    assert "automatic    'tried' would deny it" in world.type("bob", "show", shown["id"])
    many = tickets("auto")
    refused = world.delete(many, CLOSED)
    assert (refused.code, "'too-many'" in refused.json["message"]) == ("hold.auto_denied", True)
    assert (refused.json["request_id"], len(many.ids())) == (None, 20)
    few = tickets("auto", 2)
    assert world.delete(few, CLOSED).status == 200
    assert few.ids() == []


def test_who_may_not_count_learns_no_number_by_what_is_answered(world: World, tickets: Make) -> None:
    """Two match, and three may pass unasked; nobody who could not count them themselves is told so."""
    for records in (2, 20):
        assert world.delete(tickets("shutauto", records), CLOSED).code in ("hold.pending", "hold.auto_denied")
    codes = {world.delete(tickets("shutauto", records), CLOSED).code for records in (2, 20)}
    assert len(codes) == 1


def test_a_deputy_says_yes_and_both_names_are_in_the_record(world: World, tickets: Make) -> None:
    some = tickets("away")
    held = world.delete(some, {"ids": ["r1"]})
    id = held.json["request_id"]
    # bob stands in for who asks, and for one who is back: neither makes him an approver of this.
    assert world.say("approve", id, "bob").code == "requests.unknown"
    shown = world.shown(id, "carol")
    assert (shown["may_decide"], 60 < shown["seconds_left"] <= 120) == (True, True)  # as its rule says
    approved = world.say("approve", id, "carol").json
    assert (approved["state"], approved["approvals"][0]["by"]) == ("approved", "carol for dora")
    assert world.delete(some, {"ids": ["r1"]}).status == 200
    assert "approved by  carol for dora" in world.type("alice", "show", id)


def paged(world: World, *people: str, ago: float = 0.0, key: str = PAGER, name: str = "night") -> Reply:
    """What a pager sends, signed by the specification's own library."""
    now = datetime.now(UTC)
    body = json.dumps({"name": "night", "at": (now - timedelta(seconds=ago)).isoformat(), "people": people})
    return sent(world, body, Webhook(key).sign("msg_1", now, body), now, name)


def sent(world: World, body: str, signature: str, at: datetime, name: str = "night") -> Reply:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    return world.gateway.ask("POST", f"/.vecgate/v1/on-call/{name}", body=json.loads(body), headers=headers)


def test_a_signed_webhook_says_who_is_asked_and_nobody_else_says_it(world: World, tickets: Make) -> None:
    unknown = tickets("paged")
    first = world.delete(unknown, CLOSED).json["request_id"]
    assert world.say("approve", first, "bob").code == "requests.unknown"  # nobody is told yet: the fallback is asked
    for said in (
        paged(world, "mallory", key="whsec_" + base64.b64encode(b"m" * 32).decode()),
        paged(world, "mallory", name="day"),
        paged(world, "mallory", name="nightly"),
        sent(world, json.dumps({"name": "night"}), "", datetime.now(UTC)),
    ):
        assert (said.status, said.code) == (400, "webhook.refused"), said.body
    assert paged(world, "bob").status == 200
    again = paged(world, "mallory", ago=30)
    assert (again.code, "newer" in again.json["message"]) == ("webhook.refused", True)
    some = tickets("paged")
    id = world.delete(some, CLOSED).json["request_id"]
    assert world.say("approve", id, "carol").code == "requests.unknown"
    assert world.say("approve", id, "bob").json["state"] == "approved"
    assert (world.delete(some, CLOSED).status, some.count()) == (200, 0)
    asked = {
        "upstream": "tickets-db",
        "collections": ["paged-x"],
        "operations": ["search"],
        "for": "30min",
        "reason": "case 4711",
    }
    access = world.gateway.ask("POST", "/.vecgate/v1/access", token=world.token(), body=asked).json
    assert [stage["asked"] for stage in access["stages"]] == ["1 of user bob"]
