"""Locks by hand, on two workers: a person, a group, a collection, everything; within a second, also on what is under way."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.fakes.approvals import wide
from support.forked.commands import vecgate
from support.servers.idp import Idp, running_idp
from support.tools.askers import until
from support.tools.direct import Collection, collection
from support.tools.people import People
from vecgate.recording import read

LOCKS = "/.vecgate/v1/locks"
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
rules:
  - name: all
    who: anyone
    where: {collections: ["locked-*"]}
    operations: [read, write, collection_drop]
    effect: allow
    mask: strict
  - name: handshake
    who: anyone
    where: anywhere
    operations: [health, tenant_read, auth_read, collection_read, admin]
    effect: allow
    mask: strict
  - name: holds
    who: anyone
    where: {collections: ["locked-*"]}
    operations: [delete_ids]
    effect: hold
    mask: strict
    approvers: {groups: [data-owners]}
    wait: 60s
  - name: capped-at-most
    who: {agents: [capped-1]}
    where: anywhere
    operations: ["*"]
    effect: deny
    except: [{where: {collections: ["locked-*"]}, operations: [search, delete_ids]}, {operations: [health, tenant_read, auth_read]}]
  - name: bob-locks
    who: {users: [bob]}
    where: anywhere
    operations: [lock]
    effect: allow
    mask: strict
"""


@dataclass(slots=True)
class World(People):
    """The gateway of two workers, and everybody's tokens."""

    stack: Stack
    gateway: Gateway
    idp: Idp
    pool: ThreadPoolExecutor
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def lock(self, asker: str = "bob", /, **what: Any) -> Reply:
        return self.gateway.ask("POST", LOCKS, token=self.token(asker), body=what)

    def unlock(self, asker: str = "bob", /, **what: Any) -> Reply:
        return self.gateway.ask("POST", f"{LOCKS}/lift", token=self.token(asker), body=what)

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.gateway.ask("GET", LOCKS, token=self.token("bob")).json["locks"]
        return found

    def search(self, where: Collection, user: str = "carol", token: str = "") -> Reply:
        body = {"query_embeddings": [[1.0, 0.5]], "n_results": 3, "include": ["documents"]}
        return self.gateway.ask("POST", f"{where.path}/query", token=token or self.token(user), body=body, timeout=60)

    def within_a_second(self, ask: Callable[[], Reply]) -> set[str]:
        """The codes of sixteen calls, one second later: the kernel gives them to both workers."""
        time.sleep(1)
        return {ask().code for _ in range(16)}


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "locks-policies"
    folder.mkdir()
    (folder / "p.yaml").write_text(RULES, "utf-8")
    issuers = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    with running_idp() as idp, ThreadPoolExecutor(8) as pool:
        more = {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url}
        settings = {"policies": str(folder), "state": {"prefix": "locks-test"}, "issuers": [*issuers, more]}
        made = gateways.make(settings, workers=2)
        made.start()
        yield World(stack, made, idp, pool)


@pytest.fixture
def tickets(world: World, stack: Stack) -> Iterator[Collection]:
    with collection(stack, f"locked-{os.urandom(4).hex()}", 20) as made:
        yield made
    if left := world.listed():  # or what one test locked would stop the next one
        for lock in left:
            world.unlock(**{lock["kind"]: lock["name"] or True})
        time.sleep(1)  # so does every worker know


def unlocked(world: World, ask: Callable[[], Reply]) -> None:
    until(lambda: all(ask().status == 200 for _ in range(16)), "every worker knows")


def test_a_person_is_locked_under_every_login_and_spelling(world: World, tickets: Collection) -> None:
    others = [world.idp.token(name, []) for name in ("carol", "CAROL", wide("carol"))]
    assert world.search(tickets).status == 200
    assert world.search(tickets, token=others[2]).status == 200
    made = world.lock(user="Carol", reason="INC-7")
    assert made.status == 200, made.body
    assert (made.json["made"]["kind"], made.json["made"]["by"], made.json["made"]["why"]) == ("user", "bob", "INC-7")
    assert world.within_a_second(lambda: world.search(tickets)) == {"user.locked"}
    assert {world.search(tickets, token=token).code for token in others} == {"user.locked"}
    said = world.search(tickets).json["message"]
    assert ", by bob." in said
    assert "INC-7" not in said  # why is for others to know
    assert world.search(tickets, user="alice").status == 200
    assert world.unlock(user="caROL").json["lifted"][0]["name"] == "Carol"
    unlocked(world, lambda: world.search(tickets))


def test_a_group_is_locked(world: World, tickets: Collection) -> None:
    member, other = world.idp.token("dora", ["Interns"]), world.idp.token("dirk", ["interns-too"])
    assert world.search(tickets, token=member).status == 200
    assert world.lock(group="interns").status == 200
    assert world.within_a_second(lambda: world.search(tickets, token=member)) == {"group.locked"}
    assert world.search(tickets, token=other).status == 200
    assert world.unlock(group="INTERNS").status == 200
    unlocked(world, lambda: world.search(tickets, token=member))


def test_an_agent_is_locked_and_whoever_it_acts_for_is_not(world: World, tickets: Collection) -> None:
    acting = world.idp.token("dora", ["interns"], act={"sub": "Helper-7"})
    assert world.search(tickets, token=acting).status == 200
    assert world.lock(agent="helper-7").status == 200
    assert world.within_a_second(lambda: world.search(tickets, token=acting)) == {"agent.locked"}
    assert world.search(tickets, token=world.idp.token("dora", ["interns"])).status == 200
    assert world.search(tickets, token=world.idp.token("helper-7", ["interns"])).status == 200
    assert world.unlock(agent="HELPER-7").status == 200
    unlocked(world, lambda: world.search(tickets, token=acting))


def test_an_agent_does_what_is_left_to_it_of_its_persons_rights_and_no_more(world: World, tickets: Collection) -> None:
    agents = [{"sub": "Capped-1"}, {"sub": "planner", "act": {"sub": "capped-1"}}]
    for acting in (world.idp.token("bob", ["interns"], act=act) for act in agents):
        assert world.search(tickets, token=acting).status == 200
        put = {"ids": ["r1"], "documents": ["x"], "embeddings": [[1.0, 0.5]]}
        for verb, body in (("upsert", put), ("get", {"ids": ["r1"]}), ("delete", {"where": {"status": "closed"}})):
            refused = world.gateway.ask("POST", f"{tickets.path}/{verb}", token=acting, body=body)
            assert refused.code == "policy.denied", (verb, refused.body)
            assert "capped-at-most" in refused.json["message"]
        assert world.gateway.ask("POST", LOCKS, token=acting, body={"user": "carol"}).code == "policy.denied"
        assert (
            world.gateway.ask(
                "POST", f"{tickets.path}/upsert", token=world.idp.token("bob", ["interns"]), body=put
            ).status
            == 200
        )
    assert tickets.count() == 20


def test_a_collection_is_locked_for_everybody_and_others_are_not(
    world: World, stack: Stack, tickets: Collection
) -> None:
    assert world.lock(collection=f"tickets-db/{tickets.name}", reason="a leak").status == 200
    assert world.within_a_second(lambda: world.search(tickets)) == {"collection.locked"}
    assert 'by bob: "a leak"' in world.search(tickets, user="alice").json["message"]
    with collection(stack, f"locked-{os.urandom(4).hex()}", 3) as other:
        assert world.search(other).status == 200
    by_name = f"{tickets.path.rpartition('/')[0]}/{tickets.name}"
    dropped = world.gateway.ask("DELETE", by_name, token=world.token("carol"))
    assert dropped.code == "collection.locked"
    assert world.unlock(collection=f"tickets-db/{tickets.name}").status == 200
    unlocked(world, lambda: world.search(tickets))


def test_everything_is_locked_but_unlocking(world: World, tickets: Collection) -> None:
    assert world.lock(everything=True).status == 200
    assert world.within_a_second(lambda: world.search(tickets)) == {"gateway.locked"}
    assert world.search(tickets, user="bob").code == "gateway.locked"
    assert world.gateway.ask("GET", "/.vecgate/v1/access", token=world.token("bob")).code == "gateway.locked"
    assert world.unlock("carol", everything=True).code == "policy.no_rule"
    assert [lock["kind"] for lock in world.listed()] == ["everything"]
    assert world.unlock(everything=True).status == 200
    unlocked(world, lambda: world.search(tickets))


@pytest.mark.parametrize("kind", ["user", "collection", "everything"])
def test_calls_under_way_are_cut(world: World, stack: Stack, tickets: Collection, kind: str) -> None:
    """The database has the call and does not answer; whoever asked is told at once, and gets nothing of it."""
    unlocked(world, lambda: world.search(tickets))  # every worker knows the collection by its id
    what = {"user": "carol", "collection": f"tickets-db/{tickets.name}", "everything": True}[kind]
    stack.pause("front")
    try:
        waiting = [world.pool.submit(world.search, tickets) for _ in range(4)]
        time.sleep(1)
        assert not any(one.done() for one in waiting)
        assert world.lock(**{kind: what}).status == 200
        replies = [one.result(20) for one in waiting]
    finally:
        stack.resume("front")
    codes = {"user": "user.locked", "collection": "collection.locked", "everything": "gateway.locked"}
    assert {reply.code for reply in replies} == {codes[kind]}
    assert "It was sent and only reads" in replies[0].json["message"]


def test_a_write_is_cut_while_the_gateway_asks_what_it_must_know_of_it(
    world: World, stack: Stack, tickets: Collection
) -> None:
    """Under which name the collection is known just now: the database does not say, and nothing is sent."""
    unlocked(world, lambda: world.search(tickets))
    body = {"ids": ["new"], "documents": ["hello"], "embeddings": [[1.0, 0.5]]}

    def write() -> Reply:
        return world.gateway.ask("POST", f"{tickets.path}/upsert", token=world.token("carol"), body=body, timeout=60)

    stack.pause("front")
    try:
        waiting = world.pool.submit(write)
        time.sleep(1)
        assert not waiting.done()
        assert world.lock(user="carol").status == 200
        reply = waiting.result(20)
    finally:
        stack.resume("front")
    assert reply.code == "user.locked"
    assert "Nothing was sent" in reply.json["message"]
    assert tickets.count() == 20


def test_a_held_call_is_refused(world: World, tickets: Collection) -> None:
    def delete() -> Reply:
        token = world.token("carol")
        return world.gateway.ask("POST", f"{tickets.path}/delete", token=token, body={"ids": ["r1"]}, timeout=60)

    held = world.pool.submit(delete)
    requests = "/.vecgate/v1/requests"
    until(lambda: world.gateway.ask("GET", requests, token=world.token("bob")).json["requests"], "it is held")
    assert world.lock(group="nobody-here").status == 200
    assert not held.done()
    assert world.lock(user="carol").status == 200
    assert held.result(20).code == "user.locked"
    assert "Nothing was sent" in held.result().json["message"]
    assert tickets.count() == 20


def test_it_takes_a_rule_that_names_it_and_nobody_locks_themselves(world: World, tickets: Collection) -> None:
    for what in ({"user": "alice"}, {"group": "x"}, {"everything": True}):
        assert world.lock("carol", **what).code == "policy.no_rule"  # a rule for 'admin' is none
        assert world.unlock("carol", **what).code == "policy.no_rule"
    asked = world.gateway.ask("GET", LOCKS, token=world.token("carol"))
    assert asked.json["message"].startswith("policy.no_rule: No rule allows lock on this gateway for carol")
    said = "No rule allows lock (unlock everything) on this gateway for carol"
    assert said in world.unlock("carol", everything=True).json["message"]
    assert world.lock(user="BOB").code == "lock.own"
    assert world.lock(group="data-owners").code == "lock.own"
    assert world.lock(collection="no-such-db/x").code == "body.unreadable"
    assert world.unlock(user="carol").code == "user.not_locked"
    assert world.lock(user="carol").status == 200
    assert world.lock(user="Carol").code == "lock.there"


def test_the_commands_do_it_and_it_is_in_the_record(world: World, tickets: Collection) -> None:
    def run(*words: str) -> str:
        done = vecgate(world.stack, world.gateway, *words, token=world.token("bob"))
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "user carol  INC-7" in run("lock", "--user", "carol", "--reason", "INC-7")
    assert world.within_a_second(lambda: world.search(tickets)) == {"user.locked"}
    assert "user carol" in run("locks", "list")
    settings = str(world.gateway.settings)
    assert "locked: user carol since" in run("status", "--settings", settings)
    assert "lifted:" in run("unlock", "--user", "carol")
    folder = world.gateway.settings.parent / "recordings"
    found = [one for one in read.sessions(folder) if one.user == "bob"]
    entries = [entry for one in found for entry in read.entries(read.parts_of(folder, one.session))]
    by_hand = [entry.body["locks"][0] for entry in entries if entry.code == "lock.made"]
    [made] = [lock for lock in by_hand if (lock["name"], lock["why"]) == ("carol", "INC-7")]
    assert (made["name"], made["by"], made["why"], made["rule"]) == ("carol", "bob", "INC-7", "bob-locks")
    assert [made] in [entry.body["locks"] for entry in entries if entry.code == "lock.lifted"]


def test_where_nobody_knows_what_is_locked_nothing_passes(world: World, stack: Stack, tickets: Collection) -> None:
    assert world.search(tickets).status == 200
    stack.pause("valkey")
    try:
        assert world.within_a_second(lambda: world.search(tickets)) == {"state.unavailable"}
    finally:
        stack.resume("valkey")
    unlocked(world, lambda: world.search(tickets))
