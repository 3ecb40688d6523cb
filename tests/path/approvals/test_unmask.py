"""Tokens in answers become values again: for whom a rule says so, after a yes where it asks for one, and recorded."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo import seed
from demo.gateway import DATA, REPOSITORY, Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.forked.commands import run
from vecgate.recording import read

UNMASK = "/.vecgate/v1/unmask"
TOKEN = re.compile(r"<EMAIL#[A-Za-z0-9_-]+>")
TENANT = "default_tenant"
RULES = """
version: 1
mask_profiles:
  tokens:
    entities:
      EMAIL: token
      PERSON: pseudonym
      PHONE: token
    fields:
      "*.email": {operator: token, as: EMAIL}
  contacts:
    entities:
      EMAIL: keep
      PHONE: {operator: partial, keep_last: 4}
rules:
  - name: everyone-reads
    who: anyone
    where: anywhere
    operations: ["*"]
    effect: allow
    mask: tokens
  - name: data-owners-open-contacts
    who: {groups: [data-owners]}
    where: {tenants: [default_tenant]}
    operations: [unmask]
    effect: allow
    mask: contacts
    limits: {max_results: 3}
  - name: analysts-ask-to-open-contacts
    who: {groups: [analysts]}
    where: anywhere
    operations: [unmask]
    effect: hold
    mask: contacts
    approvers: {groups: [data-owners]}
    wait: 1s
"""


@dataclass(frozen=True, slots=True)
class World:
    stack: Stack
    gateway: Gateway
    over: dict[str, Any]
    folder: Path

    def ask(self, who: str, texts: Any, tenant: str = TENANT) -> Reply:
        return self.gateway.ask("POST", UNMASK, token=self.stack.token(who), body={"tenant": tenant, "texts": texts})

    def type(self, who: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Type `vecgate unmask ...`."""
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(REPOSITORY / "addons"),
            "VECGATE_GATEWAY": self.gateway.url,
            "VECGATE_CA": str(self.gateway.ca),
            "VECGATE_TOKEN": self.stack.token(who),
        }
        return run(["unmask", "--tenant", TENANT, *words], environment, stdin=stdin)

    def recorded(self, who: str) -> list[dict[str, Any]]:
        """What somebody's journals say of requests to open tokens, in order."""
        folder = Path(yaml.safe_load(self.gateway.settings.read_text("utf-8"))["recording"]["folder"])
        rows = sorted((row for row in read.sessions(folder) if f"-{who}-" in row.session), key=lambda row: row.session)
        entries = [entry for row in rows for entry in read.load(folder, row.session).entries]
        about = {entry.exchange for entry in entries if (entry.body.get("operation") or {}).get("kind") == "unmask"}
        return [{"code": entry.code, **entry.body} for entry in entries if entry.exchange in about]


def records(gateway: Gateway, token: str) -> list[dict[str, Any]]:
    found = gateway.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=token).json
    body = {"limit": 40, "include": ["documents", "metadatas"]}
    got = gateway.ask("POST", f"{DATA}/collections/{found['id']}/get", token=token, body=body).json
    return [{"text": text, **data} for text, data in zip(got["documents"], got["metadatas"], strict=True)]


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("unmask")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    over = {"policies": str(folder), "state": {"prefix": "unmask-test"}}
    made = gateways.make(over=over)
    made.start()
    return World(stack, made, over, folder)


@pytest.fixture(scope="module")
def hits(world: World) -> list[dict[str, Any]]:
    """Forty tickets, as an analyst sees them."""
    return records(world.gateway, world.stack.token("alice"))


@pytest.fixture(scope="module")
def tokens(hits: list[dict[str, Any]]) -> list[str]:
    found = list(dict.fromkeys(TOKEN.findall(json.dumps(hits))))
    assert len(found) > 5
    return found


def test_an_answer_holds_tokens_and_no_value(hits: list[dict[str, Any]], tokens: list[str]) -> None:
    shown = json.dumps(hits)
    assert not [value for value in (*seed.EMAILS, *seed.PHONES) if value in shown]
    assert re.search(r"\bperson-[a-z2-7]{20}\b", shown)


def test_what_a_rule_lets_one_open_is_opened(world: World, tokens: list[str]) -> None:
    reply = world.ask("bob", [f"Write to {tokens[0]}, not to {tokens[1]}.", tokens[0]])
    assert (reply.status, reply.json["opened"], reply.json["masked"]) == (200, {"EMAIL": 2}, {})
    first, second = reply.json["texts"]
    assert second in seed.EMAILS
    assert first.startswith(f"Write to {second}, not to ")
    assert reply.headers["cache-control"] == "no-store"


def test_what_the_profile_does_not_keep_is_shown_as_it_says(world: World, hits: list[dict[str, Any]]) -> None:
    phone = re.findall(r"<PHONE#[A-Za-z0-9_-]+>", json.dumps(hits))[0]
    found = world.ask("bob", [phone]).json
    assert (found["opened"], found["masked"]) == ({}, {"PHONE": 1})
    assert any(found["texts"][0][-4:] == value[-4:] for value in seed.PHONES)
    assert found["texts"][0] not in seed.PHONES


def test_a_star_in_a_rule_lets_nobody_open_tokens(world: World, tokens: list[str]) -> None:
    reply = world.ask("erin", tokens[:1])
    assert (reply.status, reply.code) == (403, "policy.no_rule")
    assert "tokens (1 EMAIL) of tenant default_tenant" in reply.json["message"]


def test_more_than_the_rule_allows_is_refused(world: World, tokens: list[str]) -> None:
    reply = world.ask("bob", [*tokens[:4], tokens[0]])
    assert (reply.status, reply.code) == (403, "limit.results")
    assert "4 tokens were asked for" in reply.json["message"]


def test_who_names_no_tenant_means_that_of_clients_which_name_none(world: World, tokens: list[str]) -> None:
    reply = world.gateway.ask("POST", UNMASK, token=world.stack.token("bob"), body={"texts": tokens[:1]})
    assert (reply.status, reply.json["opened"]) == (200, {"EMAIL": 1})


@pytest.mark.parametrize(
    ("texts", "tenant", "code"),
    [
        # not made here, for another tenant, or cut short
        (["<EMAIL#" + "A" * 40 + ">"], TENANT, "unmask.unknown"),
        (["{token}"], "another", "unmask.unknown"),
        (["{token} <EMAIL#" + "A" * 40 + ">"], TENANT, "unmask.unknown"),
    ],
)
def test_nobody_is_asked_about_what_cannot_be_opened(
    world: World, tokens: list[str], texts: list[str], tenant: str, code: str
) -> None:
    bob = world.stack.token("bob")
    before = len(world.gateway.ask("GET", "/.vecgate/v1/requests", token=bob).json["requests"])
    asked = [text.replace("{token}", tokens[5]) for text in texts]
    assert world.ask("alice", asked, tenant).code == code
    assert len(world.gateway.ask("GET", "/.vecgate/v1/requests", token=bob).json["requests"]) == before


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        # nothing to open
        ([], "body.unreadable"),
        (["Anna"], "unmask.nothing"),
        (["<EMAIL#abc>"], "unmask.nothing"),
        ("text", "body.unreadable"),
        # not made here
        (["<EMAIL#" + "A" * 40 + ">"], "unmask.unknown"),
        (["{token} <PHONE#" + "A" * 40 + ">"], "unmask.unknown"),
    ],
)
def test_what_is_no_token_of_ours_opens_nothing(world: World, tokens: list[str], texts: Any, code: str) -> None:
    asked = [text.replace("{token}", tokens[0]) for text in texts] if isinstance(texts, list) else texts
    reply = world.ask("bob", asked)
    assert reply.code == code
    assert not any(value in reply.body.decode() for value in seed.EMAILS)


def test_a_token_of_one_entity_does_not_open_as_another(world: World, tokens: list[str]) -> None:
    """Or a caller could choose whose rule it falls under."""
    assert world.ask("bob", [tokens[0].replace("EMAIL", "ORG")]).code == "unmask.unknown"


def test_a_token_opens_for_its_own_tenant_only(world: World, tokens: list[str]) -> None:
    assert world.ask("alice", tokens[:1], tenant="another").code == "unmask.unknown"
    assert world.ask("bob", tokens[:1], tenant="another").code == "policy.no_rule"


def test_where_it_takes_a_yes_it_is_opened_once_after_it(world: World, tokens: list[str]) -> None:
    held = world.ask("alice", tokens[:2])
    assert (held.status, held.code) == (403, "hold.pending")
    assert "would open tokens (2 EMAIL) of tenant default_tenant" in held.json["message"]
    path = f"/.vecgate/v1/requests/{held.json['request_id']}"
    bob = world.stack.token("bob")
    seen = world.gateway.ask("GET", path, token=bob).json
    assert seen["effect"] == "opens tokens (2 EMAIL) of tenant default_tenant"
    assert world.gateway.ask("POST", f"{path}/approve", token=bob, body={}).status == 200
    opened = world.ask("alice", tokens[:2])
    assert opened.status == 200
    assert all(text in seed.EMAILS for text in opened.json["texts"])
    assert world.ask("alice", tokens[:2]).code == "hold.pending"


def test_it_is_recorded_who_opened_what_and_never_the_value(world: World, tokens: list[str]) -> None:
    value = world.ask("bob", tokens[2:3]).json["texts"][0]
    entries = world.recorded("bob")
    asked, answered = entries[-2:]
    assert [asked["code"], answered["code"]] == ["request.sent", "request.local"]
    assert asked["who"]["user"] == "bob"
    assert asked["decision"]["rule"] == "data-owners-open-contacts"
    assert answered["answer"] == {"opened": {"EMAIL": 1}, "masked": {}}
    assert value not in json.dumps(entries)


def test_a_text_with_tokens_can_be_piped_through(world: World, tokens: list[str]) -> None:
    done = world.type("bob", stdin=f"To: {tokens[0]}\nCc: {tokens[1]}\n")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert (first.removeprefix("To: ") in seed.EMAILS, second.removeprefix("Cc: ") in seed.EMAILS) == (True, True)
    refused = world.type("erin", tokens[0])
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "policy.no_rule" in refused.stderr


def test_after_a_restart_the_same_values_have_the_same_marks(
    world: World, gateways: Factory, hits: list[dict[str, Any]]
) -> None:
    """The key is OpenBao's: another gateway process, with the same settings, shows the very same answer."""
    other = gateways.make(over=world.over)
    other.start()
    assert records(other, world.stack.token("alice")) == hits
    other.stop()


def test_without_the_key_nothing_is_asked_for(world: World, gateways: Factory) -> None:
    keyless = gateways.make(over={**world.over, "masking": {"key": "no-such-key"}})
    keyless.start()
    reply = keyless.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=world.stack.token("alice"))
    assert (reply.status, reply.code) == (503, "mask.key")
    keyless.stop()
