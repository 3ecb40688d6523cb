"""`mode: observe` through two workers: what policies refuse passes masked and says so; what would show more never does."""

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.gateway import DATA, REPOSITORY, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.forked.commands import run
from support.servers.rowed import Rowed, rowed
from vecgate.cli import main
from vecgate.policy.load import load
from vecgate.recording import read
from vecgate.recording.chain import Entry

C = f"{DATA}/collections"
MAIL = "jane.roe@example.org"
POLICY = """
version: 1
mask_profiles:
  strict: {default: replace, fields: {"*.secret": redact}}
  open: {default: replace, entities: {EMAIL: keep}}
rules:
  - {name: names, who: anyone, where: anywhere, operations: [collection_read], effect: allow, mask: strict}
  - {name: few, who: {groups: [staff]}, where: {collections: ["seen*"]}, operations: [read, write], effect: allow,
     mask: open, limits: {max_results: 2, max_records: 1, rate: 20/min}}
  - {name: no-deletes, who: {groups: [staff]}, where: {collections: ["seen*"]}, operations: [delete_ids], effect: deny}
  - {name: asks, who: {groups: [staff]}, where: {collections: ["seen*"]}, operations: [delete_filter], effect: hold,
     mask: open, approvers: {groups: [owners]}}
  - {name: shows, who: {groups: [leads]}, where: {collections: ["seen*"]}, operations: [list_scan], effect: hold,
     mask: unsafe-nothing, vectors: true, approvers: {groups: [owners]}}
  - {name: own, who: {groups: [staff]}, where: {collections: ["rowed*"]}, operations: [read], effect: allow, mask: strict,
     rows: [{field: tenant, equals: "{claims.tenant}"}]}
  - {name: opens, who: {groups: [staff]}, where: anywhere, operations: [unmask], effect: hold, mask: open,
     approvers: {groups: [owners]}}
"""


@pytest.fixture(scope="module")
def there(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    over = {"mode": "observe", "observing": {"mask": "strict"}, "telemetry": {"port": gateways.free_port()}}
    with rowed(stack, gateways, tmp_path_factory.mktemp("observe"), POLICY, workers=2, **over) as made:
        for name in ("seen", "rowed"):
            made.direct("POST", C, {"name": name})
            found = made.direct("GET", f"{C}/{name}")["id"]
            texts = [f"write to {MAIL}, number {number}" for number in range(4)]
            metas: list[Any] = [{"tenant": "red", "secret": "hush", "n": number} for number in range(4)]
            record = {"ids": ["a", "b", "c", "d"], "embeddings": [[1.0, 0.0, float(n)] for n in range(4)]}
            made.direct("POST", f"{C}/{found}/upsert", {**record, "documents": texts, "metadatas": metas})
        yield made


def ask(there: Rowed, who: str, method: str, path: str, body: Any = None, **claims: Any) -> Reply:
    """One call on a collection by its name, as somebody of the group `who`."""
    name, _, rest = path.partition("/")
    found = there.direct("GET", f"{C}/{name}")["id"] if name else ""
    token = there.token(f"{who}-person", who, **claims)
    return there.gateway.ask(method, f"{C}/{found}/{rest}" if name else path, token=token, body=body)


def entries(there: Rowed) -> list[Entry]:
    folder = Path(yaml.safe_load(there.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    return [e for row in read.sessions(folder) for e in read.load(folder, row.session).entries]


@pytest.mark.parametrize(
    ("who", "path", "body", "codes"),
    [
        ("strangers", "seen/get", {"ids": ["a"]}, "policy.no_rule"),
        ("strangers", "seen/query", {"query_embeddings": [[1.0, 0.0, 0.0]], "n_results": 1}, "policy.no_rule"),
        ("strangers", "seen/delete", {"ids": ["nobody"]}, "policy.no_rule"),
        ("staff", "seen/delete", {"ids": ["nobody"]}, "policy.denied"),
        ("leads", "seen/get", {"limit": 1, "include": ["documents", "embeddings"]}, "hold.pending"),
        ("staff", "seen/get", {"limit": 3}, "limit.results"),
        ("staff", "seen/get", {}, "limit.results"),
        ("staff", "seen/get", {"ids": ["a"], "include": ["documents", "embeddings"]}, "vectors.not_allowed"),
    ],
)
def test_what_policies_refuse_passes_under_the_strictest_mask_and_says_so(there: Rowed, who, path, body, codes) -> None:
    for _ in range(2):  # whichever worker takes it
        reply = ask(there, who, "POST", path, body)
        assert (reply.status, reply.headers.get("vecgate-observed")) == (200, codes), reply.body
        shown = who == "staff" and "get" in path  # by a rule, under its own mask
        assert (MAIL.encode() in reply.body, b"hush" in reply.body) == (shown, shown and "include" not in body)
        embeddings = reply.json.get("embeddings") if isinstance(reply.json, dict) else None
        assert not any(number for row in embeddings or () for number in row or ())


def test_a_hold_holds_nothing_and_says_that_it_would_have(there: Rowed) -> None:
    found = there.direct("GET", f"{C}/seen")["id"]
    record = {"ids": ["x"], "embeddings": [[1.0, 0.0, 9.0]], "documents": ["gone soon"], "metadatas": [{"n": 55}]}
    there.direct("POST", f"{C}/{found}/upsert", record)
    reply = ask(there, "staff", "POST", "seen/delete", {"where": {"n": 55}})
    assert (reply.status, reply.headers["vecgate-observed"]) == (200, "hold.pending")
    assert there.direct("GET", f"{C}/{found}/count") == 4
    last = max((e for e in entries(there) if e.code == "request.sent"), key=lambda e: e.at)
    assert (last.body["decision"]["effect"], last.body["waived"]) == ("hold", "observed only: nobody was asked")


def test_what_limits_cut_is_given_whole(there: Rowed) -> None:
    assert [len(ask(there, "staff", "POST", "seen/get", body).json["ids"]) for body in ({}, {"limit": 3})] == [4, 3]


@pytest.mark.parametrize(
    ("who", "claims", "method", "path", "body", "code"),
    [
        ("strangers", {}, "POST", "rowed/get", {"ids": ["a"]}, "policy.no_rule"),  # others have rows there
        ("staff", {}, "POST", "rowed/get", {"ids": ["a"]}, "policy.no_rule"),  # her claim is not there
        ("strangers", {}, "GET", "rowed/count", None, "policy.no_rule"),
        ("strangers", {}, "POST", "rowed/delete", {"ids": ["a"]}, "policy.no_rule"),
        ("strangers", {}, "POST", "seen/get", {"where": {"secret": "hush"}}, "oracle.field"),
        ("staff", {}, "POST", "/.vecgate/v1/unmask", {"tokens": ["x"]}, ""),
        ("staff", {}, "GET", "/.vecgate/v1/locks", None, "policy.no_rule"),
        ("strangers", {}, "POST", "/api/v2/no/such/route", {}, "route.unknown"),
    ],
)
def test_what_would_show_more_than_a_rule_says_is_refused_as_ever(
    there: Rowed, who, claims, method, path, body, code
) -> None:
    reply = ask(there, who, method, path, body, **claims)
    assert reply.status >= 400, reply.body
    assert (code or reply.code, "vecgate-observed" in reply.headers) == (reply.code, False)
    assert there.direct("GET", f"{C}/{there.direct('GET', f'{C}/rowed')['id']}/count") == 4


def test_no_token_is_no_matter_of_policy(there: Rowed) -> None:
    found = there.direct("GET", f"{C}/seen")["id"]
    bad = [there.gateway.ask("POST", f"{C}/{found}/get", token=token, body={"limit": 1}) for token in (None, "x.y.z")]
    assert [reply.code for reply in bad] == ["identity.missing", "identity.invalid"]


def test_rows_are_kept_for_whom_a_rule_gives_some(there: Rowed) -> None:
    found = [ask(there, "staff", "POST", "rowed/get", {"limit": 9}, tenant=tenant) for tenant in ("red", "blue")]
    assert [len(reply.json["ids"]) for reply in found] == [4, 0]


def test_it_is_in_the_record_as_an_event_of_its_own_and_counted(there: Rowed) -> None:
    assert ask(there, "strangers", "GET", "seen/count").status == 200
    last = max((e for e in entries(there) if e.code == "request.observed"), key=lambda e: e.at)
    mine = {e.code: e.body for e in entries(there) if e.exchange == last.exchange}
    assert list(mine) == ["request.sent", "request.observed", "answer.released"]
    assert all(body["observed"] == {"policy.no_rule": ""} for body in mine.values())
    assert mine["request.sent"]["decision"]["effect"] == "allow"
    assert (last.body.keys(), mine["answer.released"]["refusal"]) == ({"observed"}, None)


def test_status_doctor_and_readyz_say_it_loudly(there: Rowed) -> None:
    settings = there.gateway.settings
    environment = {**os.environ, "VECGATE_SETTINGS": str(settings), "PYTHONPATH": str(REPOSITORY / "addons")}

    def vecgate(*words: str) -> str:
        return run([*words], environment).stdout

    said = "MODE OBSERVE: refusals by policy are only recorded, not enforced"
    assert vecgate("status").startswith(f"!!! {said}")
    assert "(2 of 2 workers)" in vecgate("status").splitlines()[0]
    assert said in there.gateway.log.read_text("utf-8")
    port = yaml.safe_load(settings.read_text("utf-8"))["telemetry"]["port"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as told:
        assert json.loads(told.read())["observing"].startswith(said)


def test_what_was_seen_is_proposed_as_rules(there: Rowed, tmp_path: Path) -> None:
    assert ask(there, "strangers", "POST", "seen/get", {"ids": ["a"]}).status == 200
    folder = yaml.safe_load(there.gateway.settings.read_text("utf-8"))["recording"]["folder"]
    assert main(["policy", "propose", "--sessions", folder, "--out", str(tmp_path / "seen.yaml")]) == 0
    rules = load(tmp_path).rules
    assert {rule.rule.effect for rule in rules if "delete_ids" in rule.kinds or "delete_filter" in rule.kinds} == {
        "hold"
    }
    mine = [rule for rule in rules if "read_ids" in rule.kinds and "strangers" in str(rule.rule.who)]
    assert [rule.rule.where.collections for rule in mine] == [("seen",)]  # type: ignore[union-attr]
    assert not [
        rule
        for rule in rules
        if rule.kinds - {"collection_read"} and "rowed" in str(rule.rule.where) and "strangers" in str(rule.rule.who)
    ]


def test_policy_check_asks_the_gateway_which_collections_there_are(
    there: Rowed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.yaml").write_text(POLICY.replace('"seen*"', '"sen*"', 1))
    (tmp_path / "token").write_text(there.token("ann", "staff"))
    monkeypatch.setenv("VECGATE_SETTINGS", str(there.gateway.settings))
    upstream = next(iter(yaml.safe_load(there.gateway.settings.read_text("utf-8"))["upstreams"]))
    words = ["policy", "check", str(tmp_path), "--upstream", upstream, "--token-file", str(tmp_path / "token")]
    assert main([*words, "--gateway", there.gateway.url]) == 0
    said = capsys.readouterr().err
    assert f"rule 'few': no collection there is in {upstream} fits 'sen*'" in said
    assert said.count("no collection there is") == 1
