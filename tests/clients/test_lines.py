"""What `vecgate env` prints, with the official clients: each line reaches the gateway with the token, and so it does under `vecgate exec`.

Unmodified clients, in environments of their own, before a gateway that notes what comes; what they make of its answers is
another matter.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from support.http2.server import GrpcServer, Said, grpc_server
from support.tools.families import REPOSITORY, environment
from vecgate.desk import clients

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
TOKEN: Final = "eyJ0.the-token.x"
#: By database and language: whose packages, what is written above the line, and a first call behind it.
LINES: Final = {
    ("chroma", "python"): ("chromadb", "import chromadb", ".heartbeat()"),
    ("chroma", "javascript"): ("js", 'import { ChromaClient } from "chromadb"', ".heartbeat()"),
    ("qdrant", "python"): ("qdrant", "from qdrant_client import QdrantClient", ".get_collections()"),
    ("qdrant", "javascript"): ("qdrant_js", 'import { QdrantClient } from "@qdrant/js-client-rest"', ".getCollections()"),
    ("elasticsearch", "python"): ("elasticsearch", "from elasticsearch import Elasticsearch", ".info()"),
    ("elasticsearch", "javascript"): ("elasticsearch_js", 'import { Client } from "@elastic/elasticsearch"', ".info()"),
    ("opensearch", "python"): ("opensearch", "from opensearchpy import OpenSearch", ".info()"),
    ("opensearch", "javascript"): ("opensearch_js", 'import { Client } from "@opensearch-project/opensearch"', ".info()"),
    ("milvus", "python"): ("milvus", "from pymilvus import MilvusClient", ".list_collections()"),
    ("milvus", "javascript"): ("milvus_js", 'import { MilvusClient } from "@zilliz/milvus2-sdk-node"', ".showCollections()"),
    ("pinecone", "python"): ("pinecone", "from pinecone import Pinecone", ".list_indexes()"),
    ("pinecone", "javascript"): ("pinecone_js", 'import { Pinecone } from "@pinecone-database/pinecone"', ".listIndexes()"),
    ("weaviate", "python"): ("weaviate", "import weaviate\nfrom weaviate.classes.init import AdditionalConfig, Auth", '.collections.use("X").query.fetch_objects()'),
    ("weaviate", "javascript"): ("weaviate_js", 'import weaviate from "weaviate-client"', '.collections.use("X").query.fetchObjects()'),
}  # fmt: skip
OVER_GRPC: Final = ("milvus", "weaviate")


class Gateway:
    """It answers both protocols at one place, and notes the headers that came."""

    def __init__(self, server: GrpcServer) -> None:
        self.server, self.rest = server, list[dict[str, str]]()
        server.rest = self._note
        server.behave = lambda came, *_: Said(b"\x08\x01" if came.path.endswith("Health/Check") else b"")

    def _note(self, _method: str, target: str, headers: dict[str, str], _body: bytes) -> tuple[int, Any]:
        self.rest.append(headers)
        if target.endswith("openid-configuration"):
            return 404, {}
        return 200, {"version": "1.36.0"} if target.endswith("/v1/meta") else {}

    def came(self) -> list[dict[str, str]]:
        return [*self.rest, *(dict(one.headers) for one in self.server.arrived)]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with grpc_server(tmp_path / "gateway") as server:
        yield Gateway(server)


def program(database: str, language: str, url: str) -> tuple[list[str], str]:
    """A command, and where it is run: the line as it stands, and a call with what it makes."""
    family, above, call = LINES[database, language]
    line = clients.code(database, url)[language].replace("ANOTHER_NAME", '"127.0.0.1"')
    command = environment(family)
    if language == "python":
        line = line.partition("  # ")[0]
        return [*command, "-c", f"import os\n{above}\nmade = {line}\nmade{call}"], str(REPOSITORY)
    line = line.partition("  // ")[0]
    (folder,) = (REPOSITORY / ".vecgate" / "clients").glob(f"{family}-*")
    return [*command, "--input-type=module", "-e", f"{above};\nconst made = await {line};\nawait made{call}"], str(
        folder
    )


def run(command: list[str], env: Mapping[str, str], where: str) -> str:
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        command, env=base | dict(env), cwd=where, capture_output=True, text=True, timeout=120, check=False
    )
    return done.stdout + done.stderr


def carried(headers: Mapping[str, str]) -> set[str]:
    """What stands where clients put their keys, as it stands and opened."""
    found = set()
    for name in ("authorization", "x-chroma-token", "api-key"):
        value = headers.get(name, "").removeprefix("Bearer ").strip()
        found.add(value)
        try:
            found.add(base64.b64decode(value, validate=True).decode())
        except ValueError:
            continue
    return found


@pytest.mark.parametrize(("database", "language"), LINES, ids=map("-".join, LINES))
def test_a_line_that_env_prints_reaches_the_gateway_with_the_token(
    gateway: Gateway, tmp_path: Path, database: str, language: str
) -> None:
    url = f"https://localhost:{gateway.server.port}"
    trusted = clients.bundle(str(gateway.server.ca), tmp_path / "desk" / "trusted.pem")
    env = clients.environment(database, url, TOKEN, str(gateway.server.ca), trusted)
    command, where = program(database, language, url)
    said = run(command, env, where)
    assert [one for one in gateway.came() if TOKEN in carried(one)], (said[-2000:], gateway.came())


@pytest.mark.parametrize(("database", "language"), LINES, ids=map("-".join, LINES))
def test_a_program_under_exec_calls_with_the_token_of_now(
    gateway: Gateway, tmp_path: Path, database: str, language: str
) -> None:
    url, desk = f"https://localhost:{gateway.server.port}", tmp_path / "desk"
    desk.mkdir(mode=0o700)
    (desk / "desk.toml").write_text(
        f'gateway = "{url}"\nca = "{gateway.server.ca}"\n[upstreams.it]\ndialect = "{database}"\nurl = "{url}"\n'
    )
    command, where = program(database, language, "https://localhost:7")
    # What a line holds of the address it was printed with, it has to be printed with under exec.
    script = [part.replace(":7", ":PORT").replace(" 7", " PORT") for part in command]
    (tmp_path / "run.py").write_text(
        "import os, subprocess, sys\n"
        "port = os.environ['VECGATE_GATEWAY'].rpartition(':')[2]\n"
        f"sys.exit(subprocess.run([one.replace('PORT', port) if 'PORT' in one else one for one in {script!r}], cwd={where!r}).returncode)\n"
    )
    env = {"VECGATE_HOME": str(desk), "VECGATE_TOKEN": TOKEN, "PYTHONPATH": str(REPOSITORY / "addons")}
    said = run(
        [
            sys.executable,
            "-m",
            "vecgate.cli",
            "exec",
            "--upstream",
            "it",
            "--",
            sys.executable,
            str(tmp_path / "run.py"),
        ],
        env,
        where,
    )
    came = gateway.came()
    assert [one for one in came if TOKEN in carried(one)], (said[-2000:], came)
    assert not [value for one in came for value in one.values() if "vecgate-exec." in value]
    if database in OVER_GRPC:
        assert [
            set(carried(dict(one.headers))) for one in gateway.server.arrived if TOKEN in carried(dict(one.headers))
        ], said


def test_every_database_has_a_line_in_both_languages() -> None:
    printed = {(name, language) for name in clients.names() for language in clients.code(name, "https://gate")}
    assert printed - {(name, "http") for name in clients.names()} == set(LINES)
