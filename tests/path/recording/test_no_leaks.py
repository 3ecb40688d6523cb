"""After a mixed session no token, key, certificate or personal data can be read anywhere, but by an auditor.

Whatever a client puts where: good requests, refused ones with tokens and addresses in odd places, malformed ones.
"""

import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from demo import seed
from demo.gateway import DATA, REPOSITORY, Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.forked.commands import run
from support.tools.direct import Collection, collection
from support.tools.raw_http import exchange
from vecgate.recording import read
from vecgate.settings import file as told

ADDRESS = "quentin.zephyrbottom@example.org"
CARD = "4111 1111 1111 1111"
PHONE = "+1 202-555-0143"
TEXT = f"Please write to {ADDRESS} or call {PHONE}; the card was {CARD}."
UPSERT = {
    "ids": ["t1"],
    "documents": [TEXT],
    "metadatas": [{"email": ADDRESS, "status": "closed"}],
    "embeddings": [[1.0, 0.5]],
}
PATTERNS = {
    "a login token": re.compile(rb"eyJ[\w-]{8,}\.eyJ"),
    "a vault token": re.compile(rb"\b(?:hv)?[sb]\.[A-Za-z0-9_-]{20,}"),
    "a private key": re.compile(rb"PRIVATE KEY"),
    "a certificate": re.compile(rb"BEGIN CERTIFICATE"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The gateway, a collection of this module's own, and a token of everybody."""

    stack: Stack
    gateway: Gateway
    tickets: Collection
    tokens: Mapping[str, str]

    @property
    def recordings(self) -> Path:
        return told.load(self.gateway.settings).recording.folder

    def ask(self, user: str, method: str, path: str, body: Any = None) -> int:
        return self.gateway.ask(method, path, token=self.tokens[user], body=body).status

    def cli(self, *words: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
        """The command line, as on the gateway's own machine."""
        environment = {
            "VECGATE_SETTINGS": str(self.gateway.settings),
            "PYTHONPATH": str(REPOSITORY / "addons"),
            "PATH": "/usr/bin:/bin",
        }
        if user is not None:
            environment["VECGATE_TOKEN"] = self.tokens[user]
        return run([*words], environment)


def exempting(folder: Path) -> Path:
    """The shipped policies, but what people ask for may be masked for them: then it is in requests that pass, too."""
    shutil.copytree(REPOSITORY / "policies", folder, dirs_exist_ok=True)
    for file in folder.glob("*.yaml"):
        text = file.read_text("utf-8")
        if not file.name.endswith(".test.yaml"):
            exempt = 'mask: standard\n    oracles: {allow: [email, "#document"]}\n'
            file.write_text(text.replace("mask: standard\n", exempt), "utf-8")
    return folder


@pytest.fixture(scope="module")
def scene(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The session, when all of it has happened."""
    policies = exempting(tmp_path_factory.mktemp("policies"))
    gateway = gateways.make(over={"state": {"prefix": "leak-test"}, "policies": str(policies)}, web=True)
    gateway.start()
    tokens = {user: stack.token(user) for user in ("alice", "bob", "erin")}
    with collection(stack, "tickets-of-this-test") as tickets:
        made = Scene(stack, gateway, tickets, tokens)
        _good(made)
        _held(made)
        _refused(made)
        _malformed(made)
        yield made


def _good(scene: Scene) -> None:
    seeded = scene.gateway.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=scene.tokens["alice"]).json["id"]
    path = f"{DATA}/collections/{seeded}"
    search = {"query_embeddings": [seed.embed("refund")], "n_results": 40, "include": ["documents", "metadatas"]}
    assert scene.ask("alice", "POST", f"{path}/query", search) == 200
    for where in ({"where": {"email": seed.EMAILS[0]}}, {"where_document": {"$contains": seed.EMAILS[1]}}):
        assert (
            scene.ask("alice", "POST", f"{path}/get", {**where, "limit": 5, "include": ["documents", "metadatas"]})
            == 200
        )
    assert scene.ask("bob", "POST", f"{scene.tickets.path}/upsert", UPSERT) == 200
    assert scene.ask("alice", "POST", f"{scene.tickets.path}/get", {"where": {"email": ADDRESS}}) == 200


def _held(scene: Scene) -> None:
    requests = "/.vecgate/v1/requests"
    with ThreadPoolExecutor(1) as pool:
        delete = {"where": {"email": ADDRESS}}
        waiting = pool.submit(scene.ask, "alice", "POST", f"{scene.tickets.path}/delete", delete)
        for _ in range(300):
            listed = scene.gateway.ask("GET", requests, token=scene.tokens["bob"]).json["requests"]
            if listed:
                break
            time.sleep(0.1)
        deny = {"reason": f"first ask {ADDRESS}"}
        assert scene.ask("bob", "POST", f"{requests}/{listed[0]['id']}/deny", deny) == 200
        assert waiting.result() == 403


def _refused(scene: Scene) -> None:
    """Read, and answered with no: tokens and addresses where they do not belong."""
    token = scene.tokens["alice"]
    for path in (
        f"/api/v2/{ADDRESS}",
        f"/api/v2/{token}",
        f"/api/v2/heartbeat?who={ADDRESS}",
        f"/api/v2/heartbeat?key={token}",
    ):
        assert scene.ask("alice", "GET", path) in (400, 403)
    for name in (ADDRESS, token):  # canonical, and not allowed
        assert scene.ask("alice", "POST", f"{DATA}/collections", {"name": name}) in (400, 403)
        assert scene.ask("alice", "DELETE", f"{DATA}/collections/{name}") == 403
        assert scene.ask("alice", "GET", f"/.vecgate/v1/requests/{name}") in (403, 404)
    for body in ({ADDRESS: 1}, {"where": {"email": {ADDRESS: token}}}, {"ids": [token], "where": ADDRESS}):
        assert scene.ask("alice", "POST", f"{scene.tickets.path}/get", body) == 400
    for name in (
        "X-Note",
        "User-Agent",
        "Accept",
        "Referer",
        "Cookie",
        "X-Forwarded-For",
        "Content-Type",
        "Upgrade",
        "X-Vault-Token",
    ):
        for value in (token, ADDRESS):
            scene.gateway.ask("GET", "/api/v2/heartbeat", token=scene.tokens["bob"], headers={name: value})
    for headers in (
        {"Authorization": token},
        {"X-Chroma-Token": f"{token}x"},
        {"Api-Key": token, "X-Chroma-Token": token},
    ):
        assert scene.gateway.ask("GET", "/api/v2/heartbeat", headers=headers).status == 401


MALFORMED = [
    "GET /api/v2/heartbeat TOKEN",
    "GET ADDRESS HTTP/1.1",
    "GET https://ADDRESS/TOKEN HTTP/1.1\r\nHost: localhost",
    "TOKEN /api/v2/heartbeat HTTP/1.1\r\nHost: localhost",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: ADDRESS",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: TOKEN",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nTOKEN",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nADDRESS TOKEN: x",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: TOKEN",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: ADDRESS",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: TOKEN",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: ADDRESS",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nTOKEN\r\nADDRESS",
    "POST /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Late: TOKEN ADDRESS",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nExpect: TOKEN",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nConnection: TOKEN",
    "GET /api/v2/heartbeat HTTP/1.1\r\nHost: localhost\r\nCookie: ADDRESS\r\n TOKEN",
]


def _malformed(scene: Scene) -> None:
    token = scene.tokens["alice"]
    for text in MALFORMED:
        head = text.replace("TOKEN", token).replace("ADDRESS", ADDRESS)
        first, _, rest = head.partition("\r\n")
        exchange(scene.gateway, f"{first}\r\nConnection: close\r\n{rest}\r\n\r\n".encode())
        exchange(scene.gateway, head.encode(), leave=True)  # in the middle of it


# what is looked for, and where


def secrets_of(scene: Scene) -> dict[str, bytes]:
    """Every text that nobody may read, under a name that may be read."""
    stack = scene.stack
    found = {f"{user}'s token": token.encode() for user, token in scene.tokens.items()}
    found |= {f"the signature of {user}'s token": token.split(".")[2].encode() for user, token in scene.tokens.items()}
    found |= {f"{user}'s password": password.encode() for user, password in stack.bao.passwords.items()}
    found |= {path.name: path.read_bytes().strip() for path in stack.secrets.glob("*-id")}
    seal = (stack.bao.folder / "seal.key").read_bytes()
    found |= {"the seal key": seal, "the seal key in hex": seal.hex().encode()}
    found |= {"the address": ADDRESS.encode(), "the address, escaped": ADDRESS.replace("@", "%40").encode()}
    found |= {"the card": CARD.encode(), "the phone": PHONE.encode()}
    for kind, values in (("e-mail", seed.EMAILS), ("card", seed.CARDS), ("phone", seed.PHONES)):
        found |= {f"{kind} of person {number}": value.encode() for number, value in enumerate(values)}
    return found


def readable(places: Mapping[str, bytes], texts: Mapping[str, bytes]) -> list[str]:
    """Which text, or what looks like a secret, can be read where. Never the text itself."""
    found = [f"{where}: {what}" for where, raw in places.items() for what, text in texts.items() if text in raw]
    return found + [
        f"{where}: {what}" for where, raw in places.items() for what, look in PATTERNS.items() if look.search(raw)
    ]


def files(*folders: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def web(gateway: Gateway, path: str) -> tuple[int, bytes]:
    """What mitmweb gives its user."""
    password = re.findall(r"\?token=(\S+)", gateway.log.read_text("utf-8"))[-1]
    connection = http.client.HTTPConnection("127.0.0.1", gateway.listen.web_port, timeout=20)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {password}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def shown_by_mitmweb(gateway: Gateway) -> dict[str, bytes]:
    """All of it: lists, logs, options, and each body in each form."""
    places = {
        path: web(gateway, path)[1] for path in ("/flows", "/events", "/options", "/state", "/flows/dump", "/commands")
    }
    for flow in json.loads(places["/flows"]):
        for message in ("request", "response"):
            for form in ("content.data", "content/auto.json", "content/raw.json", "content/vecgate.json"):
                path = f"/flows/{flow['id']}/{message}/{form}"
                places[path] = web(gateway, path)[1]
    return places


def test_what_is_looked_for_would_be_found(scene: Scene) -> None:
    """The search itself: a token in a file is reported, by its name alone."""
    places = {"a file": b"x " + scene.tokens["bob"].encode(), "another": ADDRESS.encode()}
    assert readable(places, secrets_of(scene)) == [
        "a file: bob's token",
        "a file: the signature of bob's token",
        "another: the address",
        "a file: a login token",
    ]


def test_nothing_is_readable_in_journals(scene: Scene) -> None:
    journals = files(scene.recordings)
    everything = b"".join(journals.values())
    assert everything.count(b"request.refused") > 15
    assert b"request.held" in everything
    assert b"answer.released" in everything
    assert readable(journals, secrets_of(scene)) == []


def test_nothing_is_readable_in_logs(scene: Scene) -> None:
    logs = files(scene.stack.logs) | {
        "gateway.log": scene.gateway.log.read_bytes(),
        "audit.log": scene.stack.bao.audit.read_bytes(),
    }
    assert len(logs) >= 5
    assert readable(logs, secrets_of(scene)) == []


def test_nothing_is_readable_in_mitmweb(scene: Scene) -> None:
    places = shown_by_mitmweb(scene.gateway)
    assert len(places) > 100
    assert web(scene.gateway, "/flows/dump")[0] in (403, 404, 405)
    assert readable(places, secrets_of(scene)) == []


# but by an auditor


def session_of(scene: Scene, user: str) -> str:
    """The session in which that user wrote the ticket or searched."""
    rows = [row for row in read.sessions(scene.recordings) if row.user == user and row.kind == "person"]
    return max(rows, key=lambda row: row.entries).session


def noted(scene: Scene, code: str) -> list[str]:
    """The bodies of all entries with that code in the journals of who unsealed what."""
    rows = [row.session for row in read.sessions(scene.recordings) if row.kind == "unsealed"]
    entries = [entry for session in rows for entry in read.load(scene.recordings, session).entries]
    return [str(entry.body) for entry in entries if entry.code == code]


def test_an_auditor_reads_the_exact_original_and_that_is_recorded(scene: Scene) -> None:
    session = session_of(scene, "bob")
    shown = scene.cli("sessions", "show", session, "--unseal", "--json", user="erin")
    assert shown.returncode == 0, shown.stderr
    originals = [entry["original"] for entry in json.loads(shown.stdout)["entries"] if "original" in entry]
    head = orjson.dumps({"method": "POST", "path": f"{scene.tickets.path}/upsert", "query": []}).decode()
    assert f"{head}\n{orjson.dumps(UPSERT).decode()}" in originals
    (entry,) = noted(scene, "session.unsealed")
    assert session in entry
    assert "erin" in entry
    assert readable(files(scene.recordings), secrets_of(scene)) == []


def test_nobody_else_reads_it_and_that_they_tried_is_recorded(scene: Scene) -> None:
    session = session_of(scene, "bob")
    shown = scene.cli("sessions", "show", session, "--unseal", user="alice")
    assert shown.returncode == 1
    assert ADDRESS not in shown.stdout + shown.stderr
    assert "recorded" in shown.stderr
    (entry,) = noted(scene, "session.unseal_denied")
    assert session in entry
    assert readable(files(scene.recordings), secrets_of(scene)) == []


def auditor(scene: Scene, folder: Path) -> str:
    """A file with the login that can check MACs."""
    file = folder / "auditor.token"
    file.touch(mode=0o600)
    file.write_text(scene.tokens["erin"], "utf-8")
    return str(file)


def test_every_chain_holds_until_a_byte_is_changed(scene: Scene, tmp_path: Path) -> None:
    session = session_of(scene, "alice")
    verified = scene.cli("sessions", "verify", "--all", "--token-file", auditor(scene, tmp_path))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    copy = tmp_path / "copy"
    shutil.copytree(scene.recordings, copy)
    alone = scene.cli("sessions", "verify", session, "--folder", str(copy))
    assert (alone.returncode, "chain only" in alone.stdout) == (3, True)
    journal = copy / f"{session}.jsonl"
    raw = bytearray(journal.read_bytes())
    place = raw.index(b"answer.released") + len(b"answer.release")
    raw[place] ^= 1
    journal.write_bytes(raw)
    changed = scene.cli("sessions", "verify", session, "--folder", str(copy))
    assert changed.returncode == 7
    assert f"{session}: forged at " in changed.stdout
