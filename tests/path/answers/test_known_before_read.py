"""What was written, warmed or read elsewhere is not analysed again; and nobody can read in Valkey what it was."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from demo import seed
from demo.gateway import DATA, Gateway, Reply
from demo.settings import UPSTREAM
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.tools.askers import until
from support.tools.direct import Collection, collection
from support.tools.people import People
from vecgate.cli import main

RULES = """
version: 1
mask_profiles:
  standard: {default: replace}
  close: {default: redact, sensitivity: high, fields: {"*.email": redact}}
rules:
  - name: analysts
    who: {groups: [analysts]}
    where: anywhere
    operations: [read]
    effect: allow
    mask: standard
  - name: owners
    who: {groups: [data-owners]}
    where: anywhere
    operations: [read, write]
    effect: allow
    mask: close
"""
PREFIX = "known-before-read"
WRITTEN: list[dict[str, Any]] = [
    {
        "note": f"Rosalind Quickwater{i} called from +44 20 7946 0{i:03}",
        "email": f"rosalind{i}@quickwater.example",
        "age": i,
    }
    for i in range(40)
]
DOCUMENTS = [f"Mail Barnaby Thistlewood{i}, barnaby{i}@thistlewood.example, about case {i}." for i in range(40)]
PAYLOAD = ['{"contact": {"name": "Henrietta Larkspur", "card": "4111 1111 1111 1111"}}'] * 40
#: What every model and rule finds.
CERTAIN = (b"quickwater.example", b"thistlewood.example", b"4111 1111 1111 1111")
SEEDED = (
    b"Rosalind",
    b"Quickwater",
    b"quickwater",
    b"Barnaby",
    b"Thistlewood",
    b"Larkspur",
    b"4111 1111",  # shorter digits also stand in times and lengths
    b"7946 0",
    b"PERSON",
    b"EMAIL",
)

#: The store is given a tenth of a second and then left alone; what a slow one did not tell is looked at, and shared, again.
TRIES = 5


@dataclass(slots=True)
class Scene(People):
    stack: Stack
    gateways: Factory
    policies: Path
    tickets: Collection
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def start(self, **masking: Any) -> tuple[Gateway, int]:
        """A gateway with nothing in its memory, and its telemetry port."""
        port = free_port()
        over = {
            "policies": str(self.policies),
            "state": {"prefix": PREFIX},
            "telemetry": {"port": port},
            "masking": {"timeout": 60, **masking},
        }
        made = self.gateways.make(over=over)
        made.start()
        return made, port

    def ask(self, gateway: Gateway, who: str, verb: str, body: dict[str, Any]) -> Reply:
        reply = gateway.ask("POST", f"{self.tickets.path}/{verb}", token=self.token(who), body=body)
        assert reply.status < 300, reply.body
        return reply

    def reads(self, gateway: Gateway, who: str) -> list[Any]:
        """All of it, by ids and by a search, masked."""
        include = ["documents", "metadatas", "uris"]
        got = self.ask(gateway, who, "get", {"include": include, "limit": 100})
        search = {"query_embeddings": [[1.0, 0.5]], "n_results": 100, "include": include[:2]}
        found = self.ask(gateway, who, "query", search)
        assert len(got.json["ids"]) == len(found.json["ids"][0]) == 43
        assert not [word for word in CERTAIN if word in got.body + found.body]
        return [got.json, found.json]


def counts(port: int) -> dict[str, int]:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    samples = {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples}
    return {name: int(samples[f"vecgate_texts_{name}_total"]) for name in ("remembered", "shared", "analysed")}


def is_idle(port: int) -> bool:
    """Whether nothing more was analysed for a second."""
    before = counts(port)
    time.sleep(1)
    return counts(port) == before


@pytest.fixture(scope="module")
def scene(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    policies = tmp_path_factory.mktemp("policies")
    (policies / "rules.yaml").write_text(RULES, "utf-8")
    with collection(stack, "known-before-read", records=3) as tickets:
        yield Scene(stack, gateways, policies, tickets)


@pytest.fixture(scope="module")
def written(scene: Scene) -> tuple[Gateway, int]:
    """A gateway through which the records were written, and which has looked through them."""
    gateway, port = scene.start()
    metadatas = [one | {"inner": inner} for one, inner in zip(WRITTEN, PAYLOAD, strict=True)]
    body = {
        "ids": [f"w{i}" for i in range(40)],
        "documents": DOCUMENTS,
        "metadatas": metadatas,
        "embeddings": [[1.0, 0.5]] * 40,
    }
    before = counts(port)["analysed"]
    scene.ask(gateway, "bob", "upsert", body)
    # Each text for two profiles: but for the e-mail, which one of them takes whole.
    until(lambda: counts(port)["analysed"] - before >= 40 * 2 + 40 * 2 + 40, "it is looked through")
    until(lambda: is_idle(port), "to the end")
    return gateway, port


def test_what_was_written_is_read_without_an_analysis_by_whoever_may(
    scene: Scene, written: tuple[Gateway, int]
) -> None:
    gateway, port = written
    for who in ("alice", "bob"):  # what was there before; and paths are looked at, too
        scene.ask(gateway, who, "get", {"ids": ["r0", "r1", "r2"]})
        scene.ask(gateway, who, "query", {"query_embeddings": [[1.0, 0.5]], "n_results": 1, "include": ["distances"]})
    before = counts(port)
    for who in ("alice", "bob"):
        scene.reads(gateway, who)
    after = counts(port)
    assert after["analysed"] == before["analysed"]
    assert after["remembered"] - before["remembered"] >= 4 * 40


def test_another_gateway_need_not_look_again(scene: Scene, written: tuple[Gateway, int]) -> None:
    """A later run, or another worker, with the same key out of OpenBao."""
    first = [scene.reads(written[0], who) for who in ("alice", "bob")]
    for _ in range(TRIES):
        gateway, port = scene.start()
        before = counts(port)
        second = [scene.reads(gateway, who) for who in ("alice", "bob")]
        after = counts(port)
        gateway.stop()
        assert second == first
        if after["analysed"] == before["analysed"]:
            break
    assert after["analysed"] == before["analysed"]
    assert after["shared"] - before["shared"] >= 3 * 40


def test_nothing_of_it_can_be_read_in_valkey(scene: Scene, written: tuple[Gateway, int]) -> None:
    with Redis.from_url(scene.stack.valkey_url) as client:
        keys = [key for key in client.scan_iter(f"{PREFIX}:spans:*")]
        kept: dict[bytes, bytes] = {}
        for key in keys:
            kept |= client.hgetall(key)
        dumped = b"".join(client.dump(key) or b"" for key in client.scan_iter(f"{PREFIX}:*"))
    entries = {name: value for name, value in kept.items() if name}
    assert len(entries) >= 3 * 40
    assert {len(name) for name in entries} == {16}
    everything = dumped + b"".join([*entries, *entries.values()])
    assert not [word for word in SEEDED if word in everything]
    on_disk = b"".join(file.read_bytes() for file in scene.stack.valkey.folder.rglob("*") if file.is_file())
    assert len(on_disk) > 1000
    assert not [word for word in SEEDED[:8] if word in on_disk]


def test_forged_and_emptied_entries_unmask_nothing(scene: Scene, written: tuple[Gateway, int]) -> None:
    with Redis.from_url(scene.stack.valkey_url) as client:
        for key in client.scan_iter(f"{PREFIX}:spans:*"):
            names = [name for name in client.hkeys(key) if name]
            values = [client.hget(key, name) for name in names]
            empty = min(values, key=len)
            client.hset(key, mapping=dict.fromkeys(names, empty))  # the shortest: most likely "nothing found"
    gateway, port = scene.start()
    before = counts(port)
    scene.reads(gateway, "alice")
    after = counts(port)
    assert after["analysed"] - before["analysed"] >= 2 * 40
    gateway.stop()


def test_without_valkeys_answer_it_is_analysed(scene: Scene) -> None:
    gateway, port = scene.start(shared_cache_url="redis://127.0.0.1:1")
    before = counts(port)
    scene.reads(gateway, "alice")
    after = counts(port)
    assert after["shared"] == 0
    assert after["analysed"] - before["analysed"] >= 2 * 40
    gateway.stop()


def test_more_new_text_than_allowed_is_refused_until_it_was_looked_through_ahead(scene: Scene) -> None:
    gateway, _ = scene.start(answer_text=1000, shared_cache=False)
    read = {"include": ["documents", "metadatas"], "limit": 100}

    def get(headers: dict[str, str]) -> Reply:
        return gateway.ask("POST", f"{scene.tickets.path}/get", token=scene.token("alice"), body=read, headers=headers)

    refused = get({})
    assert (refused.status, refused.code) == (413, "mask.too_much")
    assert not [word for word in (*CERTAIN, b"case 1") if word in refused.body]
    warmed = get({"vecgate-warm": "all"})
    assert (warmed.status, warmed.headers["vecgate-warm"].startswith("seen=")) == (200, True)
    known = get({})
    assert (known.status, len(known.json["ids"])) == (200, 43)
    assert not [word for word in CERTAIN if word in known.body]
    assert "vecgate-warm" not in known.headers
    gateway.stop()


# what is stored already


@pytest.fixture
def typed(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Types `vecgate warm` for the seeded collection."""

    def warm(gateway: Gateway, *words: str, who: str = "bob") -> tuple[int, str, str]:
        monkeypatch.setenv("VECGATE_TOKEN", scene.token(who))
        monkeypatch.delenv("VECGATE_GATEWAY", raising=False)
        command = ["warm", "--upstream", UPSTREAM, "--collection", seed.COLLECTION, "--settings", str(gateway.settings)]
        code = main([*command, *words])
        return code, *capsys.readouterr()

    monkeypatch.setenv("VECGATE_SETTINGS", "")
    return warm


def test_a_collection_that_is_there_can_be_warmed_and_is_then_read_without_an_analysis(
    scene: Scene, typed: Any
) -> None:
    gateway, port = scene.start(shared_cache=False)
    code, out, err = typed(gateway, "--page", "200")
    assert code == 0, err
    assert out.startswith("500 records, ")
    assert err.count("page ") == 3
    before = counts(port)
    found = gateway.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=scene.token("alice")).json["id"]
    for who in ("alice", "bob"):
        body = {"limit": 500, "include": ["documents", "metadatas"]}
        reply = gateway.ask("POST", f"{DATA}/collections/{found}/get", token=scene.token(who), body=body)
        assert len(reply.json["ids"]) == 500
        assert not [one for one in (*seed.EMAILS, *seed.CARDS) if one in reply.body.decode()]
    assert counts(port)["analysed"] - before["analysed"] <= 2  # names of the collection, in the path
    code, out, _ = typed(gateway, "--json")
    assert code == 0
    assert '"analysed": 0' in out
    gateway.stop()


def test_who_may_not_read_may_not_warm(scene: Scene, written: tuple[Gateway, int], typed: Any) -> None:
    code, out, err = typed(written[0], who="erin")
    assert (code, out) == (1, "")
    assert "policy" in err
