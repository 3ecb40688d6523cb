"""What is decided on is the thing, and not what it is called: names are moved about under a gateway of two workers.

The database is a real one. Whoever moves names here is allowed to; the question is who is taken in by it.
"""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import DATA, Gateway, Reply
from demo.stack import Stack
from path.approvals.test_hold import REQUESTS, second_issuer, until, write_policy
from path.conftest import Factory
from support.forked.ports import free_port
from support.servers.idp import Idp, running_idp
from support.tools.direct import Collection, ask
from support.tools.people import People

NUMBERS = itertools.count(1)
ROUNDS = 24  # connections, shared by two workers
RULES = """
version: 1
mask_profiles: {everything: {default: replace}}
rules:
  - name: owners-work
    who: {groups: [data-owners]}
    where: {collections: ["*"]}
    operations: [read, write, collection_create, collection_alter, collection_rename]
    effect: allow
    mask: everything
  - name: a-few-at-a-time
    who: {groups: [data-owners]}
    where: {collections: ["*"]}
    operations: [delete_ids]
    effect: allow
    mask: everything
    limits: {max_records: 20}
  - name: ask-before-the-end
    who: {groups: [data-owners]}
    where: {collections: ["*"]}
    operations: [collection_drop]
    effect: hold
    mask: everything
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: analysts-read
    who: {groups: [analysts]}
    where: {collections: ["pub-*"]}
    operations: [read, update]
    effect: allow
    mask: everything
  - name: analysts-ask
    who: {groups: [analysts]}
    where: {collections: ["pub-*", "guarded-*"]}
    operations: [delete_filter]
    effect: hold
    mask: everything
    approvers: {groups: [data-owners]}
    wait: 30s
  - name: analysts-guess-nothing
    who: {groups: [analysts]}
    where: {collections: ["guarded-*"]}
    operations: [read]
    effect: allow
    mask: everything
    inputs: {filters: refuse}
  - name: analysts-ask-to-read
    who: {groups: [analysts]}
    where: {collections: ["held-*"]}
    operations: [list_scan]
    effect: hold
    mask: everything
    limits: {max_results: 50}
    approvers: {groups: [data-owners]}
    wait: 30s
  - {name: hr-is-for-hr, who: anyone, where: {collections: ["hr-*"]}, operations: ["*"], effect: deny}
"""
CLOSED = {"where": {"status": "closed"}}


@dataclass(slots=True)
class Town(People):
    """A gateway of two workers, the database behind it, and everybody's tokens."""

    stack: Stack
    gateway: Gateway
    policies: Path
    idp: Idp
    pool: ThreadPoolExecutor
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def ask(self, user: str, method: str, path: str, body: Any = None) -> Reply:
        """One request, on a connection of its own."""
        return self.gateway.ask(method, path, token=self.token(user), body=body, timeout=90)

    def later(self, *request: Any) -> "Future[Reply]":
        return self.pool.submit(self.ask, *request)

    def pending(self, name: str, user: str = "carol") -> dict[str, Any]:
        """The request on that collection, once it is there."""

        def listed() -> list[dict[str, Any]]:
            found = self.ask(user, "GET", REQUESTS).json["requests"]
            return [one for one in found if one["target"] == name and one["state"] == "pending"]

        return until(listed)[0]

    def approve(self, id: str, user: str = "carol") -> None:
        assert self.ask(user, "POST", f"{REQUESTS}/{id}/approve", {}).status == 200

    def rename(self, one: Collection, name: str) -> str:
        """By bob, through the gateway."""
        assert self.ask("bob", "PUT", one.path, {"new_name": name}).status == 200
        return name


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    policies = tmp_path_factory.mktemp("policies")
    write_policy(policies, RULES)
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with running_idp() as idp, ThreadPoolExecutor() as pool:
        issuers = [*yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"], second_issuer(idp)]
        over = {"issuers": issuers, "policies": str(policies), "state": {"prefix": f"things-{policies.name}"}}
        gateway = gateways.make(over=over, workers=2)
        gateway.start()
        made = Town(stack, gateway, policies, idp, pool)
        made.tokens["mallory"] = idp.token("mallory", [])
        try:
            yield made
        finally:
            gateways.stop()


type Make = Callable[..., Collection]


@pytest.fixture
def fresh(town: Town) -> Iterator[Make]:
    """Makes collections of closed tickets; whatever they are called in the end, they go."""
    made: list[Collection] = []

    def make(kind: str, records: int = 20) -> Collection:
        name = f"{kind}-{next(NUMBERS)}"
        one = Collection(town.stack, name, ask(town.stack, "POST", f"{DATA}/collections", {"name": name})["id"])
        one.add([f"r{n}" for n in range(records)])
        made.append(one)
        return one

    yield make
    left = {one["id"]: one["name"] for one in ask(town.stack, "GET", f"{DATA}/collections")}
    for one in made:
        if one.uuid in left:
            ask(town.stack, "DELETE", f"{DATA}/collections/{left[one.uuid]}")


def dropped(town: Town, name: str, user: str = "bob") -> Reply:
    return town.ask(user, "DELETE", f"{DATA}/collections/{name}")


# a yes is for a thing


def test_a_yes_to_the_end_of_one_collection_is_not_used_on_another_of_its_name(town: Town, fresh: Make) -> None:
    junk, valued = fresh("junk"), fresh("valued")
    first = dropped(town, junk.name)
    shown = town.pending(junk.name)
    assert (first.code, shown["things"]) == ("hold.pending", [junk.uuid])
    town.approve(shown["id"])
    town.rename(junk, f"{junk.name}-old")
    town.rename(valued, junk.name)
    second = dropped(town, junk.name)
    assert (second.code, valued.count(), junk.count()) == ("hold.pending", 20, 20)
    assert second.json["request_id"] != first.json["request_id"]
    assert town.pending(junk.name)["things"] == [valued.uuid]


def test_nor_on_one_that_was_made_anew(town: Town, fresh: Make) -> None:
    junk = fresh("junk")
    dropped(town, junk.name)
    town.approve(town.pending(junk.name)["id"])
    ask(town.stack, "DELETE", f"{DATA}/collections/{junk.name}")
    again = Collection(town.stack, junk.name, ask(town.stack, "POST", f"{DATA}/collections", {"name": junk.name})["id"])
    again.add(["valued"])
    assert dropped(town, junk.name).code == "hold.pending"
    assert again.count() == 1
    ask(town.stack, "DELETE", f"{DATA}/collections/{junk.name}")


def test_a_collection_that_is_renamed_while_a_call_waits_is_decided_on_under_its_new_name(
    town: Town, fresh: Make
) -> None:
    tickets = fresh("pub")
    waiting = town.later("alice", "POST", f"{tickets.path}/delete", CLOSED)
    id = town.pending(tickets.name)["id"]
    town.rename(tickets, f"contracts-{next(NUMBERS)}")
    town.approve(id)
    assert waiting.result().code == "collection.unknown"  # as of a thing that she may not see
    assert tickets.count() == 20


def test_under_a_new_name_that_is_held_too_it_is_asked_about_anew(town: Town, fresh: Make) -> None:
    tickets = fresh("pub")
    waiting = town.later("alice", "POST", f"{tickets.path}/delete", CLOSED)
    first = town.pending(tickets.name)["id"]
    name = town.rename(tickets, f"pub-{next(NUMBERS)}")
    town.approve(first)
    refused = waiting.result()
    second = town.pending(name)["id"]
    assert (refused.code, refused.json["request_id"], tickets.count()) == ("hold.pending", second, 20)
    assert second != first


def test_only_the_records_that_were_shown_go_whatever_is_made_to_fit_the_filter(town: Town, fresh: Make) -> None:
    tickets = fresh("pub", records=4)
    tickets.update(["r2", "r3"], {"status": "open"})
    waiting = town.later("alice", "POST", f"{tickets.path}/delete", CLOSED)
    shown = town.pending(tickets.name)
    assert (shown["effect"], shown["bound"]) == (f"deletes 2 of 4 in {tickets.name}", 2)
    assert (
        town.ask("alice", "POST", f"{tickets.path}/update", {"ids": ["r2"], "metadatas": [{"status": "closed"}]}).status
        == 200
    )
    tickets.update(["r0"], {"status": "open"})
    town.approve(shown["id"])
    assert waiting.result().json == {"deleted": 1}
    assert tickets.ids() == ["r0", "r2", "r3"]


def test_a_limit_that_is_lowered_while_a_call_waits_counts(town: Town, fresh: Make) -> None:
    held = fresh("held", records=60)
    waiting = town.later("alice", "POST", f"{held.path}/get", {"limit": 50, "include": []})
    id = town.pending(held.name)["id"]
    lowered = RULES.replace("max_results: 50", "max_results: 2")
    sign = "  - {name: sign, who: anyone, where: {collections: [sign]}, operations: [read], effect: deny}\n"
    write_policy(town.policies, lowered + sign)
    seen = ("mallory", "GET", f"{DATA}/collections/sign")
    try:
        until(lambda: {town.ask(*seen).code for _ in range(ROUNDS // 2)} == {"policy.denied"})  # at both workers
        town.approve(id)
        assert waiting.result().code == "limit.results"
    finally:
        write_policy(town.policies, RULES)


# names that are remembered


def test_after_a_rename_through_one_worker_no_worker_decides_by_the_old_name(town: Town, fresh: Make) -> None:
    secret = fresh("pub", records=1)
    reading = ("alice", "POST", f"{secret.path}/get", {"ids": ["r0"], "include": ["documents"]})
    assert {town.ask(*reading).status for _ in range(ROUNDS)} == {200}
    town.rename(secret, f"secret-{next(NUMBERS)}")
    assert {town.ask(*reading).code for _ in range(ROUNDS)} == {"collection.unknown"}


def test_after_a_rename_around_the_gateway_a_write_asks_and_a_read_soon_does(town: Town, fresh: Make) -> None:
    secret = fresh("pub", records=1)
    reading = ("alice", "POST", f"{secret.path}/get", {"ids": ["r0"]})
    writing = ("alice", "POST", f"{secret.path}/update", {"ids": ["r0"], "metadatas": [{"by": "alice"}]})
    assert {town.ask(*one).status for one in (reading, writing) for _ in range(ROUNDS // 2)} == {200}
    ask(town.stack, "PUT", secret.path, {"new_name": f"secret-{next(NUMBERS)}"})
    assert {town.ask(*writing).code for _ in range(ROUNDS // 2)} == {"collection.unknown"}
    until(lambda: {town.ask(*reading).code for _ in range(ROUNDS // 2)} == {"collection.unknown"})


def test_who_renames_needs_to_be_allowed_under_both_names(town: Town, fresh: Make) -> None:
    one = fresh("pub", records=1)
    for user, name, code in [("bob", "hr-pay", "policy.denied"), ("alice", "pub-mine", "policy.no_rule")]:
        assert town.ask(user, "PUT", one.path, {"new_name": name}).code == code
    hidden = fresh("hr", records=1)
    assert town.ask("bob", "PUT", hidden.path, {"new_name": "pub-pay"}).code == "collection.unknown"
    names = {found["name"] for found in ask(town.stack, "GET", f"{DATA}/collections")}
    assert {one.name, hidden.name} <= names


# what a refusal tells

NOBODYS: list[tuple[str, str, Any]] = [
    ("POST", "collections", {"name": "NAME", "get_or_create": True}),
    ("GET", "collections/NAME", None),
    ("DELETE", "collections/NAME", None),
    ("GET", "collections/by-id/UUID", None),
    ("GET", "collections/UUID/count", None),
    ("POST", "collections/UUID/get", {}),
    ("POST", "collections/UUID/upsert", {"ids": ["x"], "embeddings": [[1.0, 2.0]]}),
    ("POST", "collections/UUID/delete", CLOSED),
    ("PUT", "collections/UUID", {"new_name": "pub-mine"}),
    ("POST", "collections/UUID/fork", {"new_name": "pub-mine"}),
    ("POST", "collections/UUID/attached_functions/f/detach", {"delete_output": True}),
]


@pytest.mark.parametrize(
    ("user", "method", "path", "body"),
    [
        ("alice", "POST", "get", {}),
        ("alice", "GET", "count", None),
        ("alice", "POST", "delete", CLOSED),
        ("bob", "POST", "upsert", {"ids": ["x"], "embeddings": [[1.0, 2.0]]}),
        ("bob", "POST", "delete", {"ids": ["x"]}),
        ("bob", "PUT", "", {"new_name": "pub-mine"}),
    ],
)
def test_an_id_that_one_may_not_see_is_as_one_that_is_not_there(
    town: Town, fresh: Make, user: str, method: str, path: str, body: Any
) -> None:
    """Also for who may do such a thing elsewhere."""
    hidden = fresh("hr", records=1)
    there, nowhere = (
        town.ask(user, method, f"{DATA}/collections/{uuid}/{path}".rstrip("/"), body)
        for uuid in (hidden.uuid, "81269221-5728-4414-8ea1-05480c78d1f3")
    )
    assert (there.status, there.json) == (nowhere.status, nowhere.json)
    assert there.code == "collection.unknown"
    assert f"You are {user}" in there.json["message"]


@pytest.mark.parametrize(("method", "path", "body"), NOBODYS, ids=lambda value: str(value)[:40])
def test_who_may_do_nothing_hears_the_same_of_what_is_there_and_of_what_is_not(
    town: Town, fresh: Make, method: str, path: str, body: Any
) -> None:
    there = fresh("hr", records=1)
    said = []
    for name, uuid in [(there.name, there.uuid), ("hr-none", "0" * 8 + there.uuid[8:])]:
        words = {"NAME": name, "UUID": uuid}
        filled, asked = path, {**body} if isinstance(body, dict) else body
        for word, value in words.items():
            filled = filled.replace(word, value)
            asked = {k: value if v == word else v for k, v in asked.items()} if isinstance(asked, dict) else asked
        reply = town.ask("mallory", method, f"{DATA}/{filled}", asked)
        said.append((reply.status, reply.code, reply.json["message"].replace(name, "NAME")))
    assert said[0] == said[1]
    assert said[0][1] in ("policy.denied", "policy.no_rule")


def test_who_may_not_guess_by_filters_is_not_told_how_many_a_held_call_would_touch(town: Town, fresh: Make) -> None:
    guarded = fresh("guarded", records=7)
    waiting = town.later("alice", "POST", f"{guarded.path}/delete", {"where_document": {"$contains": "ticket r3"}})
    shown = town.pending(guarded.name)
    own = town.ask("alice", "GET", f"{REQUESTS}/{shown['id']}")
    assert (shown["effect"], shown["touched"]) == (f"deletes 1 of 7 in {guarded.name}", 1)
    assert (own.json["touched"], own.json["total"], own.json["bound"]) == (None, None, None)
    assert "1 of 7" not in str(own.json)
    assert town.ask("carol", "POST", f"{REQUESTS}/{shown['id']}/deny", {}).status == 200
    assert "1 of 7" not in waiting.result().json["message"]


# how much at once


def test_a_bulk_delete_by_ids_is_more_than_a_rule_allows_at_once(town: Town, fresh: Make) -> None:
    bulk = fresh("bulk", records=500)
    refused = town.ask("bob", "POST", f"{bulk.path}/delete", {"ids": [f"r{n}" for n in range(500)]})
    assert (refused.code, bulk.count()) == ("limit.records", 500)
    assert town.ask("bob", "POST", f"{bulk.path}/delete", {"ids": [f"r{n}" for n in range(20)]}).json == {"deleted": 20}
