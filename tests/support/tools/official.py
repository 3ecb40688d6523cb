"""A search with Chroma's official client in a process of its own: for another host, another environment."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from demo import seed

_SCRIPT: Final = """
import json, sys, chromadb
from chromadb.config import Settings
told = json.load(sys.stdin)
client = chromadb.HttpClient(host=told["host"], port=told["port"], ssl=True, headers={"X-Chroma-Token": told["token"]},
    settings=Settings(chroma_server_ssl_verify=told["ca"], anonymized_telemetry=False))
found = client.get_collection("tickets", embedding_function=None).query(query_embeddings=[told["vector"]], n_results=5)
print(json.dumps({name: found[name][0] for name in ("ids", "documents", "metadatas")}))
"""


def search(
    host: str,
    port: int,
    token: str,
    ca: Path,
    *,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Any:
    """The `ids`, `documents` and `metadatas` of five hits; fails with what the client printed."""
    told = {"host": host, "port": port, "token": token, "ca": str(ca), "vector": seed.embed("refund to the card")}
    done = subprocess.run(
        [*prefix, sys.executable, "-c", _SCRIPT], input=json.dumps(told), env=environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def readable(found: Any) -> list[str]:
    """What of the seeded people's data can be read in it."""
    return [v for v in (*seed.EMAILS, *seed.NAMES, *seed.CARDS, *seed.PHONES) if v in str(found)]
