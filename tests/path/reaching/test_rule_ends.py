"""A call under way is cut when the time of its rule passes, and its answer does not leave; what is proposed is only recorded."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from demo.gateway import DATA, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.servers.rowed import Rowed, rowed
from support.servers.tap import Tap, running_tap
from support.tools.askers import until
from vecgate.recording import read
from vecgate.recording.chain import Entry

RULE = "  - {{name: {0}, who: {{groups: [staff]}}, where: anywhere, operations: [{1}], effect: {2}, {3}}}\n"
ALWAYS = RULE.format("always", "count", "allow", "mask: unsafe-nothing")
HEAD = "version: 1\nrules:\n"


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as made:
        yield made


@pytest.fixture(scope="module")
def there(stack: Stack, gateways: Factory, tap: Tap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    with rowed(stack, gateways, tmp_path_factory.mktemp("ends"), HEAD + ALWAYS, **tap.settings) as made:
        yield made


def folder(there: Rowed) -> Path:
    return Path(yaml.safe_load(there.gateway.settings.read_text("utf-8"))["policies"])


def write(there: Rowed, *rules: str, proposed: str | None = None) -> None:
    """The rules, in force."""
    before = there.gateway.log.read_text("utf-8").count("policy set")
    if proposed is not None:
        (folder(there) / "proposed").mkdir(exist_ok=True)
        (folder(there) / "proposed" / "more.yaml").write_text(proposed)
    (folder(there) / "rules.yaml").write_text(HEAD + ALWAYS + "".join(rules))
    until(lambda: there.gateway.log.read_text("utf-8").count("policy set") > before, "they are in force")


def ask(there: Rowed) -> Reply:
    return there.gateway.ask("GET", f"{DATA}/collections", token=there.token("ann", "staff"))


def entries(there: Rowed) -> list[Entry]:
    place = Path(yaml.safe_load(there.gateway.settings.read_text("utf-8"))["recording"]["folder"])
    return [e for row in read.sessions(place) for e in read.load(place, row.session).entries]


def cut(there: Rowed, tap: Tap, how: str, ahead: float) -> tuple[Reply, float]:
    """What is said to a call that the database keeps until the time of its rule has passed, and when that was."""
    ends = time.time() + ahead
    moment = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lists = RULE.format("lists", "collection_read", "allow", "mask: unsafe-nothing")
    if how == "until":
        write(there, lists.replace("mask:", f'until: "{moment}", mask:'))
    else:
        write(there, lists, RULE.format("closes", "collection_read", "deny", f'from: "{moment}"'))
    tap.hold()
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(ask, there).result(120), ends
    finally:
        tap.release()


@pytest.mark.parametrize("how", ["until", "a deny that begins"])
def test_a_call_under_way_is_cut_when_the_time_of_its_rule_passes(there: Rowed, tap: Tap, how: str) -> None:
    for ahead in (6, 20, 60):  # on a slow machine it may be over before the call has come
        reply, ends = cut(there, tap, how, ahead)
        if reply.code not in ("policy.no_rule", "policy.denied"):
            break
    assert (reply.status, reply.code) == (403, "policy.over"), reply.body
    assert time.time() >= int(ends)
    assert "'lists'" in reply.json["message"]
    assert "It was sent and only reads" in reply.json["message"]
    last = max((e for e in entries(there) if e.body.get("refusal")), key=lambda e: e.at)
    assert (last.code, last.body["refusal"], last.body["answer"]) == ("answer.failed", "policy.over", None)
    assert ask(there).code == ("policy.no_rule" if how == "until" else "policy.denied")


def test_what_is_proposed_is_recorded_and_never_enforced_and_its_faults_stop_nothing(there: Rowed) -> None:
    lists = RULE.format("lists", "collection_read", "allow", "mask: unsafe-nothing")
    write(there, lists, proposed=HEAD + RULE.format("no-lists", "collection_read", "deny", "").replace(", }", "}"))
    assert ask(there).status == 200
    said = [e.body["proposed"] for e in entries(there) if e.code == "request.sent" and "proposed" in e.body]
    assert [(one["effect"], one["rule"]) for one in said][-1] == ("deny", "no-lists")
    write(there, lists, RULE.format("more", "health", "allow", "mask: unsafe-nothing"), proposed="version: 1\nrulez: [")
    assert ask(there).status == 200
    newest = max((e for e in entries(there) if e.code == "request.sent"), key=lambda e: e.at)
    assert "proposed" not in newest.body
    assert "proposed policies not loaded" in there.gateway.log.read_text("utf-8")
