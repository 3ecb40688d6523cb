"""The gateway's API with answers of one's own: for names and reasons that nobody could make a real one say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from support.tools.served import Quiet, served


@dataclass(slots=True)
class ApiStub:
    """`answers` by method and path; `calls`: (method, path, token, body)."""

    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, str, Any]] = field(default_factory=list)


@contextmanager
def running_api() -> Iterator[ApiStub]:
    made = ApiStub()

    class Handler(Quiet):
        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            path = self.path.removeprefix("/.vecgate/v1")
            token = self.headers["authorization"].removeprefix("Bearer ")
            made.calls.append((self.command, path, token, orjson.loads(raw) if raw else None))
            status, tree = made.answers.get(f"{self.command} {path}", (404, {"message": "requests.unknown: none"}))
            body = orjson.dumps(tree)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

    with served(Handler) as made.url:
        yield made
