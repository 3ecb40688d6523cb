"""A held call waits for another person; what they agreed to is executed once, and nothing else is.

Three gateways share one state. Both hold deletes of `patient-*` for long and of `quick-*` for a second; the second
gateway has shorter clocks and another name for the rule of `renamed-*`, the third binds five records at the most. A second issuer gives tokens that end soon.
"""

import json
import os
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.approvals.conftest import Make
from path.conftest import Factory
from support.fakes.approvals import wide
from support.forked.commands import vecgate
from support.servers.idp import Idp, running_idp
from support.tools.direct import Collection
from support.tools.people import People
from support.tools.raw_http import connect, exchange
from vecgate.recording import read

REQUESTS = "/.vecgate/v1/requests"
CLOSED = {"where": {"status": "closed"}}
RULES = """
version: 1
rules:
  - name: everyone-reads
    who: anyone
    where: anywhere
    operations: [read]
    effect: allow
    mask: unsafe-nothing
  - name: ask-patiently
    who: anyone
    where: {collections: ["patient-*"]}
    operations: [delete_filter]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 30s
  - name: ask-quickly
    who: anyone
    where: {collections: ["quick-*"]}
    operations: [delete_filter, delete_ids]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: ask-before-reading
    who: anyone
    where: {collections: ["shown-*"]}
    operations: [list_scan]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: RENAMED
    who: anyone
    where: {collections: ["renamed-*"]}
    operations: [delete_filter]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
"""


@dataclass(slots=True)
class World(People):
    """The two gateways, and a login token of everybody."""

    stack: Stack
    here: Gateway
    there: Gateway
    few: Gateway
    policies: Path
    idp: Idp
    pool: ThreadPoolExecutor
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def delete(
        self, tickets: Collection, user: str = "alice", body: Any = CLOSED, gateway: Gateway | None = None
    ) -> Reply:
        """Ask for a delete, and wait for what comes of it."""
        return (gateway or self.here).ask(
            "POST", f"{tickets.path}/delete", token=self.token(user), body=body, timeout=90
        )

    def deleting(self, tickets: Collection, user: str = "alice", gateway: Gateway | None = None) -> "Future[Reply]":
        """The same, without waiting."""
        return self.pool.submit(self.delete, tickets, user, CLOSED, gateway)

    def read(self, tickets: Collection, body: Any) -> Reply:
        """Ask for a read by filter."""
        return self.here.ask("POST", f"{tickets.path}/get", token=self.token("alice"), body=body, timeout=90)

    def requests(self, tickets: Collection, user: str = "bob", state: str = "pending") -> list[dict[str, Any]]:
        """The requests on that collection, as that user sees them."""
        listed = self.here.ask("GET", REQUESTS, token=self.token(user)).json["requests"]
        return [one for one in listed if one["target"] == tickets.name and one["state"] == state]

    def pending(self, tickets: Collection, user: str = "bob") -> dict[str, Any]:
        """The request on that collection, once it is there."""
        return until(lambda: self.requests(tickets, user))[0]

    def say(self, verb: str, id: str, user: str = "bob", gateway: Gateway | None = None) -> Reply:
        """Decide on a request."""
        return (gateway or self.here).ask("POST", f"{REQUESTS}/{id}/{verb}", token=self.token(user), body={})

    def state(self, id: str, user: str = "bob") -> str:
        return str(self.here.ask("GET", f"{REQUESTS}/{id}", token=self.token(user)).json["state"])

    def ended(self, tickets: Collection, code: str) -> bool:
        """Whether the first gateway has recorded the end of a held call on that collection, and as what."""
        folder = recordings(self.here)
        recorded = [read.load(folder, row.session) for row in read.sessions(folder)]
        talks = [talk.entries for one in recorded for talk in one.conversations()]
        return any(
            [entry.code for entry in entries] == ["request.held", code] and tickets.uuid in str(entries[0].body)
            for entries in talks
        )


def recordings(gateway: Gateway) -> Path:
    return Path(yaml.safe_load(gateway.settings.read_text("utf-8"))["recording"]["folder"])


def until[T](look: Callable[[], T], seconds: float = 30) -> T:
    """What `look` sees, once it is true."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return seen


def write_policy(folder: Path, text: str) -> None:
    """Put a policy file in place in one step."""
    folder.mkdir(exist_ok=True)
    (folder / ".new").write_text(text, "utf-8")
    os.replace(folder / ".new", folder / "rules.yaml")


def post(world: World, path: str, body: bytes) -> bytes:
    """A POST of exactly these bytes, by alice, as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Chroma-Token: {world.token('alice')}\r\nConnection: close\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def exactly(world: World, path: str, body: bytes) -> Reply:
    return exchange(world.here, post(world, path, body)).replies[-1]


def second_issuer(idp: Idp) -> dict[str, Any]:
    return {"issuer": idp.issuer, "audience": "vecgate", "jwks_url": idp.jwks_url, "leeway": 0, "keys_cooldown": 0.1}


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world of this module."""
    folder = tmp_path_factory.mktemp("hold")
    for name, renamed in (("here", "asked-here"), ("there", "asked-there")):
        write_policy(folder / name, RULES.replace("RENAMED", renamed))
    with running_idp() as idp, ThreadPoolExecutor() as pool:
        issuers = [*yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"], second_issuer(idp)]
        common = {"issuers": issuers, "state": {"prefix": "hold-test"}}
        here = gateways.make(over={**common, "policies": str(folder / "here")})
        there = gateways.make(over={**common, "policies": str(folder / "there"), "hold": {"pending": 2}})
        few = gateways.make(over={**common, "policies": str(folder / "here"), "hold": {"bind_ids": 5}})
        for gateway in (here, there, few):  # one after the other: the first one makes the CA that both use
            gateway.start()
        yield World(stack, here, there, few, folder / "here", idp, pool)


# released, and refused


def test_a_request_waits_and_goes_on_when_another_person_approves(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    shown = world.pending(closed)
    assert shown["effect"] == f"deletes 20 of 20 in {closed.name}"
    assert (shown["requester"], shown["may_decide"], closed.count()) == ("alice", True, 20)
    assert world.say("approve", shown["id"]).status == 200
    assert waiting.result().status == 200
    assert closed.count() == 0
    assert world.state(shown["id"]) == "used"


def test_the_approver_sees_how_much_of_how_much(world: World, tickets: Make) -> None:
    some = tickets("quick", records=7)
    body = {"where_document": {"$contains": "ticket r3"}}
    refused = world.delete(some, body=body)
    assert "(would touch 1 of 7 records" in refused.json["message"]
    shown = world.pending(some)
    assert (shown["touched"], shown["total"], shown["effect"]) == (1, 7, f"deletes 1 of 7 in {some.name}")
    assert world.say("approve", shown["id"]).status == 200
    assert world.delete(some, body=body).status == 200
    assert some.count() == 6


def test_after_the_wait_the_refusal_names_the_request_and_when_to_come_back(world: World, tickets: Make) -> None:
    closed = tickets("quick")
    refused = world.delete(closed)
    shown = world.pending(closed)
    assert (refused.status, refused.code) == (403, "hold.pending")
    assert refused.json["request_id"] == shown["id"]
    assert shown["id"] in refused.json["message"]
    assert "data-owners" in refused.json["message"]
    assert int(refused.headers["retry-after"]) > 0
    assert closed.count() == 20


def test_approved_while_nobody_waits_the_resend_is_executed_at_once_and_only_once(world: World, tickets: Make) -> None:
    closed = tickets("quick")
    first = world.delete(closed).json["request_id"]
    assert world.say("approve", first).status == 200
    assert world.delete(closed).status == 200
    assert (closed.count(), world.state(first)) == (0, "used")
    closed.add(["new-1"])
    third = world.delete(closed)
    assert third.code == "hold.pending"
    assert third.json["request_id"] != first


def test_denied_is_final_for_the_one_who_waits_and_for_the_resend(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    id = world.pending(closed)["id"]
    assert world.say("deny", id).status == 200
    for reply in (waiting.result(), world.delete(closed)):
        assert (reply.code, reply.json["request_id"]) == ("hold.denied", id)
    assert closed.count() == 20


def test_expired_while_it_waits_and_a_resend_asks_anew(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    expired = world.delete(closed, gateway=world.there)
    assert expired.code == "hold.expired"
    assert world.say("approve", expired.json["request_id"]).code == "requests.settled"
    waiting = world.deleting(closed)
    shown = world.pending(closed)
    assert shown["id"] != expired.json["request_id"]
    world.say("deny", shown["id"])
    assert waiting.result().code == "hold.denied"
    assert closed.count() == 20


def test_the_requester_withdraws_it_from_the_command_line(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    id = world.pending(closed)["id"]
    others = vecgate(world.stack, world.here, "requests", "withdraw", id, token=world.token("bob"))
    assert (others.returncode, "requests.not_yours" in others.stderr) == (1, True)
    own = vecgate(world.stack, world.here, "requests", "withdraw", id, token=world.token("alice"))
    assert own.returncode == 0, own.stderr
    assert waiting.result().code == "hold.withdrawn"
    assert world.say("approve", id).code == "requests.settled"
    assert closed.count() == 20


# the identical request


def test_the_identical_request_attaches_whatever_its_whitespace(world: World, tickets: Make) -> None:
    closed = tickets("quick")
    first = world.delete(closed).json["request_id"]
    spaced = b'{ "where" :\n\t{"status":"closed"} }'
    again = exactly(world, f"{closed.path}/delete", spaced)
    assert (again.code, again.json["request_id"]) == ("hold.pending", first)
    assert len(world.requests(closed)) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        # whatever the order of its members
        (b'{"ids":["r1"],"where":{"status":"closed"}}', b'{"where":{"status":"closed"},"ids":["r1"]}'),
        # the sync client, the async one, and those that send what is there
        (
            b'{"ids":null,"where":{"status":"closed"},"where_document":null}',
            b'{"where":{"status":"closed"},"where_document":null,"ids":null}',
            b'{"where":{"status":"closed"}}',
        ),
        # ids are a set
        (b'{"ids":["r1","r2"]}', b'{"ids":["r2","r1"]}', b'{"where":null,"ids":["r2","r1"]}'),
        (
            b'{"where_document":{"$contains":"ticket"},"where":{"status":"closed"}}',
            b'{"where":{"status":"closed"},"where_document":{"$contains":"ticket"}}',
        ),
    ],
)
def test_the_same_call_of_another_client_is_the_same_request(
    world: World, tickets: Make, spellings: tuple[bytes, ...]
) -> None:
    closed = tickets("quick")
    replies = [exactly(world, f"{closed.path}/delete", body) for body in spellings]
    assert {reply.code for reply in replies} == {"hold.pending"}
    assert len({reply.json["request_id"] for reply in replies}) == 1


def test_another_filter_is_another_request(world: World, tickets: Make) -> None:
    closed = tickets("quick")
    one = exactly(world, f"{closed.path}/delete", b'{"where":{"status":"closed"}}')
    other = exactly(world, f"{closed.path}/delete", b'{"where":{"$or":[{"status":"closed"},{"status":"gone"}]}}')
    assert one.json["request_id"] != other.json["request_id"]


def test_another_person_body_path_or_rule_is_another_request(world: World, tickets: Make) -> None:
    closed, renamed, elsewhere = tickets("quick"), tickets("renamed"), tickets("quick")
    asked = [
        world.pool.submit(world.delete, *how)
        for how in (
            (closed, "alice"),
            (closed, "bob"),
            (closed, "alice", {"where": {"status": {"$ne": "open"}}}),
            (elsewhere, "alice"),
            (renamed, "alice", CLOSED, world.here),
            (renamed, "alice", CLOSED, world.there),
        )
    ]
    replies = [one.result() for one in asked]
    assert {reply.code for reply in replies} <= {"hold.pending", "hold.expired"}
    assert len({reply.json["request_id"] for reply in replies}) == len(replies)


# who may say yes


def test_nobody_approves_their_own_request_with_whatever_token(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed, "bob")
    id = world.pending(closed, "carol")["id"]
    # Whom another issuer's login names is taken for the same person, however it writes the name.
    others = [world.idp.token(name, ["data-owners"]) for name in ("bob", "Bob", "BOB ", wide("bob"), "b\ufe0fob")]
    for token, code in (
        (world.token("bob"), "requests.not_approver"),
        (world.stack.token("bob"), "requests.not_approver"),
        *((other, "requests.unknown") for other in others),
    ):
        assert world.here.ask("POST", f"{REQUESTS}/{id}/approve", token=token, body={}).code == code
    assert (world.state(id, "carol"), closed.count()) == ("pending", 20)
    assert world.say("approve", id, "carol").status == 200
    assert waiting.result().status == 200


def test_who_is_not_in_an_approver_group_does_not_even_see_it(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    id = world.pending(closed)["id"]
    assert world.say("approve", id, "erin").code == "requests.unknown"
    assert not world.requests(closed, "erin")
    assert world.say("approve", id, "alice").code == "requests.not_approver"
    world.say("deny", id)
    assert waiting.result().code == "hold.denied"


# a client that leaves


def finish(wire: socket.socket) -> None:
    wire.close()


def reset(wire: socket.socket) -> None:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def half_close(wire: socket.socket) -> None:
    socket.socket.shutdown(wire, socket.SHUT_WR)


def say_goodbye(wire: ssl.SSLSocket) -> None:
    wire.setblocking(False)
    with suppress(ssl.SSLWantReadError, ssl.SSLEOFError):  # the gateway may have hung up already
        wire.unwrap()


@pytest.mark.parametrize("leave", [finish, reset, half_close, say_goodbye])
def test_who_leaves_executes_nothing_and_finds_the_request_open(
    world: World, tickets: Make, leave: Callable[[socket.socket], None]
) -> None:
    closed = tickets("patient")
    with connect(world.here) as wire:
        wire.sendall(post(world, f"{closed.path}/delete", json.dumps(CLOSED).encode()))
        id = world.pending(closed)["id"]
        leave(wire)
        assert until(lambda: world.ended(closed, "client.left"))
    assert world.state(id) == "pending"
    assert world.say("approve", id).status == 200
    assert (world.state(id), closed.count()) == ("approved", 20)
    assert world.delete(closed).status == 200
    assert (world.state(id), closed.count()) == ("used", 0)


def test_approved_right_after_the_client_left_executes_nothing(world: World, tickets: Make) -> None:
    """The yes comes before the gateway has had time to look whether anybody is still there."""
    closed = tickets("patient")
    with connect(world.here) as wire:
        wire.sendall(post(world, f"{closed.path}/delete", json.dumps(CLOSED).encode()))
        id = world.pending(closed)["id"]
        finish(wire)
        assert world.say("approve", id).status == 200
    assert until(lambda: world.ended(closed, "client.left"))
    assert (world.state(id), closed.count()) == ("approved", 20)


# once more, at release


def test_a_token_that_ends_while_it_waits_executes_nothing(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    end = int(time.time()) + 4
    world.tokens["passing"] = world.idp.token("dora", ["analysts"], exp=end)
    waiting = world.deleting(closed, "passing")
    id = world.pending(closed)["id"]
    assert until(lambda: time.time() > end)
    assert world.say("approve", id).status == 200
    assert waiting.result().code == "identity.expired"
    assert (world.state(id), closed.count()) == ("approved", 20)


def test_a_policy_that_says_no_meanwhile_executes_nothing(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    id = world.pending(closed)["id"]
    rules = (world.policies / "rules.yaml").read_text("utf-8")
    closing = f"  - {{name: closed-now, who: anyone, where: {{collections: [{closed.name}]}}, operations: ['*'], effect: deny}}\n"

    def counting() -> str:
        return world.here.ask("GET", f"{closed.path}/count", token=world.token("alice")).code

    try:
        write_policy(world.policies, rules + closing)
        assert until(lambda: counting() == "collection.unknown")
        assert world.say("approve", id).status == 200
        assert waiting.result().code == "collection.unknown"
        assert (world.state(id), closed.count()) == ("approved", 20)
    finally:
        write_policy(world.policies, rules)
        assert until(lambda: counting() == "")


def test_only_the_records_that_were_shown_are_deleted_and_what_came_later_stays(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    waiting = world.deleting(closed)
    id = world.pending(closed)["id"]
    closed.add(["new-1", "new-2"])
    assert world.say("approve", id).status == 200
    answer = waiting.result()
    assert (answer.status, answer.json) == (200, {"deleted": 20})
    assert (world.state(id), closed.ids()) == ("used", ["new-1", "new-2"])


def test_of_those_that_were_shown_what_the_filter_no_longer_selects_stays_too(world: World, tickets: Make) -> None:
    closed = tickets("quick", records=4)
    first = world.delete(closed).json["request_id"]
    closed.update(["r1"], {"status": "open"})
    closed.add(["new"])
    assert world.say("approve", first).status == 200
    assert world.delete(closed).json == {"deleted": 3}
    assert closed.ids() == ["r1", "new"]


def test_a_yes_whose_records_are_all_gone_touches_no_others(world: World, tickets: Make) -> None:
    closed = tickets("quick", records=2)
    first = world.delete(closed).json["request_id"]
    closed.update(["r0", "r1"], {"status": "open"})
    closed.add(["new"])
    assert world.say("approve", first).status == 200
    assert world.delete(closed).json == {"deleted": 0}
    assert closed.ids() == ["r0", "r1", "new"]


def test_with_a_limit_it_is_those_records_and_not_as_many(world: World, tickets: Make) -> None:
    closed = tickets("quick", records=5)
    body = CLOSED | {"limit": 2}
    first = world.delete(closed, body=body).json["request_id"]
    closed.update(["r0"], {"status": "open"})
    assert world.say("approve", first).status == 200
    assert world.delete(closed, body=body).json == {"deleted": 1}
    assert closed.ids() == ["r0", "r2", "r3", "r4"]


def test_a_read_by_filter_gives_the_records_that_were_shown(world: World, tickets: Make) -> None:
    closed = tickets("shown", records=3)
    body = CLOSED | {"include": []}
    asked = world.read(closed, body)
    assert asked.code == "hold.pending"
    closed.add(["new"])
    assert world.say("approve", asked.json["request_id"]).status == 200
    assert world.read(closed, body).json["ids"] == ["r0", "r1", "r2"]


def test_above_the_bound_a_count_that_grew_by_more_than_a_twentieth_is_held_anew(world: World, tickets: Make) -> None:
    """The third gateway binds five records at the most."""
    closed = tickets("patient")
    waiting = world.deleting(closed, gateway=world.few)
    first = world.pending(closed)["id"]
    closed.add(["new-1", "new-2"])
    assert world.say("approve", first).status == 200
    refused = waiting.result()
    second = world.pending(closed)
    assert (refused.code, refused.json["request_id"]) == ("hold.pending", second["id"])
    assert second["id"] != first
    assert second["effect"] == f"deletes 22 of 22 in {closed.name}"
    assert (world.state(first), closed.count()) == ("withdrawn", 22)
    assert world.say("approve", second["id"]).status == 200
    assert world.delete(closed, gateway=world.few).status == 200
    assert closed.count() == 0


def test_above_the_bound_a_count_that_grew_by_less_is_executed(world: World, tickets: Make) -> None:
    closed = tickets("patient", records=40)
    waiting = world.deleting(closed, gateway=world.few)
    id = world.pending(closed)["id"]
    closed.add(["new-1"])
    assert world.say("approve", id).status == 200
    assert waiting.result().status == 200
    assert closed.count() == 0


# two gateways


def test_a_yes_given_at_one_gateway_releases_the_request_held_at_the_other(world: World, tickets: Make) -> None:
    closed = tickets("patient")
    with connect(world.here) as wire:  # asked here first: its clocks count
        wire.sendall(post(world, f"{closed.path}/delete", json.dumps(CLOSED).encode()))
        id = world.pending(closed)["id"]
        waiting = world.deleting(closed, gateway=world.there)
        assert until(lambda: held_at(world.there, id))
        finish(wire)
        assert until(lambda: world.ended(closed, "client.left"))
    assert world.say("approve", id, gateway=world.here).status == 200
    assert waiting.result().status == 200
    assert (world.state(id), closed.count()) == ("used", 0)


def held_at(gateway: Gateway, id: str) -> bool:
    """Whether its journals say that it holds that request."""
    return any(id.encode() in file.read_bytes() for file in recordings(gateway).glob("*.jsonl"))


def test_two_gateways_use_one_yes_once(world: World, tickets: Make) -> None:
    closed = tickets("quick")
    id = world.delete(closed).json["request_id"]
    assert world.say("approve", id, gateway=world.there).status == 200
    both = [world.here, world.there] * 4
    replies = [one.result() for one in [world.deleting(closed, gateway=gateway) for gateway in both]]
    done = [reply for reply in replies if reply.status == 200]
    others = {reply.code for reply in replies if reply.status != 200}
    # Who comes late deletes what is left: nothing, which nobody need be asked about.
    assert sorted(reply.json["deleted"] for reply in done) == [*([0] * (len(done) - 1)), 20]
    assert others <= {"requests.settled", "hold.pending", "hold.expired", "hold.changed"}
    assert world.state(id) == "used"
