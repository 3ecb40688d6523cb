"""`vecgate policy check --upstream` asks the gateway for the collections there are, page by page, in each database's way."""

import argparse
from types import SimpleNamespace

import pytest

from vecgate import dialects
from vecgate.cli._gateway import GatewayFailed
from vecgate.cli._policy import inventory
from vecgate.cli._upstream import Reached


class FakeGateway:
    """Answers in the form of a database, some a page."""

    def __init__(self, dialect: str, names: list[str]) -> None:
        self.dialect, self.names, self.asked = dialect, names, list[str]()

    def call(self, _method: str, path: str) -> object:
        self.asked.append(path)
        if self.dialect == "qdrant":
            return {"result": {"collections": [{"name": name} for name in self.names]}}
        offset = int(path.rpartition("offset=")[2])
        return [{"name": name, "id": "x"} for name in self.names[offset : offset + inventory.PAGE]]


@pytest.fixture
def gateway(monkeypatch):
    def made(dialect: str, names: list[str]) -> FakeGateway:
        fake, loaded = FakeGateway(dialect, names), dialects.load(dialect)
        monkeypatch.setattr(
            inventory, "reach", lambda _args: Reached(fake, loaded, *(loaded.home if loaded.home[0] else ("", "")))
        )
        return fake

    return made


ARGS = argparse.Namespace(
    upstream=["db"], tenant=None, database=None, gateway=None, ca=None, token_file=None, settings=None
)


@pytest.mark.parametrize(("dialect", "count", "pages"), [("chroma", 0, 1), ("chroma", 3, 1), ("chroma", 1000, 2), ("chroma", 2500, 3), ("qdrant", 3, 1)])  # fmt: skip
def test_all_pages_are_asked_for(gateway, dialect, count, pages):
    names = [f"c{number}" for number in range(count)]
    fake = gateway(dialect, names)
    assert inventory.there(ARGS) == {"db": tuple(names)}
    assert len(fake.asked) == pages


def test_a_database_of_which_nobody_knows_how_is_told(gateway, monkeypatch):
    monkeypatch.setattr(inventory, "reach", lambda _args: SimpleNamespace(dialect=SimpleNamespace(lists_at="")))
    with pytest.raises(GatewayFailed, match="--inventory"):
        inventory.there(ARGS)


def test_another_form_is_no_list(gateway, monkeypatch):
    fake = gateway("chroma", [])
    fake.call = lambda *_: {"error": "x"}  # type: ignore[method-assign]
    with pytest.raises(GatewayFailed, match="not the gateway's"):
        inventory.there(ARGS)
