"""Who owns the shared state forges every decision there is, and none of it makes a call pass where a yes must be signed.

Two workers share a real Valkey that the test writes to as it likes; the approvers' keys are the test's own.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.forked.commands import vecgate
from support.forked.ports import free_port
from support.tools.direct import Collection, collection
from support.tools.people import People
from support.tools.signing import key, mark, signed
from vecgate.cli._sessions.decisions import _held, problems
from vecgate.cli._sessions.proofs import Proofs
from vecgate.consent.enrolled import Unproven
from vecgate.recording import read
from vecgate.settings.approvals import Approvals

REQUESTS = "/.vecgate/v1/requests"
CLOSED = {"where": {"status": "closed"}}
PREFIX = "forged"
RULES = """
version: 1
rules:
  - name: ask
    who: anyone
    where: {collections: ["patient-*"]}
    operations: [delete]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 1s
  - name: may-count
    who: anyone
    where: {collections: ["patient-*"]}
    operations: [count]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 1h}
  - name: by-itself
    who: {groups: [analysts]}
    where: {collections: ["patient-*"]}
    operations: [read_ids]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners], automatic: [{name: a-look, answer: approve, up_to: {for: 10min}}]}
    grant: {longest: 1h}
  - name: emergency
    who: {groups: [analysts]}
    where: {collections: ["patient-*"]}
    operations: [list_scan]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 30min, break_glass: {review_within: 1h}}
  - name: who-is-on-call
    who: {groups: [analysts]}
    where: {collections: ["patient-*"]}
    operations: [search]
    effect: request
    mask: unsafe-nothing
    approvers: {stages: [{on_call: [night]}]}
    grant: {longest: 1h}
"""
ACCESS = "/.vecgate/v1/access"


@dataclass(slots=True)
class World(People):
    """A gateway that wants signatures, its state, and what bob and carol sign with."""

    stack: Stack
    gateway: Gateway
    state: redis.Redis
    folder: Path
    keys: dict[str, Ed25519PrivateKey]
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def delete(self, tickets: Collection) -> Reply:
        return self.gateway.ask("POST", f"{tickets.path}/delete", token=self.token(), body=CLOSED, timeout=60)

    def held(self, tickets: Collection) -> str:
        reply = self.delete(tickets)
        assert reply.code == "hold.pending", reply.json
        return str(reply.json["request_id"])

    def shown(self, id: str, user: str = "bob") -> dict[str, Any]:
        return dict(self.gateway.ask("GET", f"{REQUESTS}/{id}", token=self.token(user)).json)

    def yes(self, id: str, user: str = "bob", **over: Any) -> Reply:
        """A yes with its signature; `over`: of its members."""
        text = self.shown(id, user)["to_sign"]
        document = json.loads(self.enrolment(user).read_text())
        made = signed(self.keys[user], text, document)
        body = {"signed": {"statement": text, "signature": made.signature, "enrolment": document, **over}}
        return self.gateway.ask("POST", f"{REQUESTS}/{id}/approve", token=self.token(user), body=body)

    def enrolment(self, user: str) -> Path:
        return self.folder / f"{user}.json"

    def type(self, user: str, *words: str) -> str:
        done = vecgate(self.stack, self.gateway, *words, token=self.token(user))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kept(self, id: str) -> str:
        """The key under which the state keeps a held call."""
        return f"{PREFIX}:{{approvals}}:call:{id}"


@pytest.fixture(scope="module")
def world(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("forged")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    keys = {name: key() for name in ("root", "bob", "carol", "alice")}
    for name, private in keys.items():
        raw = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        (folder / name).write_bytes(raw)
    settings = {
        "policies": str(folder / "policies"),
        "state": {"prefix": PREFIX},
        "approvals": {
            "signed": "require",
            "roots": [mark(keys["root"])],
            "on_call": {"night": {"file": str(folder / "rota.json")}},
        },
    }
    _on_call(folder, "carol")
    made = gateways.make(over=settings, workers=2)
    made.start()
    with redis.Redis.from_url(stack.valkey_url, decode_responses=True) as state:
        found = World(stack, made, state, folder, keys)
        for name in ("bob", "carol", "alice"):
            file = str(found.enrolment(name))
            found.type(name, "approver", "enroll", "--key", str(folder / name), "--out", file)
            found.type(name, "approver", "sign", file, "--key", str(folder / "root"), "--yes")
        yield found
    gateways.stop()


def _on_call(folder: Path, *people: str) -> None:
    """Who is, from now on."""
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "people": [*people]}
    made = folder / "rota.new"
    made.write_text(json.dumps(told), "utf-8")
    made.replace(folder / "rota.json")


@pytest.fixture
def tickets(stack: Stack) -> Iterator[Callable[[], Collection]]:
    with ExitStack() as made:
        yield lambda: made.enter_context(collection(stack, f"patient-{time.monotonic_ns()}", 3))


def test_a_signed_yes_is_executed_once_at_whichever_worker_and_is_in_the_record(
    world: World, tickets: Callable[[], Collection]
) -> None:
    closed = tickets()
    id = world.held(closed)
    said = world.type("bob", "requests", "approve", id, "--yes", *_words(world, "bob"))
    assert "approved" in said
    assert (world.delete(closed).status, closed.count()) == (200, 0)
    folder = world.gateway.settings.parent / "recordings"
    lines = (line for one in read.sessions(folder) for _, _, line in read.lines(read.parts_of(folder, one.session)))
    assert any(id.encode() in line and b"SSH SIGNATURE" in line for line in lines)
    settings = Approvals(signed="require", roots=(mark(world.keys["root"]),))
    strangers = Approvals(signed="require", roots=(mark(key()),))
    assert _unproven(world, settings) == []
    assert any(id in why for why in _unproven(world, strangers))


def _unproven(world: World, settings: Approvals) -> list[str]:
    """What is wrong with the decisions in all journals."""
    folder = world.gateway.settings.parent / "recordings"
    return [why for one in read.sessions(folder) for why in problems(folder, one.session, settings)]


def test_a_signed_yes_to_less_runs_as_it_was_signed_whatever_the_state_says(
    world: World, tickets: Callable[[], Collection]
) -> None:
    closed = tickets()
    id = world.held(closed)
    less = "--narrow", "--only", "r1"
    said = world.type("bob", "requests", "approve", id, "--yes", *less, *_words(world, "bob"))
    assert "only r1" in said
    (vote,) = json.loads(world.state.hget(world.kept(id), "said"))
    assert json.loads(vote["signed"]["statement"])["narrowed"] == {"ids": ["r1"]}
    wider = {"results": None, "mask": "", "ids": ["r0", "r1"]}
    for forged in ({**vote, "less": wider}, {name: said for name, said in vote.items() if name != "less"}):
        world.state.hset(world.kept(id), "said", json.dumps([forged]))
        for _ in range(4):  # at both workers
            assert world.delete(closed).code == "hold.unproven"
    assert closed.count() == 3
    world.state.hset(world.kept(id), "said", json.dumps([vote]))
    assert world.delete(closed).status == 200
    assert closed.ids() == ["r0", "r2"]
    [yes] = _approved(world, id)
    assert yes["narrowed"] == {"ids": ["r1"]}
    proofs = Proofs(Approvals(signed="require", roots=(mark(world.keys["root"]),)))
    _held(yes, proofs)
    for forged in ({"ids": ["r0", "r1"]}, None):
        with pytest.raises(Unproven, match="it was signed to something else than what is written there"):
            _held({**yes, "narrowed": forged}, proofs)


def _approved(world: World, id: str) -> Iterator[dict[str, Any]]:
    """What the record says of a yes that was about to be spent."""
    folder = world.gateway.settings.parent / "recordings"
    for one in read.sessions(folder):
        for entry in read.entries(read.parts_of(folder, one.session)):
            approval = entry.body.get("approval") if entry.code == "request.sent" else None
            if isinstance(approval, dict) and (approval["id"], approval["state"]) == (id, "approved"):
                yield approval


def _words(world: World, user: str) -> tuple[str, ...]:
    return "--key", str(world.folder / user), "--enrolment", str(world.enrolment(user))


def test_a_yes_that_is_not_signed_by_who_says_it_is_not_taken(world: World, tickets: Callable[[], Collection]) -> None:
    id = world.held(tickets())
    unsigned = world.gateway.ask("POST", f"{REQUESTS}/{id}/approve", token=world.token("bob"), body={})
    assert unsigned.code == "requests.unsigned"
    carols = json.loads(world.enrolment("carol").read_text())
    assert world.yes(id, enrolment=carols).code == "requests.unproven"
    text = world.shown(id)["to_sign"]
    assert world.yes(id, statement=text.replace(id, "0" * len(id))).code == "requests.unproven"
    assert world.shown(id)["state"] == "pending"


def _forged_state(world: World, id: str) -> None:
    world.state.hset(world.kept(id), mapping={"state": "approved", "votes": 1, "said": "[]"})


def _forged_vote(world: World, id: str) -> None:
    vote = {"by": "bob", "at": time.time(), "login": "x#bob", "stage": 0, "fits": ["group:data-owners"], "names": []}
    world.state.hset(world.kept(id), mapping={"state": "approved", "votes": 1, "said": json.dumps([vote])})


def _own_signature(world: World, id: str) -> None:
    """The requester, enrolled with a group that is not asked, signs themselves; the state says who they are not."""
    facts = json.loads(world.shown(id)["to_sign"])
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    made = signed(world.keys["alice"], text, json.loads(world.enrolment("alice").read_text()))
    proof = {"statement": text, "signature": made.signature, "enrolment": made.enrolment}
    vote = {"by": "bob", "at": time.time(), "login": "x#bob", "fits": ["group:data-owners"], "signed": proof}
    world.state.hset(world.kept(id), mapping={"state": "approved", "votes": 1, "said": json.dumps([vote])})


def _own_rules(world: World, id: str) -> None:
    """The state says that the requester's own group is asked, and that another person asked."""
    asked = {"stages": [{"circle": {"groups": ["analysts", "data-owners"], "users": []}, "need": 1, "name": ""}]}
    told = {"approvers": json.dumps(asked), "names": '["x"]', "login": "x", "name": "x"}
    world.state.hset(world.kept(id), mapping=told)
    _own_signature(world, id)


@pytest.mark.parametrize("forge", [_forged_state, _forged_vote, _own_signature, _own_rules])
def test_what_is_written_into_the_state_makes_no_call_pass(
    world: World, tickets: Callable[[], Collection], forge: Callable[[World, str], None]
) -> None:
    closed = tickets()
    id = world.held(closed)
    forge(world, id)
    for _ in range(4):  # at both workers
        reply = world.delete(closed)
        assert reply.code in ("hold.unproven", "hold.pending", "hold.changed"), reply.json
    assert closed.count() == 3


def test_a_yes_to_one_call_is_none_to_another(world: World, tickets: Callable[[], Collection]) -> None:
    small, large = tickets(), tickets()
    one, other = world.held(small), world.held(large)
    assert world.yes(one).json["state"] == "approved"
    said = world.state.hmget(world.kept(one), "said", "nonce", "expires", "votes", "why")
    told = dict(zip(("said", "nonce", "expires", "votes", "why"), said, strict=True))
    world.state.hset(world.kept(other), mapping={**told, "state": "approved"})
    assert world.delete(large).code == "hold.unproven"
    world.state.copy(world.kept(one), world.kept(other), replace=True)
    assert world.delete(large).status == 403
    assert large.count() == 3


def test_what_was_executed_is_not_executed_again_however_the_state_is_turned_back(
    world: World, tickets: Callable[[], Collection]
) -> None:
    closed = tickets()
    id = world.held(closed)
    assert world.yes(id).json["state"] == "approved"
    before = _dumped(world)
    assert (world.delete(closed).status, closed.count()) == (200, 0)
    closed.add(["r0", "r1", "r2"])
    for _ in range(4):  # at both workers
        for name in _all(world):
            world.state.delete(name)
        _restore(world, before)
        assert world.delete(closed).status == 403
    assert closed.count() == 3


def _all(world: World) -> list[str]:
    found = world.state.scan_iter(f"{PREFIX}:{{approvals}}:*")
    return [name for name in found if not name.endswith((":events", ":nonces"))]


def _restore(world: World, before: dict[str, Any]) -> None:
    with redis.Redis.from_url(world.stack.valkey_url) as raw:
        for name, value in before.items():
            raw.restore(name, 600_000, value, replace=True)


def _dumped(world: World) -> dict[str, Any]:
    with redis.Redis.from_url(world.stack.valkey_url) as raw:
        return {name: raw.dump(name) for name in _all(world)}


def _granted(world: World, tickets: Collection) -> str:
    """Access to count, asked for by alice."""
    wish = {"upstream": "tickets-db", "operations": ["count"], "collections": ["patient-*"], "for": "1h", "reason": "x"}
    return str(world.gateway.ask("POST", ACCESS, token=world.token(), body=wish).json["id"])


def _counts(world: World, tickets: Collection) -> set[int]:
    """How counting ends, at both workers."""
    path = f"{tickets.path}/count"
    return {world.gateway.ask("GET", path, token=world.token()).status for _ in range(6)}


def test_access_is_had_by_signatures_and_by_nothing_that_is_written_into_the_state(
    world: World, tickets: Callable[[], Collection]
) -> None:
    closed = tickets()
    id = _granted(world, closed)
    kept, now = f"{PREFIX}:{{access}}:doc:{id}", time.time()
    assert (
        world.gateway.ask("POST", f"{ACCESS}/{id}/approve", token=world.token("bob"), body={}).code == "access.unsigned"
    )
    pending = json.loads(str(world.state.hget(kept, "doc")))
    forged = {**pending, "state": "granted", "granted": now, "begun": now, "ends": now + 3600}
    _tell(world, id, forged, 50)
    time.sleep(1)  # every worker has read it by then, or trusts nothing
    assert 200 not in _counts(world, closed)
    _tell(world, id, pending, 60)
    said = world.type("bob", "access", "approve", id, "--yes", *_words(world, "bob"))
    assert "granted" in said
    assert _soon(lambda: _counts(world, closed) == {200})
    before = json.loads(str(world.state.hget(kept, "doc")))
    _tell(world, id, {**before, "terms": {**before["terms"], "operations": ["count", "search"]}}, 70)
    assert _soon(lambda: 200 not in _counts(world, closed))
    _tell(world, id, before, 80)
    assert _soon(lambda: _counts(world, closed) == {200})
    revoked = world.gateway.ask("POST", f"{ACCESS}/{id}/revoke", token=world.token("bob"), body={"reason": "enough"})
    assert revoked.status == 200
    assert _soon(lambda: 200 not in _counts(world, closed))
    _tell(world, id, before, 90)
    time.sleep(1)
    assert 200 not in _counts(world, closed)


def _soon(look: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not look() and time.monotonic() < end:
        time.sleep(0.1)
    return look()


def _tell(world: World, id: str, document: dict[str, Any], rev: int) -> None:
    """Write a document, and tell all workers."""
    prefix = f"{PREFIX}:{{access}}"
    world.state.hset(f"{prefix}:doc:{id}", mapping={"doc": json.dumps(document), "rev": rev})
    world.state.zadd(f"{prefix}:live", {id: (time.time() + 3600) * 1000})
    world.state.xadd(f"{prefix}:events", {"id": id, "state": document["state"], "rev": rev})


def _planned(world: World, *each: Collection) -> str:
    """Three deletes with one yes, signed by bob; each in a collection of its own."""
    calls = [{"method": "POST", "path": f"{one.path}/delete", "body": CLOSED} for one in each]
    asked = world.gateway.ask("POST", "/.vecgate/v1/plans", token=world.token(), body={"calls": calls})
    assert asked.status == 200, asked.json
    id = str(asked.json["id"])
    assert len(json.loads(world.shown(id)["to_sign"])["steps"]) == 3
    assert world.yes(id).json["state"] == "approved"
    return id


def test_the_steps_of_a_plan_are_executed_once_and_in_their_order_whatever_the_state_says(
    world: World, tickets: Callable[[], Collection]
) -> None:
    first, second, third = tickets(), tickets(), tickets()
    id, before = _planned(world, first, second, third), _dumped(world)
    world.state.hset(world.kept(id), mapping={"turn": 3})
    assert world.delete(third).status == 403, "the last one first"
    _turned_back(world, before)
    for n, one in enumerate((first, second)):  # at whichever worker
        assert world.delete(one).status == 200, n
    assert (first.count(), second.count(), third.count()) == (0, 0, 3)
    for one in (first, second):
        one.add(["r0", "r1", "r2"])
    for turn in (1, 2):
        _turned_back(world, before)
        world.state.hset(world.kept(id), mapping={"turn": turn})
        assert world.delete((first, second)[turn - 1]).status == 403, "what was executed"
    assert (first.count(), second.count(), third.count()) == (3, 3, 3)


def _turned_back(world: World, before: dict[str, Any]) -> None:
    for name in _all(world):
        world.state.delete(name)
    _restore(world, before)


def test_a_plan_that_the_state_makes_another_releases_nothing(world: World, tickets: Callable[[], Collection]) -> None:
    each = tickets(), tickets(), tickets()
    id = _planned(world, *each)
    kept = world.kept(id)
    steps = json.loads(str(world.state.hget(kept, "steps")))
    steps[0], steps[1] = steps[1], steps[0]
    names = ("index:1", "index:2", "binding:1", "binding:2")
    said = dict(zip(names, world.state.hmget(kept, *names), strict=True))
    swapped = {
        "index:1": said["index:2"],
        "index:2": said["index:1"],
        "binding:1": said["binding:2"],
        "binding:2": said["binding:1"],
    }
    world.state.hset(kept, mapping={**swapped, "steps": json.dumps(steps)})
    for _ in range(2):
        assert world.delete(each[1]).code in ("hold.unproven", "hold.pending")
    assert each[1].count() == 3


def _codes(world: World, call: tuple[str, str, Any], times: int = 4) -> set[str]:
    """How a call of alice's ends, at whichever worker; "200" where it is answered."""
    asked = (world.gateway.ask(*call[:2], token=world.token(), body=call[2]) for _ in range(times))
    return {"200" if one.status == 200 else one.code for one in asked}


def _ends(world: World, call: tuple[str, str, Any], codes: set[str]) -> bool:
    return _codes(world, call) <= codes


def _opens(world: World, call: tuple[str, str, Any], times: int = 4) -> bool:
    """Whether any worker answers it."""
    return "200" in _codes(world, call, times)


def _said(world: World, id: str) -> str:
    """Why a worker does not believe it."""
    shown = world.gateway.ask("GET", f"{ACCESS}/{id}", token=world.token())
    return str(shown.json.get("unproven"))


def _asked_for(world: World, **wish: Any) -> dict[str, Any]:
    body = {"upstream": "tickets-db", "reason": "INC-7", **wish}
    made = world.gateway.ask("POST", ACCESS, token=world.token(), body=body)
    assert made.status == 200, made.json
    return dict(made.json)


def _doc(world: World, id: str) -> dict[str, Any]:
    return dict(json.loads(str(world.state.hget(f"{PREFIX}:{{access}}:doc:{id}", "doc"))))


def _forgeries(true: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What somebody who owns the state would make of what nobody signs: more, for longer, or of somebody else's."""
    terms, later = true["terms"], time.time() + 86_400
    return {
        "for longer": {**true, "ends": later},
        "granted later": {**true, "granted": later, "begun": true["begun"], "ends": later + terms["seconds"]},
        "more operations": {**true, "terms": {**terms, "operations": ["count", "list_scan", "read_ids"]}},
        "everywhere": {**true, "terms": {**terms, "collections": ["*"]}},
        "for a day": {**true, "terms": {**terms, "seconds": 86_400}, "ends": later},
        "by another condition": {**true, "automatic": "another"},
        "as broken glass": {**true, "glass": "command" if true["glass"] != "command" else "call", "automatic": ""},
        "by another rule": {**true, "rule": "may-count"},
        "nobody's word": {**true, "word": ""},
        "another word": {**true, "word": true["word"][::-1]},
        "of somebody else": {**true, "login": f"{true['login']}x", "user": "carol"},
        "for another collection": {**true, "things": [["patient-x", "1"]]},
        "never to be reviewed": {**true, "review_within": 9e9},
        "said to be agreed to": {**true, "votes": [{"by": "bob", "at": 1.0, "login": "x#bob"}], "word": ""},
    }


@pytest.mark.sample(1)
@pytest.mark.parametrize("how", ["automatic", "glass"])
def test_what_nobody_signs_is_had_as_it_was_given_and_no_other_is_made_in_the_state(
    world: World, tickets: Callable[[], Collection], how: str
) -> None:
    there = tickets()
    call = ("POST", f"{there.path}/get", {"ids": ["r0"]} if how == "automatic" else {"where": {"status": "closed"}})
    assert not _opens(world, call)
    if how == "automatic":
        made = _asked_for(world, operations=["read_ids"], collections=["patient-*"], **{"for": "10min"})
        assert (made["state"], made["automatic"]) == ("granted", "a-look")
    else:
        body = {"upstream": "tickets-db", "reason": "INC-9"}
        made = dict(world.gateway.ask("POST", f"{ACCESS}/break-glass", token=world.token(), body=body).json)
        assert (made["state"], made["glass"]) == ("granted", "command")
    id, true, rev = str(made["id"]), _doc(world, str(made["id"])), 100
    assert _soon(lambda: _opens(world, call))
    for what, forged in _forgeries(true).items():
        _tell(world, id, forged, rev := rev + 1)
        told = {"access.unproven"} if forged["login"] == true["login"] else {"access.ask", "access.glass"}
        assert _soon(partial(_ends, world, call, told)), what
        _tell(world, id, true, rev := rev + 1)
        assert _soon(lambda: _opens(world, call)), what
    other = "0" * len(id)  # as if it had been taken twice
    _tell(world, other, {**true, "id": other}, 1)
    assert world.gateway.ask("POST", f"{ACCESS}/{id}/end", token=world.token(), body={}).status == 200
    assert _soon(lambda: not _opens(world, call, 12))  # both workers have seen that it ended
    _tell(world, id, true, rev + 10)  # brought back
    assert _soon(lambda: _said(world, id) == "it has ended before")
    assert not _opens(world, call)
    for name in (id, other):
        world.state.delete(f"{PREFIX}:{{access}}:doc:{name}")
        world.state.zrem(f"{PREFIX}:{{access}}:live", name)
    assert _unproven(world, Approvals(signed="require", roots=(mark(world.keys["root"]),))) == []


def test_a_narrowed_yes_gives_what_was_signed_whatever_the_state_makes_of_it(
    world: World, tickets: Callable[[], Collection]
) -> None:
    there, other = tickets(), tickets()
    call, beyond = (("GET", f"{one.path}/count", None) for one in (there, other))
    id = str(_asked_for(world, operations=["count"], collections=["patient-*"], **{"for": "1h"})["id"])
    asked = _doc(world, id)
    less = ("--narrow", "--for", "10min", "--collection", there.name, "--records", "50")
    assert "granted" in world.type("bob", "access", "approve", id, "--yes", *less, *_words(world, "bob"))
    assert _soon(lambda: _opens(world, call))
    assert not _opens(world, beyond)
    true, rev = _doc(world, id), 200
    terms = true["terms"]
    assert (terms["seconds"], terms["collections"], true["things"]) == (600, [there.name], [[there.name, there.uuid]])
    vote = true["votes"][0]
    wide = json.dumps({**json.loads(vote["signed"]["statement"]), "terms": asked["terms"]}, sort_keys=True)
    forged: dict[str, dict[str, Any]] = {
        "as it was asked": {**true, "terms": asked["terms"], "things": [], "ends": true["begun"] + 3600},
        "for longer": {**true, "terms": {**terms, "seconds": 3600}, "ends": true["begun"] + 3600},
        "until later": {**true, "ends": true["begun"] + 3600},
        "more collections": {**true, "terms": {**terms, "collections": [there.name, other.name]}},
        "more records": {**true, "terms": {**terms, "records": None}},
        "another collection of the name": {**true, "things": [[there.name, other.uuid]]},
        "whatever bears the name": {**true, "things": []},
        "another statement": {
            **true,
            "terms": asked["terms"],
            "things": [],
            "votes": [{**vote, "signed": {**vote["signed"], "statement": wide}}],
        },
        "asked of nobody else": {**true, "asking": {**true["asking"], "approvers": {"stages": []}}},
    }
    for what, document in forged.items():
        _tell(world, id, document, rev := rev + 1)
        assert _soon(partial(_ends, world, call, {"access.unproven"})), what
        assert not _opens(world, beyond), what
        _tell(world, id, true, rev := rev + 1)
        assert _soon(lambda: _opens(world, call)), what
    settings = Approvals(signed="require", roots=(mark(world.keys["root"]),))
    assert _unproven(world, settings) == []
    strangers = _unproven(world, Approvals(signed="require", roots=(mark(key()),)))
    for what in (f"the yes to access {id} is", f"access {id}, which this call is under, is"):
        assert any(f"{what} not proven" in why for why in strangers), strangers[:3]


def test_another_collection_of_the_name_is_not_what_was_signed(world: World, stack: Stack) -> None:
    name = f"patient-{time.monotonic_ns()}"
    with collection(stack, name, 3):
        id = str(_asked_for(world, operations=["count"], collections=[name], **{"for": "1h"})["id"])
        assert "granted" in world.type("bob", "access", "approve", id, "--yes", *_words(world, "bob"))
    with collection(stack, name, 3) as anew:
        call = ("GET", f"{anew.path}/count", None)
        assert _soon(lambda: world.gateway.ask(*call[:2], token=world.token()).code == "access.another")
        true = _doc(world, id)
        _tell(world, id, {**true, "things": [[name, anew.uuid]]}, 300)
        assert _soon(lambda: _said(world, id) == "it is for another collection of that name than was signed")
        assert not _opens(world, call)


def test_access_outlasts_the_shift_of_who_agreed_and_nobody_else_is_made_to_have_been_on_call(
    world: World, tickets: Callable[[], Collection]
) -> None:
    closed = tickets()
    search = {"query_embeddings": [[1.0, 0.5]], "n_results": 1, "include": []}

    def found() -> set[int]:
        path = f"{closed.path}/query"
        return {world.gateway.ask("POST", path, token=world.token(), body=search).status for _ in range(6)}

    def asked() -> str:
        wish = {"upstream": "tickets-db", "operations": ["search"], "collections": [closed.name], "for": "1h"}
        body = wish | {"reason": "x"}
        return str(world.gateway.ask("POST", ACCESS, token=world.token(), body=body).json["id"])

    _on_call(world.folder, "carol")
    id = asked()
    world.type("carol", "access", "approve", id, "--yes", *_words(world, "carol"))
    assert _soon(lambda: found() == {200})
    _on_call(world.folder, "dora")  # the next shift
    assert found() == {200}
    (world.folder / "rota.json").unlink()  # and whatever pages people is away
    assert found() == {200}
    world.gateway.ask("POST", f"{ACCESS}/{id}/revoke", token=world.token("carol"), body={"reason": "enough"})
    assert _soon(lambda: 200 not in found())
    _on_call(world.folder, "carol")
    id = asked()
    pending = json.loads(str(world.state.hget(f"{PREFIX}:{{access}}:doc:{id}", "doc")))
    asking = json.loads(json.dumps(pending["asking"]).replace('"carol"', '"bob"'))
    assert asking != pending["asking"]
    _tell(world, id, {**pending, "asking": asking}, 50)
    said = world.type("bob", "access", "approve", id, "--yes", *_words(world, "bob"))
    assert "granted" in said
    time.sleep(1)  # every worker has read it by then, or trusts nothing
    assert 200 not in found()
