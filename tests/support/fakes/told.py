"""An API of the gateway that says what it is told to, behind real TLS, for commands that ask it."""

from typing import Any

import pytest

from support.servers.requests_server import RequestsServer
from vecgate.domain.call import Answer
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import CallRefused


class Told:
    """It keeps what it was asked."""

    def __init__(self) -> None:
        self.says: Any = None
        self.asked: list[Any] = []

    async def answer(self, principal: Any, method: str, path: str, tree: Any) -> Answer:
        self.asked.append((principal.user, method, path, tree))
        if isinstance(self.says, CallRefused):
            raise self.says
        return Answer(200, (("content-type", "application/json"),), dump(self.said(tree)))

    def said(self, _tree: Any) -> Any:
        """The answer to a body."""
        return self.says


def asked_by_bob(told: Told, server: RequestsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it answer there, and commands find it, with bob's token."""
    monkeypatch.setattr(server, "_api", told)
    monkeypatch.setenv("VECGATE_GATEWAY", server.url)
    monkeypatch.setenv("VECGATE_CA", str(server.ca))
    monkeypatch.setenv("VECGATE_TOKEN", "token-of-bob")
