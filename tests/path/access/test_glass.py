"""Broken glass: who may, and says so, has at once what a rule lists; everybody hears of it, and somebody else looks at it.

A gateway of two workers. Everybody of `ops` may break the glass, `leads` review it; each test has people of its own, as
some of them end up locked.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import yaml
from standardwebhooks import Webhook

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.fakes.approvals import wide
from support.forked.commands import vecgate
from support.servers.idp import Idp, running_idp
from support.servers.receiver import Receiver, running_receiver
from support.tools.askers import until
from support.tools.direct import Collection, collection
from vecgate.recording import read

ACCESS = "/.vecgate/v1/access"
HEADER = "Vecgate-Break-Glass"
RULES = """
version: 1
mask_profiles:
  strict: {default: redact}
  lax: {default: replace, entities: {EMAIL: keep}}
rules:
  - name: daily
    who: {groups: [ops, hasty]}
    where: {collections: ["glass-*"]}
    operations: [count, read_ids, collection_read]
    effect: allow
    mask: strict
  - name: holds
    who: anyone
    where: {collections: ["glass-*"]}
    operations: [delete_ids]
    effect: hold
    mask: strict
    approvers: {groups: [leads]}
    wait: 1s
  - name: emergency
    who: {groups: [ops]}
    where: {upstreams: [tickets-db], collections: ["glass-*"]}
    operations: [list_scan, read_ids, delete_ids]
    effect: request
    mask: lax
    approvers: {groups: [leads]}
    grant: {longest: 30min, break_glass: {review_within: 24h}}
  - name: elsewhere
    who: {groups: [ops]}
    where: {upstreams: [other-db]}
    operations: [upsert]
    effect: request
    mask: lax
    approvers: {groups: [leads]}
    grant: {longest: 30min, break_glass: {review_within: 24h}}
  - name: hasty
    who: {groups: [hasty]}
    where: {collections: ["glass-*"]}
    operations: [list_scan]
    effect: request
    mask: lax
    approvers: {groups: [leads]}
    grant: {longest: 2s, break_glass: {review_within: 2s}}
  - name: never
    who: anyone
    where: {collections: ["glass-secret*"]}
    operations: [list_scan]
    effect: deny
  - name: locks
    who: {groups: [leads]}
    where: anywhere
    operations: [lock]
    effect: allow
    mask: strict
"""
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_NUMBERS = count(1)


@dataclass(slots=True)
class World:
    """The gateway, and tokens for whoever a test makes up."""

    stack: Stack
    gateway: Gateway
    idp: Idp
    receiver: Receiver
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def person(self, *groups: str) -> str:
        """Somebody who was not there before."""
        name = f"p{next(_NUMBERS)}"
        self.tokens[name] = self.idp.token(name, groups)
        return name

    def lead(self) -> str:
        return self.person("leads")

    def call(self, user: str, where: Collection, verb: str, body: dict[str, Any], why: str | None = None) -> Reply:
        headers = {} if why is None else {HEADER: why}
        path = f"{where.path}/{verb}"
        return self.gateway.ask("POST", path, token=self.tokens[user], body=body, headers=headers, timeout=60)

    def scan(self, user: str, where: Collection, why: str | None = None) -> Reply:
        return self.call(user, where, "get", {"limit": 5, "include": ["documents"]}, why)

    def get(self, user: str, where: Collection, why: str | None = None) -> Reply:
        return self.call(user, where, "get", {"ids": ["mail"], "include": ["documents"]}, why)

    def ask(self, user: str, method: str, path: str, body: dict[str, Any] | None = None) -> Reply:
        return self.gateway.ask(method, f"{ACCESS}{path}", token=self.tokens[user], body=body)

    def broken(self, user: str, **less: Any) -> Reply:
        return self.ask(user, "POST", "/break-glass", {"reason": "INC-9: they cannot log in"} | less)

    def theirs(self, user: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(user, "GET", "").json["access"]
        return [one for one in found if one["yours"]]

    def over(self, user: str) -> str:
        """The id of an emergency that is over."""
        id = str(self.broken(user).json["id"])
        assert self.ask(user, "POST", f"/{id}/end", {}).json["how"] == "given_back"
        return id

    def review(self, user: str, id: str, justified: bool = True, reason: str = "I looked") -> Reply:
        return self.ask(user, "POST", f"/{id}/review", {"justified": justified, "reason": reason})

    def events(self, user: str) -> list[Any]:
        folder = self.gateway.settings.parent / "recordings"
        sessions = [one for one in read.sessions(folder) if one.user == user]
        return [entry for one in sessions for entry in read.entries(read.parts_of(folder, one.session))]

    def told(self, user: str) -> list[str]:
        return [entry.code for entry in self.events(user) if entry.code.startswith("access.")]

    def is_locked(self, user: str) -> bool:
        path = "/.vecgate/v1/access"
        return all(self.gateway.ask("GET", path, token=self.tokens[user]).code == "user.locked" for _ in range(16))


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "glass-policies"
    folder.mkdir()
    (folder / "p.yaml").write_text(RULES, "utf-8")
    tree = yaml.safe_load(stack.settings_path.read_text("utf-8"))
    key = gateways.folder / "glass.key"
    key.write_text(KEY, "utf-8")
    key.chmod(0o600)
    with running_idp() as idp, running_receiver() as receiver:
        more = {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url}
        hook = {"kind": "webhook", "url": receiver.url, "secret_file": str(key), "tells": ["glass"]}
        over = {"policies": str(folder), "state": {"prefix": "glass-test"}, "issuers": [*tree["issuers"], more]}
        made = gateways.make(over | {"notices": {"sinks": {"hook": hook}}}, workers=2)
        made.start()
        yield World(stack, made, idp, receiver)


@pytest.fixture(scope="module")
def tickets(world: World) -> Iterator[Collection]:
    with collection(world.stack, f"glass-{os.urandom(4).hex()}", 20) as made:
        made.add(["mail"], ["write to jane.roe@example.com"])
        yield made


def test_nobody_has_it_by_what_they_are(world: World, tickets: Collection) -> None:
    """Whoever may break the glass, and does not, works as on any day: nothing of it is held, and nothing is added."""
    ann = world.person("ops")
    for _ in range(8):
        daily = world.get(ann, tickets)
        assert (daily.status, "jane.roe" in daily.body.decode()) == (200, False)
    refused = world.scan(ann, tickets)
    assert refused.code == "access.glass"
    command = f"vecgate access break-glass --upstream tickets-db --collection {tickets.name} --operations list_scan"
    assert command in refused.json["message"]
    assert world.call(ann, tickets, "delete", {"ids": ["r1"]}).code == "hold.pending"
    assert world.theirs(ann) == []


def test_a_call_asks_for_it_and_has_it_at_once(world: World, tickets: Collection) -> None:
    ann = world.person("ops")
    first = world.scan(ann, tickets, "INC-9: they cannot log in")
    assert first.status == 200
    assert {world.scan(ann, tickets, "INC-9").status for _ in range(16)} == {200}  # on both workers
    [one] = world.theirs(ann)
    assert (one["state"], one["glass"], one["rule"], one["seconds"]) == ("granted", "call", "emergency", 1800)
    assert (one["reason"], one["collections"]) == ("INC-9: they cannot log in", ["glass-*"])
    assert "jane.roe" in world.get(ann, tickets, "INC-9").body.decode()
    # What is not asked for so is as ever.
    assert {world.scan(ann, tickets).code for _ in range(16)} == {"access.glass"}
    assert "jane.roe" not in world.get(ann, tickets).body.decode()
    assert world.told(ann) == ["access.broke_glass"]
    under = [e.body["grant"] for e in world.events(ann) if e.code == "request.sent" and "grant" in e.body]
    assert {(grant["id"], grant["glass"], grant["reason"]) for grant in under} == {(one["id"], "call", one["reason"])}


def test_a_header_that_stays_breaks_nothing_anew_before_somebody_has_looked(world: World, tickets: Collection) -> None:
    ann, lead = world.person("ops"), world.lead()
    assert world.scan(ann, tickets, "INC-9").status == 200
    [one] = world.theirs(ann)
    assert world.ask(lead, "POST", f"/{one['id']}/revoke", {"reason": "enough"}).json["how"] == "revoked"
    until(lambda: {world.scan(ann, tickets, "INC-9").code for _ in range(16)} == {"access.ended"}, "it is over")
    assert "'vecgate access break-glass --upstream tickets-db" in world.scan(ann, tickets, "INC-9").json["message"]
    assert world.get(ann, tickets, "INC-9").status == 200  # the work of every day goes on
    assert len(world.theirs(ann)) == 1
    assert world.broken(ann).status == 200  # by somebody's own act
    assert world.review(lead, one["id"]).status == 200


def test_what_a_hold_holds_runs_at_once(world: World, tickets: Collection) -> None:
    tickets.add(["gone"], ["x"])
    ann = world.person("ops")
    assert world.call(ann, tickets, "delete", {"ids": ["gone"]}, "INC-9: it poisons every search").status == 200
    assert "gone" not in tickets.ids()


def test_many_calls_at_once_break_it_once_at_each_worker_at_most(world: World, tickets: Collection) -> None:
    ann = world.person("ops")
    with ThreadPoolExecutor(8) as pool:
        replies = [*pool.map(lambda _: world.scan(ann, tickets, "INC-9"), range(24))]
    assert {reply.status for reply in replies} == {200}
    assert 1 <= len(world.theirs(ann)) <= 2


def test_deny_and_locks_beat_it_and_then_it_is_not_broken(world: World, tickets: Collection) -> None:
    ann, lead = world.person("ops"), world.lead()
    with collection(world.stack, f"glass-secret-{os.urandom(4).hex()}", 1) as secret:
        assert world.scan(ann, secret, "INC-9").code == "policy.denied"
    with collection(world.stack, f"glass-{os.urandom(4).hex()}", 1) as locked:
        lock = {"collection": f"tickets-db/{locked.name}"}
        assert world.gateway.ask("POST", "/.vecgate/v1/locks", token=world.tokens[lead], body=lock).status == 200
        until(lambda: {world.get(ann, locked).code for _ in range(16)} == {"collection.locked"}, "it is shut")
        assert {world.scan(ann, locked, "INC-9").code for _ in range(8)} == {"collection.locked"}
    assert world.theirs(ann) == []
    assert world.told(ann) == []


def test_who_may_not_and_what_is_not_listed_has_nothing_of_the_header(world: World, tickets: Collection) -> None:
    stranger, ann = world.person("others"), world.person("ops")
    assert world.scan(stranger, tickets, "INC-9").code == "policy.no_rule"
    assert world.broken(stranger).code == "access.no_glass"
    vector = {"ids": ["n"], "embeddings": [[1.0, 0.5]], "documents": ["d"]}
    assert world.call(ann, tickets, "upsert", vector, "INC-9").code == "policy.no_rule"  # listed for another database
    assert world.theirs(ann) == []
    assert world.scan(ann, tickets, "  ").code == "access.glass_reason"
    assert world.theirs(ann) == []


def test_the_command_breaks_it_for_every_call(world: World, tickets: Collection) -> None:
    ann = world.person("ops")
    done = vecgate(world.stack, world.gateway, "access", "break-glass", "--reason", "INC-9", token=world.tokens[ann])
    assert done.returncode == 0, done.stderr
    assert "broken by a command; nobody was asked" in done.stdout
    [one] = world.theirs(ann)
    assert (one["upstream"], one["seconds"], one["mask"]) == ("tickets-db", 1800, "lax")
    until(lambda: all("jane.roe" in world.get(ann, tickets).body.decode() for _ in range(16)), "every worker knows")


@pytest.mark.parametrize(
    ("less", "code"),
    [
        ({"for": "31min"}, "access.too_wide"),
        ({"mask": "unsafe-nothing"}, "access.too_wide"),
        ({"operations": ["upsert"]}, "access.too_wide"),
        ({"collections": ["*"]}, "access.too_wide"),
        ({"upstream": "other-db"}, "body.unreadable"),  # these settings have no such database
        ({"reason": " "}, "access.needs"),
        ({"from": "2027-01-01T00:00:00Z"}, "body.unreadable"),
    ],
)
def test_it_is_no_more_than_the_rule_lists(world: World, less: dict[str, Any], code: str) -> None:
    ann = world.person("ops")
    assert world.broken(ann, **less).code == code
    assert world.theirs(ann) == []


def test_somebody_else_reviews_it_once_it_is_over(world: World, tickets: Collection) -> None:
    ann, lead = world.person("ops", "leads"), world.lead()
    id = str(world.broken(ann).json["id"])
    assert world.review(lead, id).code == "access.no_review"  # it is not over
    assert world.ask(lead, "POST", f"/{id}/revoke", {"reason": "enough"}).json["how"] == "revoked"
    assert world.review(ann, id).code == "access.not_approver"
    double, agent = wide(ann), world.person("leads")
    world.tokens[double] = world.idp.token(double, ["leads"])
    world.tokens[agent] = world.idp.token(agent, ["leads"], act={"sub": ann})
    for own in (double, agent):
        assert world.review(own, id).code == "access.unknown"
    assert world.review(lead, id, reason="").code == "access.needs"
    done = world.review(lead, id).json
    assert (done["verdict"], done["found"], done["approvals"][0]["by"]) == ("justified", "I looked", lead)
    assert world.review(world.lead(), id, justified=False).code == "access.settled"
    assert world.told(ann)[0] == "access.broke_glass"
    assert sorted(world.told(lead)) == ["access.ended", "access.reviewed"]


def test_whose_emergency_was_none_is_locked_everywhere(world: World) -> None:
    ann, lead = world.person("ops"), world.lead()
    id = world.over(ann)
    words = ("access", "review", id, "--unjustified", "--reason", "no ticket, no customer")
    done = vecgate(world.stack, world.gateway, *words, token=world.tokens[lead])
    assert (done.returncode, "unjustified" in done.stdout) == (0, True), done.stderr
    until(lambda: world.is_locked(ann), "both workers know")
    lift = {"user": ann}
    lifted = world.gateway.ask("POST", "/.vecgate/v1/locks/lift", token=world.tokens[lead], body=lift)
    assert (lifted.status, lifted.json["lifted"][0]["by"]) == (200, lead)


def test_who_is_not_reviewed_in_time_is_locked(world: World, tickets: Collection) -> None:
    ann, lead = world.person("hasty"), world.lead()
    assert world.scan(ann, tickets, "quick").status == 200
    until(lambda: world.is_locked(ann), "nobody looked at it")
    until(
        lambda: world.told(ann) == ["access.broke_glass", "access.expired", "access.unreviewed"], "it is written down"
    )
    [one] = [one for one in world.ask(lead, "GET", "").json["access"] if one["holder"] == ann]
    assert (one["state"], one["verdict"], one["owes_review"]) == ("ended", "late", True)


def test_those_who_review_it_are_told_at_once_and_when_it_is_over(world: World) -> None:
    ann = world.person("ops")
    id = str(world.broken(ann).json["id"])

    def told(words: str) -> bool:
        bodies = [Webhook(KEY).verify(call.body, call.headers)["data"] for call in world.receiver.calls]
        mine = [one for one in bodies if one["id"] == id]
        return any(one["title"].startswith(words) and "leads" in str(one) for one in mine)

    until(lambda: told(f"{ann} BROKE THE GLASS, and nobody was asked: "), "it is told")
    assert world.ask(ann, "POST", f"/{id}/end", {}).status == 200
    until(lambda: told(f"Review what {ann} did, who broke the glass: "), "it is to be reviewed")
