"""Microsoft Graph, as far as it tells which groups somebody is in: a stub, since the real one is not to be had here.

By its documentation: `POST /v1.0/users/{id}/getMemberObjects` (answers and errors), and the token endpoint of the
login service beside it (client credentials). https://learn.microsoft.com/en-us/graph/api/directoryobject-getmemberobjects
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from support.tools.served import Quiet, served

CLIENT, SECRET = "vecgate-graph", "s3cret"


@dataclass
class GraphStub:
    """`groups` by object id; `over`: what is answered in place of a list. `calls`: (path, body); `logins`: secrets."""

    url: str = ""
    secret: str = SECRET
    life: Any = 3600
    groups: dict[str, list[Any]] = field(default_factory=dict)
    over: tuple[int, Any] | None = None
    token_over: tuple[int, Any] | None = None
    token: str = "graph-token-1"
    calls: list[tuple[str, Any]] = field(default_factory=list)
    logins: list[dict[str, str]] = field(default_factory=list)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "url": f"{self.url}/v1.0/users/{{oid}}/getMemberObjects",
            "token_url": f"{self.url}/token",
            "client_id": CLIENT,
            **more,
        }

    def give(self, login: str, form: dict[str, str]) -> tuple[int, Any]:
        self.logins.append(form)
        if self.token_over is not None:
            return self.token_over
        if login != f"Basic {b64encode(f'{CLIENT}:{self.secret}'.encode()).decode()}":
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": self.token, "token_type": "Bearer", "expires_in": self.life}

    def tell(self, path: str, login: str, body: Any) -> tuple[int, Any]:
        self.calls.append((path, body))
        if self.over is not None:
            return self.over
        if login != f"Bearer {self.token}":
            return 401, {"error": {"code": "InvalidAuthenticationToken"}}
        parts = path.split("/")
        if parts[:3] != ["", "v1.0", "users"] or parts[4:] != ["getMemberObjects"]:
            return 400, {"error": {"code": "BadRequest"}}
        found = self.groups.get(unquote(parts[3]))
        return (404, {"error": {"code": "Request_ResourceNotFound"}}) if found is None else (200, {"value": found})


@contextmanager
def graph() -> Iterator[GraphStub]:
    """One, while it runs."""
    made = GraphStub()

    class Handler(Quiet):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            login = self.headers.get("Authorization", "")
            if self.path == "/token":
                words = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
                self._say(*made.give(login, words))
            else:
                self._say(*made.tell(self.path, login, json.loads(raw or b"null")))

        def _say(self, status: int, tree: Any) -> None:
            body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if 300 <= status < 400:
                self.send_header("Location", f"{made.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with served(Handler) as made.url:
        yield made
