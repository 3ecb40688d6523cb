"""Access for two hours: asked for, granted by another person, used, and over; on every worker, within a second.

A gateway of two workers. carol and bob own the data, so each may answer what the other asks; alice has nothing.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from standardwebhooks import Webhook

from demo.gateway import DATA, Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.fakes.approvals import wide
from support.forked.commands import vecgate
from support.servers.idp import Idp, running_idp
from support.servers.receiver import Receiver, running_receiver
from support.tools.askers import until
from support.tools.direct import Collection, collection
from support.tools.direct import ask as direct
from support.tools.people import People
from vecgate.recording import read

ACCESS = "/.vecgate/v1/access"
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
  lax: {default: replace, entities: {EMAIL: keep}}
rules:
  - name: handshake
    who: anyone
    where: anywhere
    operations: [health, tenant_read, auth_read, collection_read]
    effect: allow
    mask: strict
  - name: holds
    who: anyone
    where: {collections: ["granted-*"]}
    operations: [delete_ids]
    effect: hold
    mask: strict
    approvers: {groups: [data-owners]}
    wait: 60s
  - name: may-look
    who: {groups: [data-owners]}
    where: {collections: ["granted-*"]}
    operations: [search, count, read_ids, list_scan, delete_ids]
    effect: request
    mask: strict
    approvers: {groups: [data-owners]}
    grant: {longest: 8h, masks: [lax], records: 100, ticket: optional}
  - name: never
    who: anyone
    where: {collections: ["granted-secret*"]}
    operations: [search, read_ids]
    effect: deny
"""
VECTOR = [1.0, 0.5]
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def sockets(root: int) -> set[str]:
    """The sockets of a process and of those that it started, by their numbers in /proc/net/tcp."""
    parents = {}
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError, IndexError):
            parents[int(entry)] = int(Path(f"/proc/{entry}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    ours, found = {root}, set[str]()
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    for pid in ours:
        with suppress(OSError):
            for name in os.listdir(f"/proc/{pid}/fd"):
                with suppress(OSError):
                    found.add(os.readlink(f"/proc/{pid}/fd/{name}").removeprefix("socket:[").removesuffix("]"))
    return found


@dataclass(slots=True)
class World(People):
    """The gateway of two workers, the policies it follows, and everybody's tokens."""

    stack: Stack
    gateway: Gateway
    policies: Path
    idp: Idp
    pool: ThreadPoolExecutor
    receiver: Receiver
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def ask(self, user: str = "carol", token: str = "", **more: Any) -> Reply:
        body = {"upstream": "tickets-db", "operations": ["search", "count"], "for": "2h", "reason": "INC-7"} | more
        return self.gateway.ask("POST", ACCESS, token=token or self.token(user), body=body)

    def say(self, verb: str, id: str, user: str = "bob", token: str = "", **body: Any) -> Reply:
        return self.gateway.ask("POST", f"{ACCESS}/{id}/{verb}", token=token or self.token(user), body=body)

    def show(self, id: str, user: str = "bob") -> dict[str, Any]:
        found: dict[str, Any] = self.gateway.ask("GET", f"{ACCESS}/{id}", token=self.token(user)).json
        return found

    def granted(self, where: Collection, user: str = "carol", **more: Any) -> str:
        """The id of access that is granted, once every worker knows."""
        asked = self.ask(user, **{"collections": [where.name]} | more)
        assert asked.status == 200, asked.body
        id = str(asked.json["id"])
        assert self.say("approve", id).json["state"] == "granted"
        self.everywhere(where, user, lambda reply: reply.status == 200)
        return id

    def search(self, where: Collection, user: str = "carol", n: int = 3) -> Reply:
        body = {"query_embeddings": [VECTOR], "n_results": n, "include": ["documents"]}
        return self.gateway.ask("POST", f"{where.path}/query", token=self.token(user), body=body, timeout=60)

    def get(self, where: Collection, ids: list[str], user: str = "carol") -> Reply:
        body = {"ids": ids, "include": ["documents"]}
        return self.gateway.ask("POST", f"{where.path}/get", token=self.token(user), body=body, timeout=60)

    def count(self, where: Collection, user: str = "carol") -> Reply:
        return self.gateway.ask("GET", f"{where.path}/count", token=self.token(user), timeout=60)

    def debrief(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.gateway.ask("GET", f"{ACCESS}/{id}/debrief", token=self.token("bob")).json
        return found

    def everywhere(self, where: Collection, user: str, so: Callable[[Reply], bool]) -> None:
        """Wait until sixteen connections in a row find it so: the kernel gives them to both workers."""
        until(lambda: all(so(self.search(where, user)) for _ in range(16)), "every worker knows")

    def events(self) -> list[Any]:
        """All that the journals of those who ask and answer hold."""
        folder = self.gateway.settings.parent / "recordings"
        sessions = [one for one in read.sessions(folder) if one.user in ("carol", "bob")]
        return [entry for one in sessions for entry in read.entries(read.parts_of(folder, one.session))]

    def told(self, id: str) -> list[tuple[str, str]]:
        """What they say of one request: each event, and the state that it was in then."""
        of_it = [e for e in self.events() if e.code.startswith("access.") and e.body["access"]["id"] == id]
        return sorted((e.code, e.body["access"]["state"]) for e in of_it)

    @contextmanager
    def edited(self, change: Callable[[list[dict[str, Any]]], None]) -> Iterator[None]:
        """Change the rules; in the block the change is in force on both workers, and after it on none."""
        before = self.policies.read_text("utf-8")
        tree = yaml.safe_load(before)
        change(tree["rules"])
        self._put(yaml.safe_dump(tree))
        try:
            yield
        finally:
            self._put(before)

    def _put(self, text: str) -> None:
        def versions() -> set[str]:
            token = self.token("bob")
            return {self.gateway.ask("GET", "/.vecgate/v1/whoami", token=token).json["policy"] for _ in range(16)}

        before = versions()
        self.policies.write_text(text, "utf-8")
        until(lambda: len(now := versions()) == 1 and now != before, "they are in force on both workers")


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "access-policies"
    folder.mkdir()
    policies = folder / "p.yaml"
    policies.write_text(RULES, "utf-8")
    issuers = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    key = gateways.folder / "notices.key"
    key.write_text(KEY, "utf-8")
    key.chmod(0o600)
    with running_idp() as idp, ThreadPoolExecutor(8) as pool, running_receiver() as receiver:
        more = {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url}
        sinks = {
            "hook": {"kind": "webhook", "url": receiver.url, "secret_file": str(key)},
            "chat": {"kind": "slack", "url": "http://127.0.0.1:1/"},
        }
        over = {"policies": str(folder), "state": {"prefix": "access-test"}, "issuers": [*issuers, more]}
        made = gateways.make(over | {"notices": {"sinks": sinks}}, workers=2)
        made.start()
        yield World(stack, made, policies, idp, pool, receiver)


@pytest.fixture
def tickets(world: World, stack: Stack) -> Iterator[Collection]:
    with collection(stack, f"granted-{os.urandom(4).hex()}", 20) as made:
        yield made
    verbs = {"pending": "deny", "granted": "revoke"}
    for one in world.gateway.ask("GET", ACCESS, token=world.token("bob")).json["access"]:
        if one["state"] in verbs and one["may_decide"]:  # or what one test granted would serve the next one
            world.say(verbs[one["state"]], one["id"])


def test_nothing_then_asked_granted_used_and_revoked_on_both_workers(world: World, tickets: Collection) -> None:
    refused = world.search(tickets)
    assert refused.code == "access.ask"
    command = f"vecgate access request --upstream tickets-db --collection {tickets.name} --operations search --for 1h"
    assert command in refused.json["message"]
    asked = world.ask(collections=[tickets.name])
    assert (asked.status, asked.json["state"]) == (200, "pending")
    assert world.search(tickets).code == "access.ask"
    assert world.say("approve", asked.json["id"], user="carol").code == "access.not_approver"
    given = world.say("approve", asked.json["id"])
    assert (given.json["state"], given.json["approvals"][0]["by"]) == ("granted", "bob")
    assert 7190 < given.json["seconds_left"] <= 7200
    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)
    assert world.search(tickets, user="bob").code == "access.ask"  # it is nobody else's
    assert world.get(tickets, ["r1"]).code == "access.ask"  # and for nothing else
    assert world.say("revoke", asked.json["id"], reason="enough").json["how"] == "revoked"
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        world.search(tickets)
    replies = [world.search(tickets) for _ in range(16)]
    assert {reply.code for reply in replies} == {"access.ended"}
    assert 'it was revoked by bob, who says: "enough"' in replies[0].json["message"]
    assert f"vecgate access again {asked.json['id']}" in replies[0].json["message"]


def test_another_collection_and_a_denied_one_stay_shut(world: World, stack: Stack, tickets: Collection) -> None:
    world.granted(tickets)
    with collection(stack, f"granted-{os.urandom(4).hex()}", 1) as other:
        assert world.search(other).code == "access.ask"
    with collection(stack, f"granted-secret-{os.urandom(4).hex()}", 1) as secret:
        world.granted(tickets, collections=["granted-*"], mask="lax")
        assert world.search(secret).code == "policy.denied"  # deny beats what is granted


def anew(old: Collection) -> Collection:
    """Another collection of the same name, in its place."""
    direct(old.stack, "DELETE", f"{DATA}/collections/{old.name}")
    made = Collection(old.stack, old.name, direct(old.stack, "POST", f"{DATA}/collections", {"name": old.name})["id"])
    made.add(["r0"])
    return made


def test_a_name_is_for_what_bears_it_at_the_yes_and_a_pattern_for_whatever_bears_it(
    world: World, tickets: Collection
) -> None:
    id = world.granted(tickets)
    another = anew(tickets)
    refused = world.search(another)
    assert (refused.status, refused.code) == (403, "access.another")
    assert f"called {tickets.name} when it was granted" in refused.json["message"]
    again = world.granted(another)  # the first one is still there, and does not stand before it
    assert world.search(another).status == 200
    assert [world.say("revoke", one, reason="enough").status for one in (id, again)] == [200, 200]
    world.granted(another, collections=[f"{tickets.name}*"])
    assert world.search(anew(another)).status == 200


def test_the_mask_is_that_of_the_grant(world: World, tickets: Collection) -> None:
    tickets.add(["mail"], ["write to jane.roe@example.com"])
    first = world.granted(tickets, operations=["read_ids", "search"])
    assert "jane.roe@example.com" not in world.get(tickets, ["mail"]).body.decode()
    assert world.say("end", first, user="carol").json["how"] == "given_back"
    world.everywhere(tickets, "carol", lambda reply: reply.code == "access.ended")
    world.granted(tickets, operations=["read_ids", "search"], mask="lax")
    assert "jane.roe@example.com" in world.get(tickets, ["mail"]).body.decode()


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"for": "9h"}, "access.too_wide", "for 8h at most"),
        ({"operations": ["upsert"]}, "access.too_wide", "operations search, count, read_ids, list_scan, delete_ids"),
        ({"collections": ["*"]}, "access.too_wide", "on granted-*"),
        ({"collections": []}, "access.too_wide", "on granted-*"),
        ({"records": 101}, "access.too_wide", "100 records"),
        ({"mask": "unsafe-nothing"}, "access.too_wide", "with mask strict or lax"),
        ({"reason": ""}, "access.needs", "--reason"),
        ({"reason": "two\nlines"}, "body.unreadable", "one line"),
        ({"for": "soon"}, "body.unreadable", "'for'"),
        ({"from": "2026-11-28T14:00"}, "body.unreadable", "with its zone"),
        ({"operations": ["serch"]}, "body.unreadable", "'operations"),
        ({"more": 1}, "body.unreadable", "'more'"),
    ],
)
def test_what_is_asked_beyond_is_refused_with_the_widest(
    world: World, more: dict[str, Any], code: str, words: str
) -> None:
    refused = world.ask(**{"collections": ["granted-a"]} | more)
    assert refused.code == code
    assert words in refused.json["message"]


def test_whom_no_rule_is_about_cannot_ask(world: World) -> None:
    assert world.ask("alice", collections=["granted-a"]).code == "access.nothing"


def test_nobody_answers_their_own_under_whichever_name(world: World, tickets: Collection) -> None:
    id = world.ask("carol", collections=[tickets.name]).json["id"]
    for name in ("carol", "Carol", "CAROL ", wide("carol"), "c\ufe0farol"):
        assert world.say("approve", id, token=world.idp.token(name, ["data-owners"])).code == "access.unknown"
    assert world.say("approve", id, user="alice").code == "access.unknown"  # not an approver: not theirs to see
    assert world.show(id)["state"] == "pending"
    assert world.say("withdraw", id, user="bob").code == "access.not_yours"
    assert world.say("deny", id, reason="not now").json["how"] == "denied"
    assert world.say("approve", id).code == "access.settled"


def test_an_approver_narrows_and_never_widens(world: World, tickets: Collection) -> None:
    wish = {"collections": [tickets.name], "operations": ["search", "read_ids"], "mask": "lax", "records": 50}
    id = world.ask(**wish).json["id"]
    for wider in ({"for": "3h"}, {"operations": ["count"]}, {"collections": ["granted-*"]}, {"records": 51}):
        assert world.say("approve", id, narrow=wider).code == "access.wider"
    less = {"for": "30min", "operations": ["search"], "mask": "strict", "records": 10}
    given = world.say("approve", id, narrow=less).json
    assert (given["seconds"], given["operations"], given["mask"], given["records"]) == (1800, ["search"], "strict", 10)
    assert given["asked"]["seconds"] == 7200
    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)
    assert world.get(tickets, ["r1"]).code == "access.ask"


def test_calls_under_way_are_cut_when_it_is_revoked(world: World, stack: Stack, tickets: Collection) -> None:
    """The database has the call and does not answer; whoever asked is told at once, and gets nothing of it."""
    id = world.granted(tickets)
    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)  # or a worker that is late refuses at once
    stack.pause("front")
    try:
        waiting = [world.pool.submit(world.search, tickets) for _ in range(4)]
        time.sleep(1)
        assert not any(one.done() for one in waiting)
        assert world.say("revoke", id).status == 200
        replies = [one.result(20) for one in waiting]
    finally:
        stack.resume("front")
    assert {reply.code for reply in replies} == {"access.ended"}
    assert "It was sent and only reads" in replies[0].json["message"]


def test_its_credentials_and_their_connections_go_with_it(world: World, stack: Stack, tickets: Collection) -> None:
    """OpenBao issued certificates for it: none of them is used for anything afterwards, and their lines are cut."""
    id = world.granted(tickets)
    named = f"{tickets.path.rpartition('/')[0]}/{tickets.name}"  # what a rule allows carol anyway

    def leases() -> Counter[str]:
        sent = (e.body for e in world.events() if e.code == "request.sent" and e.body["who"]["user"] == "carol")
        return Counter(body["lease"] for body in sent if body["lease"])

    def issued() -> int:
        return stack.bao.audit.read_text("utf-8", "replace").count("vecgate-carol")

    def lines() -> set[str]:
        port = f":{stack.ports['front']:04X}"
        told = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
        return {one[9] for one in told if one[2].endswith(port) and one[3] == "01"} & sockets(world.gateway.server.pid)

    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)
    before, opened, known = leases(), lines(), issued()
    assert before
    assert opened
    assert known
    assert world.say("revoke", id).status == 200
    until(lambda: bool(opened - lines()), "a line is cut")
    for _ in range(16):
        assert world.gateway.ask("GET", named, token=world.token("carol")).status == 200
    assert issued() > known
    after = leases()
    assert set(after) - set(before)
    assert {lease: after[lease] for lease in before} == before


def test_a_held_call_is_refused_with_its_grant(world: World, tickets: Collection) -> None:
    id = world.granted(tickets, operations=["search", "delete_ids"])

    def delete() -> Reply:
        token = world.token("carol")
        return world.gateway.ask("POST", f"{tickets.path}/delete", token=token, body={"ids": ["r1"]}, timeout=90)

    waiting = world.pool.submit(delete)
    held = "/.vecgate/v1/requests"

    def pending() -> bool:
        listed = world.gateway.ask("GET", held, token=world.token("bob")).json["requests"]
        return any(one["state"] == "pending" and one["target"] == tickets.name for one in listed)

    until(pending, "it is held, as the rule does not cover holds")
    assert world.say("revoke", id).status == 200
    assert waiting.result(20).code == "access.ended"
    assert "r1" in tickets.ids()


def test_all_of_a_person_is_over_on_every_worker_and_each_end_is_written_down(
    world: World, stack: Stack, tickets: Collection
) -> None:
    ids = [world.granted(tickets, operations=["search"], records=9 - n) for n in range(2)]
    waits = world.ask(collections=[tickets.name]).json["id"]
    own = vecgate(stack, world.gateway, "access", "revoke", "--user", "carol", token=world.token("bob"))
    assert (own.returncode, "access.why" in own.stderr) == (1, True)
    words = ("access", "revoke", "--user", "CAROL", "--reason", "she left")
    done = vecgate(stack, world.gateway, *words, token=world.token("bob"))
    assert (done.returncode, "3 ended." in done.stdout) == (0, True), done.stderr
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        world.search(tickets)
    assert {world.search(tickets).code for _ in range(16)} == {"access.ended"}
    assert [world.show(id)["how"] for id in (*ids, waits)] == ["revoked", "revoked", "denied"]
    assert [world.told(id)[-1] for id in (*ids, waits)] == [
        ("access.ended", "ended"), ("access.ended", "ended"), ("access.decided", "denied")
    ]  # fmt: skip


def test_that_time_alone_ended_it_is_written_down_by_one_worker(world: World, tickets: Collection) -> None:
    id = str(world.ask(collections=[tickets.name], **{"for": "2s"}).json["id"])
    assert world.say("approve", id).json["state"] == "granted"
    until(lambda: world.told(id)[-1] == ("access.expired", "ended"), "its end is written down")
    time.sleep(2.5)  # more than twice as long as each worker waits before it looks again
    assert [code for code, _ in world.told(id)] == ["access.asked", "access.decided", "access.expired"]


def test_what_was_done_is_debriefed_over_both_workers(world: World, stack: Stack, tickets: Collection) -> None:
    """Calls, records, what was masked, what was refused; read by both, and the next request is filled with it."""
    tickets.add(["mail"], ["write to jane.roe@example.com"])
    wish = {"operations": ["search", "read_ids", "list_scan"], "collections": [tickets.name, "granted-other-*"]}
    asked = world.ask(**wish).json["id"]
    assert world.say("approve", asked).status == 200

    def given() -> bool:  # a refusal is not a call under it, where a worker has not heard yet
        return world.get(tickets, ["r0"]).status == 200

    until(given, "it is granted")
    until(lambda: all(given() for _ in range(16)), "every worker knows")
    before = world.debrief(asked)["done"]
    replies = [*world.pool.map(lambda n: world.get(tickets, [f"r{n % 5}", "mail"]), range(20))]
    assert {reply.status for reply in replies} == {200}
    no = world.count(tickets).code  # it was not asked for: what was tried besides is told, too
    assert no in ("access.ask", "access.ended")  # of what others tests granted, and took away
    assert world.say("revoke", asked, reason="enough").status == 200
    done = world.debrief(asked)["done"]
    assert done["calls"] - before["calls"] == 20
    assert (done["records"], done["records_are_about"]) == (6, False)
    assert done["operations"] == {"read_ids": done["calls"]}
    assert done["collections"] == {tickets.name: done["calls"]}
    assert done["masked"] == {"EMAIL": 20}
    assert done["refused"] == {no: 1}
    assert world.debrief(asked)["unused"] == {"collections": ["granted-other-*"], "operations": ["list_scan", "search"]}
    listed = vecgate(stack, world.gateway, "access", "list", token=world.token("carol"))
    assert "asked, debrief unread" in listed.stdout
    shown = vecgate(stack, world.gateway, "access", "debrief", asked, token=world.token("bob"))
    assert "records      6 different ones" in shown.stdout, shown.stderr
    assert f"vecgate access acknowledge {asked}" in shown.stdout
    for who in ("carol", "bob"):
        said = vecgate(stack, world.gateway, "access", "acknowledge", asked, token=world.token(who))
        assert said.returncode == 0, said.stderr
    assert world.show(asked)["debrief"] == "read"
    assert [code for code, _ in world.told(asked)].count("access.acknowledged") == 2
    again = vecgate(
        stack,
        world.gateway,
        "access",
        "request",
        "--like",
        asked,
        "--records",
        "9",
        "--json",
        token=world.token("carol"),
    )
    made = json.loads(again.stdout)
    assert (made["collections"], made["records"], made["seconds"]) == ([tickets.name], 9, 900)
    assert "read_ids" in made["operations"]
    assert "search" not in made["operations"]


def test_its_records_are_counted_and_used_up_is_over(world: World, stack: Stack, tickets: Collection) -> None:
    with collection(stack, tickets.name + "-few", 3) as few:  # what the searches find there are the same three
        id = world.granted(few, operations=["search", "read_ids"], records=5, collections=["granted-*"])
        assert world.get(few, ["r0", "r1", "r2"]).status == 200
    assert world.get(tickets, ["r0", "r1"]).status == 200
    assert world.get(tickets, ["r1", "r2"]).code == "access.ended"  # more than is left: none of them is given
    until(lambda: world.show(id)["how"] == "used_up", "it is over")
    world.everywhere(tickets, "carol", lambda reply: reply.code == "access.ended")
    assert "used up" in world.search(tickets).json["message"]


def test_more_time_is_asked_for_before_the_end_and_comes_without_a_gap(world: World, tickets: Collection) -> None:
    first = world.granted(tickets, **{"for": "9s"})  # long enough to be asked and answered on a busy machine
    ends = world.show(first)["ends_at"]
    asked = world.say("extend", first, user="carol", **{"for": "1h", "reason": "not done yet"}).json
    assert (asked["state"], asked["extends"], asked["collections"]) == ("pending", first, [tickets.name])
    more = world.say("approve", asked["id"]).json
    assert more["ends_at"] == pytest.approx(ends + 3600)
    while time.time() < ends + 1:
        assert world.search(tickets).status == 200
        time.sleep(0.05)
    until(lambda: world.show(first).get("how") == "expired", "that it ended is written down")
    # What carries it on goes with it, when somebody takes it away.
    third = world.say("extend", asked["id"], user="carol", **{"for": "1h"}).json["id"]
    assert world.say("revoke", asked["id"]).status == 200
    assert world.show(third)["how"] == "denied"
    world.everywhere(tickets, "carol", lambda reply: reply.code == "access.ended")
    copy = world.say("again", asked["id"], user="carol").json
    assert (copy["state"], copy["again"], copy["seconds"]) == ("pending", asked["id"], 3600)


def test_a_rule_that_is_gone_gives_nothing(world: World, tickets: Collection) -> None:
    world.granted(tickets)
    pending = world.ask(collections=[tickets.name]).json["id"]

    def without(rules: list[dict[str, Any]]) -> None:
        rules[:] = [one for one in rules if one["name"] != "may-look"]

    with world.edited(without):
        world.everywhere(tickets, "carol", lambda reply: reply.code == "policy.no_rule")
        assert world.say("approve", pending).code == "access.changed"
    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)
    assert world.say("approve", pending).status == 200


def test_a_rule_that_became_narrower_gives_less(world: World, tickets: Collection) -> None:
    world.granted(tickets, mask="lax")

    def narrower(rules: list[dict[str, Any]]) -> None:
        next(one for one in rules if one["name"] == "may-look")["grant"].pop("masks")

    no = ("access.ask", "access.ended")  # of what others tests granted, and took away
    with world.edited(narrower):  # nobody could ask for that mask any more
        world.everywhere(tickets, "carol", lambda reply: reply.code in no)


def test_where_nobody_knows_what_is_granted_nothing_passes_on_it(
    world: World, stack: Stack, tickets: Collection
) -> None:
    """Valkey hangs. Calls at the database that rely on a grant are refused, and so are new ones; others are not."""
    world.granted(tickets)
    stack.pause("front")
    waiting = world.pool.submit(world.search, tickets)
    time.sleep(1)
    assert not waiting.done()
    stack.pause("valkey")
    try:
        assert waiting.result(30).code == "state.unavailable"
        stack.resume("front")
        assert world.search(tickets).code == "state.unavailable"
        path = f"{tickets.path.rpartition('/')[0]}/{tickets.name}"
        assert world.gateway.ask("GET", path, token=world.token("carol")).status == 200  # a rule allows this anyway
    finally:
        stack.resume("front")
        stack.resume("valkey")
    world.everywhere(tickets, "carol", lambda reply: reply.status == 200)


def test_its_time_may_begin_with_its_first_use(world: World, tickets: Collection) -> None:
    def first_use(rules: list[dict[str, Any]]) -> None:
        next(one for one in rules if one["name"] == "may-look")["grant"]["starts"] = "first_use"

    with world.edited(first_use):
        asked = world.ask(collections=[tickets.name], operations=["search"]).json["id"]
        assert world.say("approve", asked).json["ends_at"] is None
        world.everywhere(tickets, "carol", lambda reply: reply.status == 200)
        begun = world.show(asked)
        assert begun["state"] == "granted"
        assert 7100 < begun["seconds_left"] <= 7200


def test_each_call_under_it_names_it_in_the_record(world: World, tickets: Collection) -> None:
    id = world.granted(tickets, reason="INC-42", operations=["search", "read_ids"], records=20)
    assert world.get(tickets, [f"r{n}" for n in range(20)]).status == 200  # with this answer it is used up
    until(lambda: world.show(id)["how"] == "used_up", "it is over")
    wanted = [("access.asked", "pending"), ("access.decided", "granted"), ("access.ended", "ended")]
    until(lambda: world.told(id) == wanted, "all of it is written down, once")
    sent = [
        e.body["grant"] for e in world.events() if e.code == "request.sent" and e.body.get("grant", {}).get("id") == id
    ]
    assert sent
    assert sent[0] == {"id": id, "rule": "may-look", "reason": "INC-42", "by": ["bob"]}


def test_the_command_asks_answers_and_shows(world: World, stack: Stack, tickets: Collection) -> None:
    def run(user: str, *words: str) -> Any:
        return vecgate(stack, world.gateway, "access", *words, token=world.token(user))

    asked = run(
        "carol", "request", "--upstream", "tickets-db", "--collection", tickets.name, "--operations", "search,count",
        "--for", "2h", "--records", "50", "--reason", "INC-7", "--ticket", "T-1", "--json",
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    id = json.loads(asked.stdout)["id"]
    listed = run("bob", "list")
    assert id in listed.stdout
    assert "may decide" in listed.stdout
    given = run("bob", "approve", id, "--narrow", "--for", "1h", "--yes")
    assert given.returncode == 0, given.stderr
    shown = run("carol", "show", id).stdout
    assert "state        granted" in shown
    assert "for          1h" in shown
    assert "approved by  bob" in shown
    assert run("carol", "extend", id, "--for", "30min").returncode == 0
    assert run("carol", "end", id).returncode == 0
    refused = run("bob", "revoke", id)
    assert (refused.returncode, "access.settled" in refused.stderr) == (1, True)
    assert run("carol", "again", id).returncode == 0


def test_each_thing_is_told_once_over_both_workers_signed_while_another_sink_is_down(
    world: World, tickets: Collection
) -> None:
    asked = world.ask(collections=[tickets.name], reason="ticket of ann.smith@example.com").json["id"]
    world.say("approve", asked)
    world.say("revoke", asked, reason="enough")

    def told() -> list[str]:
        calls = [Webhook(KEY).verify(call.body, call.headers) for call in world.receiver.calls]
        return sorted(call["type"] for call in calls if call["data"]["id"] == asked)

    until(lambda: told()[-1:] == ["access.ended"], "the end is told")
    assert told().count("access.ended") == 1
    assert not {kind for kind in told() if told().count(kind) > 1}
    assert not any(b"ann.smith" in call.body for call in world.receiver.calls)
    until(lambda: "notices to chat: away since" in _status(world), "the sink that is down is shown")
    assert "notices to hook" not in _status(world)


def _status(world: World) -> str:
    return str(vecgate(world.stack, world.gateway, "status", "--settings", str(world.gateway.settings)).stdout)
