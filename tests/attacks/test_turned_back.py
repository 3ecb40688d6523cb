"""Who owns Valkey puts back a copy of yesterday: nothing that has ended since, was used up, denied or locked comes back.

A real Valkey of the test's own is stopped, its folder replaced by an older copy, and started; then the gateway is, too.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import redis
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from attacks.test_forged_decisions import ACCESS, CLOSED, REQUESTS, World
from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory, free_port
from support.servers.valkey import Valkey, running_valkey
from support.tools.direct import Collection, collection
from support.tools.signing import key, mark

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
  - name: may-look
    who: anyone
    where: {collections: ["patient-*"]}
    operations: [count, read_ids]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 1h, records: 100}
  - name: locksmiths
    who: {groups: [data-owners]}
    where: anywhere
    operations: [lock]
    effect: allow
    mask: unsafe-nothing
"""


class Turned(World):
    """The same, with a Valkey that is turned back."""

    valkey: Valkey
    others: Gateway

    def copy(self) -> None:
        """Keep what stands there now."""
        self.valkey.stop()
        shutil.copytree(self.valkey.folder, self.folder / "copy", ignore=shutil.ignore_patterns("s"))
        self.valkey.start()

    def turn_back(self) -> None:
        self.valkey.stop()
        shutil.rmtree(self.valkey.folder / "appendonlydir")
        shutil.copytree(self.folder / "copy" / "appendonlydir", self.valkey.folder / "appendonlydir")
        self.valkey.start()

    def granted(self, **wish: Any) -> str:
        """Access of alice's, with a yes that bob signed."""
        body = {"upstream": "tickets-db", "for": "1h", "reason": "INC-7", **wish}
        id = str(self.gateway.ask("POST", ACCESS, token=self.token(), body=body).json["id"])
        words = "--key", str(self.folder / "bob"), "--enrolment", str(self.enrolment("bob"))
        assert "granted" in self.type("bob", "access", "approve", id, "--yes", *words)
        return id

    def codes(self, method: str, path: str, body: Any = None, user: str = "alice", gateway: Any = None) -> set[str]:
        """How a call ends, at whichever worker; "200" where it is answered."""
        asked = ((gateway or self.gateway).ask(method, path, token=self.token(user), body=body) for _ in range(6))
        return {"200" if one.status == 200 else one.code for one in asked}


@pytest.fixture(scope="module")
def world(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turned]:
    folder = tmp_path_factory.mktemp("turned")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    (folder / "policies").mkdir()
    (folder / "policies" / "rules.yaml").write_text(RULES, "utf-8")
    keys = {name: key() for name in ("root", "bob")}
    for name, private in keys.items():
        (folder / name).write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    with running_valkey() as valkey, redis.Redis.from_url(valkey.url, decode_responses=True) as state:
        settings = {
            "policies": str(folder / "policies"),
            "state": {"url": valkey.url},
            "approvals": {"signed": "require", "roots": [mark(keys["root"])]},
        }
        made = gateways.make(over=settings, workers=2)
        found = Turned(stack, made, state, folder, keys)
        found.valkey = valkey
        found.others = gateways.make(over={**settings, "listen": {"certificate_folder": str(folder / "ca")}})
        for one in (made, found.others):
            one.start()
        file = str(found.enrolment("bob"))
        found.type("bob", "approver", "enroll", "--key", str(folder / "bob"), "--out", file)
        found.type("bob", "approver", "sign", file, "--key", str(folder / "root"), "--yes")
        yield found
        gateways.stop()


@pytest.fixture
def tickets(stack: Stack) -> Iterator[Callable[[], Collection]]:
    with ExitStack() as made:
        yield lambda: made.enter_context(collection(stack, f"patient-{time.monotonic_ns()}", 3))


def _soon(look: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not look() and time.monotonic() < end:
        time.sleep(0.1)
    return look()


def test_what_has_ended_was_denied_used_up_or_locked_stays_so_however_the_state_is_turned_back(
    world: Turned, tickets: Callable[[], Collection]
) -> None:
    kept, revoked, counted, held, closed = (tickets() for _ in range(5))
    ask = world.gateway.ask
    lasting = world.granted(operations=["count"], collections=[kept.name])
    taken = world.granted(operations=["count"], collections=[revoked.name])
    budget = world.granted(operations=["read_ids"], collections=[counted.name], records=2)
    id = world.held(held)
    assert world.yes(id).json["state"] == "approved"
    world.copy()

    def read(*ids: str) -> set[str]:
        return world.codes("POST", f"{counted.path}/get", {"ids": [*ids]})

    def counts(one: Collection, **how: Any) -> set[str]:
        return world.codes("GET", f"{one.path}/count", **how)

    assert _soon(lambda: counts(revoked) == counts(kept) == {"200"})
    assert _soon(lambda: read("r0") == {"200"})
    assert ask("POST", f"{ACCESS}/{taken}/revoke", token=world.token("bob"), body={"reason": "no"}).status == 200
    denied = ask("POST", f"{REQUESTS}/{id}/deny", token=world.token("bob"), body={"reason": "no"})
    assert denied.status == 200, denied.json
    lock = {"collection": f"tickets-db/{closed.name}"}
    assert ask("POST", "/.vecgate/v1/locks", token=world.token("bob"), body=lock).status == 200
    assert _soon(lambda: "200" not in counts(revoked))

    for again in (False, True):
        world.turn_back()
        if again:
            world.gateway.stop()
            world.gateway.start()
            world.gateway.wait_for_all()
        assert _soon(lambda: counts(kept) == {"200"}), "what was granted still is"
        assert "200" not in counts(revoked)
        shown = ask("GET", f"{ACCESS}/{taken}", token=world.token())
        assert shown.json["unproven"] == "it has ended before"
        assert "200" not in world.codes("POST", f"{held.path}/delete", CLOSED)
        locks = ask("GET", "/.vecgate/v1/locks", token=world.token("bob")).json["locks"]
        assert [one["name"] for one in locks] == [lock["collection"]]
        assert "200" not in counts(closed, user="bob")
        if not again:
            assert (read("r0"), "200" in read("r1"), "200" in read("r2")) == ({"200"}, True, False)
    assert "200" not in read("r1") | read("r2"), f"{budget} is used up"
    assert held.count() == 3
    assert ask("POST", "/.vecgate/v1/locks/lift", token=world.token("bob"), body=lock).json["lifted"]
    assert ask("GET", "/.vecgate/v1/locks", token=world.token("bob")).json["locks"] == []
    assert counts(kept, gateway=world.others) == {"access.unproven"}, f"{lasting} is another gateway's"


def test_a_yes_for_one_gateway_is_none_at_another_with_the_same_approvers(
    world: Turned, tickets: Callable[[], Collection]
) -> None:
    """Each has its own state; who owns that of one brings there what was signed for the other."""
    one = tickets()
    id = world.granted(operations=["count"], collections=[one.name])
    doc = f"vecgate:{{access}}:doc:{id}"
    document = json.loads(str(world.state.hget(doc, "doc")))
    shown = world.others.ask("GET", f"{ACCESS}/{id}", token=world.token())
    assert "not granted at this gateway" in str(shown.json["unproven"])
    pending = {**document, "state": "pending", "votes": [], "granted": 0.0, "begun": None, "ends": None}
    world.state.hset(doc, mapping={"doc": json.dumps(pending), "rev": 50})
    said = world.others.ask("POST", f"{ACCESS}/{id}/statement", token=world.token("bob"), body={})
    assert (said.code, "not asked for at this gateway" in str(said.json)) == ("requests.unproven", True)
    signed = document["votes"][0]["signed"]
    proof = {**signed, "enrolment": json.loads(signed["enrolment"])}
    asked = world.others.ask("POST", f"{ACCESS}/{id}/approve", token=world.token("bob"), body={"signed": proof})
    assert asked.code == "requests.unproven"
    nonce = json.loads(signed["statement"])["nonce"]
    assert document["nonce"] == nonce
    assert nonce
