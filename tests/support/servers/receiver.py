"""Somebody who is told by HTTP: keeps every call, answers what it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from support.tools.served import Quiet, served


@dataclass(slots=True)
class Told:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """`answers`: the statuses of the next calls, and headers with them; then 204."""

    url: str = ""
    calls: list[Told] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.calls.append(Told(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = made.answers.pop(0) if made.answers else (204, {})
            self.send_response(status)
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

    with served(Handler) as made.url:
        yield made
