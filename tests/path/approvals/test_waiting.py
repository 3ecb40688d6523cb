"""What users of real clients see of a held call at their clients' own time-outs, and how they go on from there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import pytest

from path.approvals.conftest import REQUESTS, Town
from support.tools import direct
from support.tools.documents import ROOT, blocks
from support.tools.families import environment
from vecgate import dialects
from vecgate.settings.hold import Hold

RECIPES: Final = {b.language: b.text for b in blocks("python", "js") if b.document == ROOT / ".github" / "waiting.md"}
CHROMA_PY: Final = """
import os, sys, chromadb
from chromadb.config import Settings
client = chromadb.HttpClient(host="localhost", port=int(os.environ["PORT"]), ssl=True, headers={"X-Chroma-Token": os.environ["VECGATE_TOKEN"]}, settings=Settings(anonymized_telemetry=False, chroma_server_ssl_verify=os.environ["VECGATE_CA"]))
found = client.get_collection(sys.argv[1], embedding_function=None)
"""
CHROMA_JS: Final = """
import { ChromaClient } from "chromadb";
const client = new ChromaClient({ host: "localhost", port: Number(process.env.PORT), ssl: true, headers: { "x-chroma-token": process.env.VECGATE_TOKEN } });
const found = await client.getCollection({ name: process.argv[2], embeddingFunction: null });
"""
QDRANT_PY: Final = """
import os, time
from qdrant_client import QdrantClient, models
client = QdrantClient(url=os.environ["URL"], api_key=os.environ["VECGATE_TOKEN"], verify=os.environ["VECGATE_CA"], check_compatibility=False)
began = time.monotonic()
try:
    client.delete(os.environ["COLLECTION"], models.FilterSelector(filter=models.Filter(must=[models.FieldCondition(key="status", match=models.MatchValue(value="closed"))])))
except Exception as refused:
    print(type(refused).__name__, refused, time.monotonic() - began > 3)
"""
CHROMA_ASYNC: Final = """
import asyncio, os, sys, chromadb
from chromadb.config import Settings
async def main():
    client = await chromadb.AsyncHttpClient(host="localhost", port=int(os.environ["PORT"]), ssl=True, headers={"X-Chroma-Token": os.environ["VECGATE_TOKEN"]}, settings=Settings(anonymized_telemetry=False, chroma_server_ssl_verify=os.environ["VECGATE_CA"]))
    found = await client.get_collection(sys.argv[1], embedding_function=None)
    await found.delete(where={"status": "closed"})
    print("done")
asyncio.run(main())
"""
QDRANT_ASYNC: Final = """
import asyncio, os, time
from qdrant_client import AsyncQdrantClient, models
async def main():
    client = AsyncQdrantClient(url=os.environ["URL"], api_key=os.environ["VECGATE_TOKEN"], verify=os.environ["VECGATE_CA"], check_compatibility=False)
    began = time.monotonic()
    try:
        await client.delete(os.environ["COLLECTION"], models.FilterSelector(filter=models.Filter(must=[models.FieldCondition(key="status", match=models.MatchValue(value="closed"))])))
    except Exception as refused:
        print(type(refused).__name__, refused, time.monotonic() - began > 3)
asyncio.run(main())
"""
QDRANT_JS: Final = """
import { QdrantClient } from "@qdrant/js-client-rest";
const client = new QdrantClient({ url: process.env.URL, apiKey: process.env.VECGATE_TOKEN, checkCompatibility: false });
const began = Date.now();
try {
  await client.delete(process.env.COLLECTION, { filter: { must: [{ key: "status", match: { value: "closed" } }] } });
} catch (refused) {
  console.log(refused.constructor.name, refused.message, JSON.stringify(refused.data ?? ""), Date.now() - began > 3000 ? "True" : "False");
}
"""


def in_js(family: str, text: str) -> list[str]:
    """A program in JavaScript, beside the packages of its family."""
    node = environment(family)
    file = next((ROOT / ".vecgate" / "clients").glob(f"{family}-*")) / f"waits-{os.getpid()}.mjs"
    file.write_text(text, "utf-8")
    return [*node, str(file)]


@pytest.fixture
def closed(town: Town, request: pytest.FixtureRequest) -> Iterator[direct.Collection]:
    name = "w-" + re.sub(r"[^a-z]+", "-", request.node.name)[:40] + "-x"
    with direct.collection(town.stack, name, 5) as made:
        yield made


def test_a_command_runs_after_the_yes_and_its_call_runs_once(town: Town, closed: direct.Collection) -> None:
    refused = town.gateway.ask(
        "POST", f"{closed.path}/delete", token=town.token(), body={"where": {"status": "closed"}}
    )
    id = refused.json["request_id"]
    assert f"'vecgate wait {id} -- COMMAND'" in refused.json["message"]
    assert refused.headers["link"] == f'<{REQUESTS}/{id}>; rel="status"'
    again = f"""{CHROMA_PY}
found.delete(where={{"status": "closed"}}); print("done"); sys.exit(7)"""
    waits = town.start("vecgate", "wait", id, "--", sys.executable, "-c", again, closed.name)
    with pytest.raises(subprocess.TimeoutExpired):
        waits.wait(1)
    assert closed.count() == 5
    town.say("approve", id)
    out, err = waits.communicate(timeout=120)
    assert (waits.returncode, out.strip(), closed.count()) == (7, "done", 0), err
    assert town.gateway.ask("GET", f"{REQUESTS}/{id}", token=town.token()).json["state"] == "used"


def test_a_command_does_not_run_after_a_no(town: Town, closed: direct.Collection) -> None:
    body = {"where": {"status": "closed"}}
    id = town.gateway.ask("POST", f"{closed.path}/delete", token=town.token(), body=body).json["request_id"]
    waits = town.start("vecgate", "wait", id, "--", "echo", "ran")
    town.say("deny", id)
    out, err = waits.communicate(timeout=60)
    assert (waits.returncode, out) == (77, ""), err
    assert "is denied by bob" in err


def test_who_may_not_see_a_request_waits_for_nothing(town: Town, closed: direct.Collection) -> None:
    body = {"where": {"status": "closed"}}
    id = town.gateway.ask("POST", f"{closed.path}/delete", token=town.token(), body=body).json["request_id"]
    said = town.gateway.ask("GET", f"{REQUESTS}/{id}/wait", token=town.token("erin"))
    assert said.code == "requests.unknown"


@pytest.mark.parametrize("language", ["python", "js"])
def test_a_recipe_waits_and_then_it_is_done(town: Town, closed: direct.Collection, language: str) -> None:
    if language == "python":
        call = 'patiently(lambda: found.delete(where={"status": "closed"}))'
        script = [sys.executable, "-u", "-c", f"{RECIPES['python']}\n{CHROMA_PY}\n{call}\nprint('done')", closed.name]
    else:
        call = 'await patiently(() => found.delete({ where: { status: "closed" } }));'
        script = [*in_js("js", f'{CHROMA_JS}\n{RECIPES["js"]}\n{call}\nconsole.log("done");'), closed.name]
    running = town.start(*script)
    id = town.pending(closed.name)["id"]
    stream = running.stdout if language == "python" else running.stderr
    assert stream is not None
    line = stream.readline()  # its user was told
    assert "hold.pending" in line, line + running.communicate(timeout=60)[1]
    assert id in line
    town.say("approve", id)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, out.strip()[-4:], closed.count()) == (0, "done", 0), out + err


@pytest.mark.parametrize("client", ["sync", pytest.param("async", marks=pytest.mark.long), "js"])
def test_a_client_that_is_not_told_of_gateways_has_its_answer_when_the_yes_comes_while_it_waits(
    town: Town, client: str
) -> None:
    with direct.collection(town.stack, f"tickets-{client}-{os.getpid()}", 5) as kept:
        if client == "js":
            call = 'await found.delete({ where: { status: "closed" } }); console.log("done");'
            script = [*in_js("js", f"{CHROMA_JS}\n{call}"), kept.name]
        else:
            sync = f'{CHROMA_PY}\nfound.delete(where={{"status": "closed"}}); print("done")'
            script = [sys.executable, "-c", sync if client == "sync" else CHROMA_ASYNC, kept.name]
        running = town.start(*script)
        town.say("approve", town.pending(kept.name)["id"])
        out, err = running.communicate(timeout=120)
        assert (running.returncode, out.strip()[-4:], kept.count()) == (0, "done", 0), out + err


def test_a_command_waits_for_access_and_uses_it(town: Town) -> None:
    with direct.collection(town.stack, f"a-wait-{os.getpid()}", 5) as kept:
        words = ("--upstream", "tickets-db", "--collection", kept.name, "--operations", "count,collection_read")
        asked = town.type("access", "request", *words, "--for", "10min", "--reason", "INC-7", "--json")
        assert asked.returncode == 0, asked.stderr
        id = json.loads(asked.stdout)["id"]
        script = f"{CHROMA_PY}\nprint(found.count())"
        waits = town.start("vecgate", "wait", id, "--", sys.executable, "-c", script, kept.name)
        with pytest.raises(subprocess.TimeoutExpired):
            waits.wait(1)
        said = town.gateway.ask("POST", f"/.vecgate/v1/access/{id}/approve", token=town.token("bob"), body={})
        assert said.status == 200, said.body
        out, err = waits.communicate(timeout=120)
        assert (waits.returncode, out.strip()) == (0, "5"), err
        assert "is granted" in err


def test_how_long_each_database_is_waited_for_is_told_as_it_is() -> None:
    rows = [line for line in (ROOT / ".github" / "waiting.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    for name in dialects.names():
        patience, (row,) = dialects.load(name).patience, [one for one in rows if one.lower().startswith(f"| {name} |")]
        words = (
            "`hold.wait` (20 s)" if patience is None else f"never beyond {patience:g} s" if patience else "not at all"
        )
        assert words in row, name
    assert Hold().wait == 20


@pytest.mark.parametrize("client", ["sync", pytest.param("async", marks=pytest.mark.long), "js"])
def test_qdrants_own_client_is_told_before_it_gives_up(town: Town, client: str) -> None:
    if client == "js":
        command = in_js("qdrant_js", QDRANT_JS)
    else:
        command = [environment("qdrant")[0], "-c", QDRANT_PY if client == "sync" else QDRANT_ASYNC]
    env = town.environment | {"COLLECTION": "tickets"}
    for _ in range(3):  # on a machine with much else to do it may have gone: the same call attaches
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
        if "hold.pending" in done.stdout:
            break
    assert "hold.pending" in done.stdout, done.stdout + done.stderr
    id = town.pending("tickets")["id"]
    assert client == "js" or done.stdout.startswith("UnexpectedResponse"), done.stdout + done.stderr
    assert id in done.stdout
    assert "Ask one of data-owners" in done.stdout  # the one for Python shows two hundred characters
    assert done.stdout.strip().endswith("True")  # it was kept for nearly as long as the client waits
