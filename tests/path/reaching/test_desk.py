"""What the documentation says of a desk is typed as it stands: a real login service, a real gateway, and one's own browser."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from demo import seed
from demo.gateway import Gateway
from path.conftest import Factory
from support.logins.provider import agree, running_provider
from support.tools.documents import ROOT, blocks

README: Final = ROOT / "README.md"
PAGE: Final = ROOT / ".github" / "desk.md"
TYPED: Final = [b for b in blocks("sh") if b.words[1:] == ("desk",)]
#: What the page calls somebody's job: it reads, until the token that it began with has ended, and once more.
JOB: Final = """
import base64, json, os, time
import chromadb

def ends():
    part = open(os.environ["VECGATE_TOKEN_FILE"]).read().split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=="))["exp"]

client = chromadb.HttpClient(host=os.environ["VECGATE_GATEWAY"], ssl=True)
tickets, first = client.get_collection("tickets", embedding_function=None), ends()
while time.time() < first + 35:  # the gateway lets clocks differ by half a minute
    tickets.count()
    time.sleep(0.5)
print(tickets.query(query_embeddings=[[0.1] * 64], n_results=3)["documents"][0])
"""
QUICK: Final = JOB.replace("first + 35", "0")
LIFE: Final = 20


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_provider(tmp_path_factory.mktemp("login"), LIFE) as url:
        yield url


@pytest.fixture(scope="module")
def trusting(gateways: Factory, issuer: str) -> Gateway:
    """A gateway that takes that login service's tokens."""
    told = {
        "issuer": issuer,
        "audience": "vecgate",
        "algorithms": ["ES256"],
        "user_claim": "sub",
        "groups_claim": "groups",
    }
    made = gateways.make({"issuers": [told], "state": {"prefix": "desk"}})
    made.start()
    return made


@pytest.fixture
def desk(tmp_path: Path, issuer: str, trusting: Gateway) -> dict[str, str]:
    """The page's desk.toml, with the addresses of here, and a shell's environment."""
    (block,) = (b for b in blocks("toml") if b.document == README and b.words[1:] == ("desk",))
    text = re.sub(r"resource = .*", 'resource = "urn:vecgate"', block.text)
    text = text.replace("https://login.example.com/realms/staff", issuer).replace(
        "/etc/vecgate/ca.pem", str(trusting.ca)
    )
    (tmp_path / "desk.toml").write_text(text.replace("https://vecgate.example.com:8443", trusting.url))
    (tmp_path / "reindex.py").write_text(QUICK)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, words in (("vecgate", "-m vecgate.cli"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        (tools / name).chmod(0o755)
    return {
        "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path), "VECGATE_HOME": str(tmp_path), "VECGATE_KEYRING": "no",
        "PYTHONPATH": str(ROOT / "addons"), "ANONYMIZED_TELEMETRY": "False",
    }  # fmt: skip


def typed(line: str, env: dict[str, str], who: str = "alice") -> str:
    """What a line prints; where it asks for a browser, somebody goes there and says who they are."""
    child = subprocess.Popen(
        ["sh", "-c", line], env=env, cwd=env["HOME"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said, went = [], list[threading.Thread]()
    assert child.stderr is not None
    assert child.stdout is not None
    for words in child.stderr:
        said.append(words)
        if found := re.search(r"or open (http\S+)", words):
            went.append(threading.Thread(target=agree, args=(found[1], who)))
            went[0].start()
    printed = child.stdout.read()
    for thread in went:
        thread.join()
    assert child.wait() == 0, "".join(said)
    child.stdout.close()
    child.stderr.close()
    return printed + "".join(said)


@pytest.mark.sample(1, "file")
def test_each_line_of_the_readme_does_what_it_says(desk: dict[str, str], issuer: str, trusting: Gateway) -> None:
    (block,) = (b for b in TYPED if b.document == README)
    done = {line: typed(line, desk) for line in block.text.splitlines()}
    assert "logged in at work as alice" in done["vecgate login"]
    assert f"issuer:     {issuer}" in done["vecgate whoami"]
    assert "user:       alice" in done["vecgate whoami"]
    assert done["vecgate token"].count(".") == 2
    assert f"CHROMA_PORT={trusting.listen.port}" in done["vecgate env --upstream tickets-db"]
    found = done["vecgate exec --upstream tickets-db -- python reindex.py"]
    assert found.startswith("[")
    assert not [value for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS) if value in found]
    assert f"refresh_token: ended at {issuer}" in done["vecgate logout"]
    assert not list(Path(desk["VECGATE_HOME"]).rglob("*.json"))


@pytest.mark.sample(1, "file")
def test_each_line_of_the_page_can_be_typed(desk: dict[str, str]) -> None:
    lines = [line for b in TYPED if b.document == PAGE for line in b.text.splitlines()]
    assert lines[:2] == ["vecgate login --issuer work", "vecgate logout"]
    typed(lines[0], desk)
    for line in lines[2:]:
        typed(line, desk)
    typed(lines[1], desk)


def test_commands_that_ask_the_gateway_are_those_of_whoever_is_logged_in(desk: dict[str, str]) -> None:
    typed("vecgate login", desk, "bob")
    assert "user:       bob" in typed("vecgate whoami", desk)
    for line in ("vecgate requests list", "vecgate access list"):
        typed(line, desk)
    typed("vecgate logout", desk)


@pytest.mark.long
def test_a_job_outlives_the_token_that_it_began_with(desk: dict[str, str]) -> None:
    (Path(desk["HOME"]) / "reindex.py").write_text(JOB)
    typed("vecgate login", desk)
    assert typed("vecgate exec --upstream tickets-db -- python reindex.py", desk).startswith("[")
