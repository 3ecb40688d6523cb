"""One thing after another goes away under a running gateway: nothing passes that needs it, and service comes back."""

import contextlib
import dataclasses
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from chromadb.errors import ChromaError

from demo import seed
from demo.gateway import Gateway, Reply
from demo.stack import Stack
from demo.tour import client
from support.servers.idp import AUDIENCE, Idp, running_idp
from support.servers.tap import Tap, running_tap
from support.tools.askers import Asker, asker, assert_refused, assert_served, comes_back, until
from vecgate.state.rates import HELD_SECONDS

REQUESTS = "/.vecgate/v1/requests"
AUDITORS_READ = """
version: 1
rules:
  - name: auditors-read
    description: Without a rate, so it needs nothing of the shared state.
    who: {groups: [auditors]}
    where: {collections: ["*"]}
    operations: [read]
    mask: standard
    effect: allow
"""


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as running:
        yield running


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    """A second issuer, which OpenBao knows nothing of: its people can use the gateway's own requests API only."""
    with running_idp() as running:
        yield running


@pytest.fixture(scope="module")
def policies(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped policies and one more, in a folder that a test may damage."""
    folder = Path(shutil.copytree(stack.policies, tmp_path_factory.mktemp("policies") / "set"))
    (folder / "auditors.yaml").write_text(AUDITORS_READ, "utf-8")
    return folder


@pytest.fixture(scope="module")
def gateway(gateways: Any, stack: Stack, tap: Tap, idp: Idp, policies: Path) -> Gateway:
    """One that sends through the tap, knows both issuers, and gives up early."""
    known = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    other = {"issuer": idp.issuer, "audience": AUDIENCE, "jwks_url": idp.jwks_url, "keys_cooldown": 0.5, "timeout": 2}
    over = {"issuers": [*known, other], "policies": str(policies), "vault": {"timeout": 2}}
    made: Gateway = gateways.make(over=tap.settings | over)
    made.start()
    return made


@pytest.fixture(scope="module")
def people(stack: Stack, gateway: Gateway) -> dict[str, Asker]:
    """The demo's people with their tokens. Only alice has been here: her session is open, her credential is there."""
    alice = asker(stack, gateway, "alice")
    assert_served(alice.search())
    others = {name: asker(stack, gateway, name, collection=alice.collection) for name in ("bob", "carol", "erin")}
    return {"alice": alice, **others}


@pytest.fixture(scope="module")
def alice(people: dict[str, Asker]) -> Asker:
    return people["alice"]


@contextlib.contextmanager
def away(stack: Stack, name: str, how: str) -> Iterator[None]:
    """One server is stopped, killed, sealed or hangs inside the block, and is as before after it."""
    leave = {"stopped": stack.stop, "killed": stack.kill, "hangs": stack.pause, "sealed": lambda _: stack.seal_bao()}
    back = {
        "stopped": stack.start,
        "killed": stack.start,
        "hangs": stack.resume,
        "sealed": lambda _: stack.unseal_bao(),
    }
    leave[how](name)
    try:
        yield
    finally:
        back[how](name)


# --- OpenBao


@pytest.mark.parametrize(("how", "newcomer"), [("sealed", "bob"), ("stopped", "carol"), ("hangs", "erin")])
def test_openbao_is_away(how: str, newcomer: str, stack: Stack, tap: Tap, people: dict[str, Asker]) -> None:
    alice, new = people["alice"], people[newcomer]
    other_program = dataclasses.replace(alice, agent=f"other-{how}/1.0")
    before = tap.calls_of(newcomer)
    with away(stack, "bao", how):
        assert_refused(new.search(), "lease.unavailable")
        assert tap.calls_of(newcomer) == before
        # Who has a credential and an open session goes on until they end, in minutes: neither needs OpenBao.
        assert_served(alice.search())
        sent = tap.calls_of("alice")
        assert_refused(other_program.search(), "record.unavailable")  # a new session has no key to seal originals
        assert tap.calls_of("alice") == sent
    assert_served(comes_back(new.search))
    assert_served(comes_back(other_program.search))


# --- Valkey


@pytest.mark.parametrize("how", ["killed", "hangs"])
def test_valkey_is_away(how: str, stack: Stack, gateway: Gateway, tap: Tap, people: dict[str, Asker]) -> None:
    alice, erin = people["alice"], people["erin"]
    official = client(gateway, alice.token).get_collection(seed.COLLECTION, embedding_function=None)
    before = tap.calls_of("alice")
    with away(stack, "valkey", how):
        time.sleep(HELD_SECONDS)  # of a generous rate a worker may hold some permits for so long
        assert_refused(alice.search(), "state.unavailable")  # its rule has a rate
        assert_refused(alice.delete_closed(), "state.unavailable")  # its rule holds
        with pytest.raises(ChromaError, match=r"state\.unavailable: .+ Try again shortly"):
            official.query(query_embeddings=[seed.embed("refund")], n_results=2)
        assert tap.calls_of("alice") == before
        assert_served(comes_back(erin.search))  # her rule asks nothing of it
    assert_served(comes_back(alice.search))
    official.query(query_embeddings=[seed.embed("refund")], n_results=2)


# --- the issuer's keys


def test_an_issuer_is_away(gateway: Gateway, tap: Tap, alice: Asker, idp: Idp) -> None:
    def listed(token: str) -> Reply:
        return gateway.ask("GET", REQUESTS, token=token)

    comes_back(lambda: listed(idp.token("zoe", ["data-owners"])))
    before = tap.calls
    known = idp.current
    idp.stop()
    try:
        assert listed(idp.token("yan", ["data-owners"])).status == 200  # a new token of a known key
        idp.rotate()
        unknown = idp.token("zoe", ["data-owners"])
        assert_refused(listed(unknown), "identity.unavailable")
        assert_refused(dataclasses.replace(alice, token=unknown).search(), "identity.unavailable")
        assert known in idp.keys
        assert tap.calls == before
    finally:
        idp.start()
    assert comes_back(lambda: listed(unknown)).status == 200


# --- the policies


def test_policies_are_broken_and_then_gone(gateway: Gateway, policies: Path, people: dict[str, Asker]) -> None:
    """The set that was read stays in use and the log says so: an edit must not open, nor a slip close, anything."""
    erin, alice = people["erin"], people["alice"]
    comes_back(erin.search)
    aside = policies.with_name("aside")
    shutil.copytree(policies, aside)
    try:
        (policies / "auditors.yaml").write_text("rules: [{name: everything, effect: alow}]\n", "utf-8")
        until(lambda: b"stays in use" in gateway.log.read_bytes(), "the mistake is reported")
        said = gateway.log.read_bytes()
        assert b"auditors.yaml" in said
        assert_served(erin.search())
        shutil.rmtree(policies)
        until(lambda: gateway.log.read_bytes().count(b"stays in use") > said.count(b"stays in use"), "so is the loss")
        assert_served(erin.search())
        assert_served(alice.search())
    finally:
        shutil.rmtree(policies, ignore_errors=True)
        aside.rename(policies)
    (policies / "auditors.yaml").unlink()
    until(lambda: erin.search().code == "policy.no_rule", "the folder counts again")
    (policies / "auditors.yaml").write_text(AUDITORS_READ, "utf-8")
    assert_served(comes_back(erin.search))
