"""What does an alias stand for that was pointed elsewhere around the gateway? With `names: asked`, what it does now."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.leaks import Ask
from support.servers.rowed import Rowed, fronted, rowed, succeeded

POLICY = """
version: 1
rules:
  - name: all-but-hr
    who: anyone
    where: {collections: ["people*"]}
    operations: [read]
    effect: allow
    mask: unsafe-nothing
"""
READ = Ask("POST", "/collections/staff/points/scroll", {"limit": 1, "with_payload": True})


@pytest.fixture
def before(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rowed, str]]:
    folder = tmp_path_factory.mktemp("names")
    with (
        fronted(stack, folder / "qdrant") as (url, told),
        rowed(stack, gateways, folder, POLICY, upstreams={"tickets-db": {**told, "names": "asked"}}) as made,
    ):
        for name in ("people-1", "people-2", "hr"):
            succeeded(url, "PUT", f"/collections/{name}", {"vectors": {"size": 2, "distance": "Dot"}})
            points = {"points": [{"id": 1, "vector": [1, 1], "payload": {"of": name}}]}
            succeeded(url, "PUT", f"/collections/{name}/points?wait=true", points)
        yield made, url


def pointed(url: str, name: str) -> None:
    made = {"create_alias": {"collection_name": name, "alias_name": "staff"}}
    succeeded(url, "POST", "/collections/aliases", {"actions": [made]})


def test_an_alias_that_is_pointed_elsewhere_around_the_gateway_is_what_it_stands_for_now(
    before: tuple[Rowed, str],
) -> None:
    """Q-60"""
    made, url = before
    token = made.token("ana", "staff")

    def read() -> Any:
        said = made.say(READ, token)
        return said.tree["result"]["points"][0]["payload"]["of"] if said.status == 200 else said.text

    for name in ("people-1", "people-2", "people-1"):
        pointed(url, name)
        assert read() == name
    pointed(url, "hr")
    assert "collection.unknown" in read()
