"""Does Qdrant's client over gRPC (`prefer_grpc=True`) do through the gateway what it does over REST without one?

Unmodified, in its own environment. Some of what it does goes over REST all the same: the gateway speaks both at one port.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest

from clients.test_qdrant_families import (
    FAILS,
    METADATA,
    NUMBERS,
    POLICY,
    QUIET,
    TEXTS,
    TOLD,
    VECTORS,
    as_frameworks_do,
    said,
)
from demo.stack import Stack
from support.qdrant.over_grpc import spoken
from support.servers.rowed import Rowed, succeeded
from support.tools.families import check_told, walk

FAMILY: Final = "qdrant_grpc"


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway before a Qdrant that is spoken to over both, and that Qdrant as it is."""

    rowed: Rowed
    url: str

    def walk(self, part: str, user: str, collection: str) -> dict[str, Any]:
        port = self.rowed.gateway.listen.port
        token = self.rowed.stack.token(user)
        told = {"url": f"https://localhost:{port}", "grpc_port": port, "token": token, "collection": collection}
        ca = str(self.rowed.gateway.ca)
        return walk(FAMILY, part, told, QUIET | {"SSL_CERT_FILE": ca, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ca})


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with spoken(stack, tmp_path_factory, POLICY) as (made, _, url):
        yield Town(made, url)


def test_what_is_allowed_goes_as_it_goes_over_rest_without_the_gateway(town: Town) -> None:
    without = walk("qdrant", "works", {"url": town.url, "token": "", "collection": "c-rest"}, QUIET)
    through = town.walk("works", "bob", "c-grpc")
    for case in FAILS:
        without.pop(case, None), through.pop(case, None)
    assert said(through) == {}
    assert json.loads(json.dumps(through).replace("c-grpc", "c-rest")) == without


@pytest.mark.long
def test_what_is_refused_is_told_to_the_user_in_words(town: Town) -> None:
    tell = partial(succeeded, town.url)
    tell("PUT", "/collections/c-limited", {"vectors": {"size": 3, "distance": "Cosine"}})
    points = [
        {"id": n, "vector": vector, "payload": payload}
        for n, vector, payload in zip(NUMBERS, VECTORS, map(as_frameworks_do, TEXTS, METADATA), strict=True)
    ]
    tell("PUT", "/collections/c-limited/points?wait=true", {"points": points})
    found = town.walk("limited", "alice", "c-limited")
    check_told(found, TOLD["qdrant"], town.rowed.gateway, town.rowed.stack.token("alice"))
