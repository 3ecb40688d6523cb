"""What is there to see? The tour: printed for people, or walked by itself with the official client."""

import http.client
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import chromadb
from chromadb.config import Settings as ClientSettings

from demo import seed
from demo.bao import BaoRefused
from demo.console.walked import walk
from demo.expected import TourFailed, expect
from demo.gateway import DATA, Gateway
from demo.login import walked as logged_in
from demo.settings import QDRANT_UPSTREAM, UPSTREAM
from demo.stack import Stack
from demo.tour_access import Access

QUESTION: Final = "customer wants a refund to the card"
CLOSED: Final = {"status": "closed"}


def client(gateway: Gateway, token: str) -> Any:
    """Chroma's official client, unmodified: the login token stands where the API key was."""
    return chromadb.HttpClient(
        host="localhost",
        port=gateway.listen.port,
        ssl=True,
        headers={"X-Chroma-Token": token},
        settings=ClientSettings(chroma_server_ssl_verify=str(gateway.ca), anonymized_telemetry=False),
    )


def vecgate(stack: Stack, gateway: Gateway, *words: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the CLI as a person would."""
    environment = {
        "VECGATE_SETTINGS": str(stack.settings_path),
        "VECGATE_GATEWAY": gateway.url,
        "VECGATE_CA": str(gateway.ca),
        "PATH": "/usr/bin:/bin",
        **({"VECGATE_TOKEN": token} if token else {}),
    }
    command = [str(Path(sys.executable)), "-m", "vecgate.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def leaks(folders: list[Path], secrets: Mapping[str, str]) -> Iterator[str]:
    """Where one of these texts can be read below the folders: 'file: what'. The texts themselves are not given."""
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            raw = file.read_bytes()
            for what, text in secrets.items():
                if text.encode() in raw:
                    yield f"{file.name}: {what}"


@dataclass(slots=True)
class Tour:
    """The tour over a running stack and gateway. `say` gets each line."""

    stack: Stack
    gateway: Gateway
    web: str
    say: Callable[[str], None] = print
    alice: str = field(default="", repr=False)
    bob: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.alice, self.bob = self.stack.token("alice"), self.stack.token("bob")

    def walk(self) -> None:
        """All of it. Raises TourFailed."""
        self.stack.seed()
        steps = (
            *((self.alice_logs_in,) if self.stack.login else ()),
            self.search_is_masked,
            self.around_is_refused,
            self.no_token_no_answer,
            self.bulk_delete_waits,
            self.access_is_asked_for_and_ends,
            self.console_shows_it,
            self.credential_is_short,
            self.fields_are_told,
            *((self.qdrant_is_masked,) if self.stack.has_qdrant else ()),
            self.all_is_recorded,
            self.nothing_leaks,
        )
        for number, step in enumerate(steps, 1):
            self.say(f"{number}. {(step.__doc__ or '').strip()}")
            step()
            self.say("   ok\n")
        self.stack.seed()

    def alice_logs_in(self) -> None:
        """alice logs in: `vecgate login` shows a code, and in a browser she gives her password and says yes to it."""
        login = self.stack.login
        expect(login is not None, "there is a login service")
        if login:
            self.alice = logged_in.walk(login, self.gateway, "alice", self.say)

    def search_is_masked(self) -> None:
        """alice (analyst) searches with Chroma's own client; names, e-mails, phones and cards are masked."""
        collection = client(self.gateway, self.alice).get_collection(seed.COLLECTION, embedding_function=None)
        found = collection.query(query_embeddings=[seed.embed(QUESTION)], n_results=3)
        texts = [*found["documents"][0], *(str(m) for m in found["metadatas"][0])]
        for text in found["documents"][0]:
            self.say(f"   {text}")
        self.say(f"   {found['metadatas'][0][0]}")
        expect(len(found["ids"][0]) == 3, "three hits")
        read = " ".join(texts)
        known = {"e-mail": seed.EMAILS, "name": seed.NAMES, "card": seed.CARDS, "phone": seed.PHONES}
        for kind, values in known.items():
            expect(not any(value in read for value in values), f"no {kind} is readable")
        expect("<EMAIL>" in read or "[REDACTED]" in read or "***" in read, "masks are in their place")

    def around_is_refused(self) -> None:
        """Whoever connects to the database around the gateway: refused, there is no client certificate."""
        place = urlsplit(self.stack.chroma_front_url)
        trusting = ssl.create_default_context(cafile=str(self.stack.servers_root))
        answer, said = b"", "closed"
        with socket.create_connection((place.hostname, place.port), 10) as line:
            try:  # a server of TLS 1.3 says no only to what comes after the handshake (RFC 8446, section 4.4.2)
                with trusting.wrap_socket(line, server_hostname=place.hostname) as shaken:
                    answer = shaken.recv(1)
            except ssl.SSLError as e:
                said = e.reason
        expect(not answer, "the database refuses")
        self.say(f"   {self.stack.chroma_front_url}: {said}")
        self.say(f"   Chroma itself: {self.stack.chroma_isolation}")

    def no_token_no_answer(self) -> None:
        """Without a token, or on an unknown route, the gateway says no, what happened and what to do."""
        for token, path in ((None, "/api/v2/heartbeat"), (self.alice, "/api/v2/everything")):
            reply = self.gateway.ask("GET", path, token=token)
            self.say(f"   {reply.status} {reply.json['message']}")
            expect(reply.code in ("identity.missing", "route.unknown"), "a refusal with its code")

    def bulk_delete_waits(self) -> None:
        """alice deletes every closed ticket; it waits until bob (data owner) has seen what it destroys and agrees."""
        collection = client(self.gateway, self.alice).get_collection(seed.COLLECTION, embedding_function=None)
        before = collection.count()
        outcome: list[str] = []
        thread = threading.Thread(target=lambda: outcome.append(_tried(lambda: collection.delete(where=CLOSED))))
        thread.start()
        request = self._pending()
        own = vecgate(self.stack, self.gateway, "requests", "approve", request, "--yes", token=self.alice)
        self.say(f"   alice approves her own: {own.stderr.strip() or own.stdout.strip()}")
        expect(own.returncode == 1, "nobody approves their own request")
        shown = vecgate(self.stack, self.gateway, "requests", "show", request, token=self.bob)
        for line in shown.stdout.splitlines():
            self.say(f"   bob sees: {line}")
        expect(f"{seed.CLOSED} of {seed.TICKETS}" in shown.stdout, "the approver sees how much it destroys")
        expect(collection.count() == before, "nothing is deleted while it waits")
        said = vecgate(self.stack, self.gateway, "requests", "approve", request, "--yes", token=self.bob)
        expect(said.returncode == 0, f"bob approves: {said.stderr}")
        thread.join(30)
        self.say(f"   tickets before {before}, after {collection.count()}")
        expect(outcome == ["done"], f"the client goes on by itself: {outcome}")
        expect(collection.count() == seed.TICKETS - seed.CLOSED, "the delete was executed, once")

    def _pending(self) -> str:
        for _ in range(100):
            listed = vecgate(self.stack, self.gateway, "requests", "list", "--json", token=self.bob)
            found = re.search(r'"id":\s*"(\w+)"[^{}]*?"state":\s*"pending"', listed.stdout)
            if found:
                return found[1]
            time.sleep(0.1)
        raise TourFailed(f"the request is listed: {listed.stdout} {listed.stderr}")

    def access_is_asked_for_and_ends(self) -> None:
        """carol asks for two hours in which she sees how customers are reached; bob agrees, and takes it back."""
        Access(self.stack, self.gateway, self.say, vecgate).walk()

    def console_shows_it(self) -> None:
        """The same in a browser: bob logs in to the web console, and sees what was asked and decided."""
        if self.stack.console is None:
            return
        walk(self.stack.console, self.say)

    def credential_is_short(self) -> None:
        """The credential: a certificate in alice's name, for minutes, on the gateway's word; her own opens nothing."""
        log = self.stack.bao.audit.read_text("utf-8", "replace")
        issued = log.count('"path":"pki/issue/vecgate-client"')
        self.say(f"   OpenBao issued {issued // 2} certificate(s) for people; its audit log names vecgate-alice")
        expect(issued > 0 and "vecgate-alice" in log, "the audit log names the user")
        for mount in ("jwt", "vecgate"):
            expect(not self._lets_in(mount), f"alice's own token does not open auth/{mount}")
        self.say("   alice's own token opens no login there")

    def _lets_in(self, mount: str) -> bool:
        try:
            body = {"role": "vecgate-person", "jwt": self.stack.token("alice")}
            return bool(self.stack.bao.call("POST", f"auth/{mount}/login", body=body))
        except BaoRefused:
            return False

    def fields_are_told(self) -> None:
        """bob scans: which fields hold which kinds of personal data, by sample; no record leaves the gateway."""
        for upstream in (UPSTREAM, *((QDRANT_UPSTREAM,) if self.stack.has_qdrant else ())):
            words = ("scan", "--upstream", upstream, "--collection", seed.COLLECTION, "--sample", "40")
            told = vecgate(self.stack, self.gateway, *words, token=self.bob)
            for line in told.stdout.splitlines():
                self.say(f"   {line}")
            expect(told.returncode == 0 and ".email " in told.stdout and "EMAIL" in told.stdout, told.stderr)
            expect(not any(value in told.stdout for value in (*seed.EMAILS, *seed.NAMES)), "no value is readable")

    def qdrant_is_masked(self) -> None:
        """alice reads the same tickets in Qdrant, on the gateway's next port: masked, as in Chroma."""
        port, path = self.gateway.listen.port + 1, f"/collections/{seed.COLLECTION}/points/scroll"
        trust = ssl.create_default_context(cafile=str(self.gateway.ca))
        line = http.client.HTTPSConnection("localhost", port, context=trust, timeout=40)
        try:
            sent = {"api-key": self.alice, "Content-Type": "application/json"}
            line.request("POST", path, '{"limit": 20, "with_payload": true}', sent)
            answer = line.getresponse()
            read = answer.read().decode()
        finally:
            line.close()
        expect(answer.status == 200, f"an answer: {read[:200]}")
        points = json.loads(read)["result"]["points"]
        self.say(f"   {points[0]['payload']}")
        expect(len(points) == 20, "twenty points")
        expect(not any(value in read for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS)), "nothing is readable")

    def all_is_recorded(self) -> None:
        """Everything of it is in a hash-chained journal, replayable in mitmweb."""
        listed = vecgate(self.stack, self.gateway, "sessions", "list")
        for line in listed.stdout.splitlines()[:6]:
            self.say(f"   {line}")
        expect("alice" in listed.stdout and "bob" in listed.stdout, f"both are recorded: {listed.stderr}")
        verified = vecgate(self.stack, self.gateway, "sessions", "verify", "--all", token=self.stack.token("erin"))
        self.say(f"   {(verified.stdout or verified.stderr).strip().splitlines()[-1]}")
        expect(verified.returncode == 0, f"the chain holds: {verified.stdout}{verified.stderr}")

    def nothing_leaks(self) -> None:
        """No token, key, certificate or seeded e-mail in journals, logs or mitmweb's flows."""
        secrets = {"alice's token": self.alice, "bob's token": self.bob, "a key": "PRIVATE KEY"}
        if self.stack.login:
            secrets["alice's password"] = self.stack.login.password("alice")
        secrets |= {f"e-mail {n}": value for n, value in enumerate(seed.EMAILS)}
        secrets["a certificate"] = "BEGIN CERTIFICATE"
        found = [*leaks([self.stack.folder / "recordings", self.stack.logs], secrets)]
        flows = self.stack.folder / "flows.json"
        if self.web:
            flows.write_bytes(_fetch(self.web))
            found += [*leaks([flows.parent / "recordings"], {}), *_in(flows, secrets)]
            flows.unlink()
        self.say(f"   {len(secrets)} texts looked for")
        expect(not found, f"nothing is readable: {found[:5]}")


def _in(file: Path, secrets: Mapping[str, str]) -> Iterator[str]:
    raw = file.read_bytes()
    return (f"mitmweb: {what}" for what, text in secrets.items() if text.encode() in raw)


def _fetch(web: str) -> bytes:
    """All that mitmweb shows of its flows: the list, and each body."""
    base, _, token = web.partition("/?token=")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(path: str) -> bytes:
        request = urllib.request.Request(f"{base}{path}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with opener.open(request, timeout=20) as reply:
            return bytes(reply.read())

    raw = get("/flows")
    for flow in json.loads(raw):
        for part in ("request", "response"):
            if flow.get(part) and flow[part].get("contentLength"):
                raw += get(f"/flows/{flow['id']}/{part}/content.data")
    return raw


def _tried(work: Callable[[], object]) -> str:
    try:
        work()
    except Exception as e:  # noqa: BLE001 - whatever the client raises is what the tour tells
        return f"{type(e).__name__}: {e}"
    return "done"


def _python(gateway: Gateway, line: str) -> str:
    """A command to copy: Chroma's own client as alice, with `tickets` at hand."""
    return f"""python -c "
import os, chromadb
from chromadb.config import Settings
trust = Settings(chroma_server_ssl_verify=os.environ['VECGATE_CA'], anonymized_telemetry=False)
token = {{'X-Chroma-Token': os.environ['ALICE']}}
client = chromadb.HttpClient('localhost', {gateway.listen.port}, ssl=True, headers=token, settings=trust)
tickets = client.get_collection('tickets', embedding_function=None)
{line}\""""


def words(stack: Stack, gateway: Gateway, web: str) -> str:
    """The tour as text: tokens, commands to copy, and what to look at."""
    vector = "[" + ",".join(f"{x:.3f}" for x in seed.embed(QUESTION)) + "]"
    alice, bob = stack.token("alice"), stack.token("bob")
    return f"""
vecgate is running. In another terminal:

export VECGATE_SETTINGS={stack.settings_path} VECGATE_GATEWAY={gateway.url} VECGATE_CA={gateway.ca}
export PATH={Path(sys.executable).parent}:$PATH
# alice is an analyst, bob and carol own the data; their login tokens are good for an hour, and scripts/token NAME
# prints another one: also for erin (an auditor)
export ALICE={alice}
export BOB={bob}
export CAROL={stack.token("carol")}

{_login(stack)}
1. Search as alice; names, e-mails, phones and cards come masked:
{_python(gateway, f"print(tickets.query(query_embeddings=[{vector}], n_results=3)['documents'][0])")}

2. The same without a token, and around the gateway; both are refused:
curl --cacert $VECGATE_CA $VECGATE_GATEWAY{DATA}/collections
curl --cacert {stack.servers_root} {stack.chroma_front_url}/api/v2/heartbeat

3. Delete all closed tickets as alice; it waits for bob:
{_python(gateway, "tickets.delete(where={'status': 'closed'})")} &
VECGATE_TOKEN=$BOB vecgate requests list
VECGATE_TOKEN=$BOB vecgate requests approve ID

4. Ask for two hours in which carol sees how customers are reached; bob agrees, and takes it back:
VECGATE_TOKEN=$CAROL vecgate access request --upstream {UPSTREAM} --collection tickets \\
  --operations search,count --for 2h --reason INC-7
VECGATE_TOKEN=$BOB vecgate access approve ID
VECGATE_TOKEN=$BOB vecgate access revoke ID --reason enough
VECGATE_TOKEN=$BOB vecgate access debrief ID

5. Which fields hold which kinds of personal data? By sample; no record leaves the gateway:
VECGATE_TOKEN=$BOB vecgate scan --upstream {UPSTREAM}

6. What happened? Each session is a hash-chained journal:
vecgate sessions list
vecgate sessions show ID
vecgate sessions open ID

mitmweb (read-only): {web}
                     password: {web.partition("token=")[2]}
{_console(stack)}
Chroma: {_isolation(stack)}
{_qdrant(stack, gateway)}Ctrl-C stops everything; the next start goes on with the same data.
"""


def _qdrant(stack: Stack, gateway: Gateway) -> str:
    """Where the second database is, if there is one."""
    if not stack.has_qdrant:
        return ""
    url = f"https://localhost:{gateway.listen.port + 1}"
    asked = "curl -sS --cacert $VECGATE_CA -H \"api-key: $ALICE\" -H 'Content-Type: application/json'"
    scroll = f"$VECGATE_QDRANT/collections/{seed.COLLECTION}/points/scroll"
    return (
        "qdrant (edge shim): the same tickets; official clients take a token as their API key. As alice:\n"
        f"export VECGATE_QDRANT={url}\n"
        f'{asked} -d \'{{"limit": 2, "with_payload": true}}\' {scroll}\n'
        f"VECGATE_TOKEN=$BOB vecgate scan --upstream {QDRANT_UPSTREAM}\n"
        "# where qdrant-client is installed (pip install qdrant-client):\n"
        'SSL_CERT_FILE=$VECGATE_CA python -c "\n'
        "import os\n"
        "from qdrant_client import QdrantClient\n"
        "client = QdrantClient(url=os.environ['VECGATE_QDRANT'], api_key=os.environ['ALICE'])\n"
        f"print(client.scroll('{seed.COLLECTION}', limit=2)[0])\"\n"
    )


def _login(stack: Stack) -> str:
    """How one logs in, where there is a login service."""
    if stack.login is None:
        return ""
    known = ", ".join(f"{name} {stack.login.password(name)}" for name in ("alice", "bob", "carol"))
    return f"""0. Or log in yourself: a code here, a name and a password in a browser; then your commands need no token:
export VECGATE_HOME={stack.login.desk}
vecgate login
vecgate whoami
export ALICE=$(vecgate token)
# names and passwords: {known}
"""


def _console(stack: Stack) -> str:
    """Where the web console is."""
    if stack.console is None:
        return ""
    return f"web console: {stack.console.url} (the names and passwords of step 0; another window for each person)"


def _isolation(stack: Stack) -> str:
    if stack.chroma_isolation == "namespace":
        return "in a network namespace of its own; this machine's loopback has no port of it"
    return "on a loopback port that other users of this machine could reach: this host allows no network namespace"
