"""A real Milvus 2.3.5 for tests, from its wheel in a locked environment of its own, and a dialect before it.

Its collections are made over the port that asks nobody for a credential, as its REST cannot make such ones.
"""

import asyncio
import base64
import fcntl
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.milvus.asked import JSON
from support.tools.families import FAMILIES, environment
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Raw
from vecgate.guards import rows
from vecgate.refusals.errors import CallRefused, Unavailable

_NUMBERS: Final = {"Bool": 1, "Int64": 5, "Double": 11, "VarChar": 21, "JSON": 23, "FloatVector": 101}
_KEY: Final = {"authorization": f"Basic {base64.b64encode(b'root:Milvus').decode()}"}


@dataclass
class Real:
    """One server: its REST, and the port beside it."""

    rest: str
    metrics: str

    def send(self, url: str, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        asked = urllib.request.Request(
            url + path, body or None, {"content-type": "application/json", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return Answer(answer.status, body=answer.read())
        except urllib.error.HTTPError as e:
            return Answer(e.code, body=e.read())

    def tell(self, method: str, path: str, tree: Any = None) -> Any:
        """What it answers to root. Raises RuntimeError for an error."""
        said = json.loads(
            self.send(self.rest, method, path, b"" if tree is None else json.dumps(tree).encode(), _KEY).body
        )
        if said.get("code") != 200:
            raise RuntimeError(f"the database answers {said}")
        return said

    def make(self, name: str, types: Mapping[str, str], dim: int) -> None:
        """A collection with these fields and dynamic ones, strongly consistent, indexed and loaded."""
        more = {
            "VarChar": [("max_length", "512")],
            "FloatVector": [("dim", str(dim))],
        }
        fields = [
            {
                "name": field, "data_type": _NUMBERS[kind], "is_primary_key": field == "id",
                "type_params": [{"key": key, "value": value} for key, value in more.get(kind, [])],
            }
            for field, kind in types.items()
        ]  # fmt: skip
        vector = next(field for field, kind in types.items() if kind == "FloatVector")
        schema = {"name": name, "enable_dynamic_field": True, "fields": fields}
        index = [
            {"key": "metric_type", "value": "COSINE"},
            {"key": "index_type", "value": "FLAT"},
            {"key": "params", "value": "{}"},
        ]
        self._beside("collection", {"collection_name": name, "schema": schema})
        self._beside("index", {"collection_name": name, "field_name": vector, "extra_params": index})
        self._beside("collection/load", {"collection_name": name})

    def alias(self, name: str, alias: str) -> None:
        self._beside("alias", {"collection_name": name, "alias": alias})

    def _beside(self, what: str, tree: Any) -> None:
        said = self.send(self.metrics, "POST", f"/api/v1/{what}", json.dumps(tree).encode(), {})
        if said.status != 200 or json.loads(said.body).get("reason"):
            raise RuntimeError(f"{what}: {said.body!r}")

    async def ask(self, call: Call) -> Answer:
        query = f"?{'&'.join(f'{key}={value}' for key, value in call.query)}" if call.query else ""
        return self.send(self.rest, call.method, call.path + query, call.body, {**dict(call.headers), **_KEY})

    def through(self, ask: Ask, decision: Decision) -> Said:
        """One call as it goes through a gateway whose rule decides so: read, kept to rows, looked up, and its answer sifted."""
        return asyncio.run(self._through(ask, decision))

    async def _through(self, ask: Ask, decision: Decision) -> Said:
        dialect = Milvus()
        body = ask.body if isinstance(ask.body, bytes) else b"" if ask.body is None else json.dumps(ask.body).encode()
        try:
            call = dialect.read(Raw(ask.method, ask.path, (*JSON, *ask.headers.items()), body))
            operation = await dialect.classify(call, self.ask)
            scoped = await dialect.scoped(dialect.restrict(call, operation, decision), decision, self.ask)
            await rows.check(scoped.owned, decision, self.ask)
        except CallRefused as e:
            return Said(403, {"code": 65535, "message": str(e.refusal)})
        except Unavailable as e:
            return Said(503, {"code": 65535, "message": str(e)})
        answer = await self.ask(scoped.call)
        said = dialect.spoken(operation, answer)
        tree = json.loads(said.body)
        return Said(answer.status, tree if answer.status >= 300 else scoped.answered(tree)[0])


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time on this machine: its inner ports are fixed."""
    file = Path.home() / ".cache" / "vecgate" / "milvus.turn"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@contextmanager
def running_real(folder: Path) -> Iterator[Real]:
    """It, once it answers; skips by name where its packages cannot be had."""
    command = [
        *environment("milvus_server"),
        str(FAMILIES / "milvus_server" / "serve.py"),
        str(folder),
        str(free_port()),
    ]
    with (
        _turn(),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process,
    ):
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            ports = json.loads(process.stdout.readline() or b"{}")
            if not ports:
                raise RuntimeError("the server did not start")
            real = Real(f"http://127.0.0.1:{ports['rest']}", f"http://127.0.0.1:{ports['metrics']}")
            deadline = time.monotonic() + 60
            while (
                real.send(real.rest, "GET", "/v1/vector/collections", b"", _KEY).status != 200
                and time.monotonic() < deadline
            ):
                time.sleep(0.2)
            yield real
        finally:
            process.stdin.close()
            process.wait(timeout=60)
