"""Does a search go through no pipeline that does more than bring scores together?"""

import asyncio
from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.opensearch.pipelines import SAID, Pipelines
from vecgate.domain.call import Answer, Call
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused

ORDERS = {"phase_results_processors": [{"normalization-processor": {}}]}
THERE: dict[str, Any] = {
    "norm": ORDERS,
    "own": {"request_processors": [{"filter_query": {"query": {"term": {"tenant": "acme"}}}}]},
    "moves": {"response_processors": [{"rename_field": {"field": "email", "target_field": "note"}}]},
    "runs": {**ORDERS, "request_processors": [{"script": {"source": "x"}}]},
}


class Server:
    """It, as one that has these. `asked`: how often."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, call: Call) -> Answer:
        self.asked += 1
        name = call.path.rpartition("/")[2]
        return Answer(200, body=strict_json.dump({name: THERE[name]})) if name in THERE else Answer(404)


async def _may() -> None:
    """Nobody is asked."""


def index(default: str = "") -> Index:
    return Index("people", "uuid", {}, {"index.search.default_pipeline": default} if default else {}, {})


def check(search: dict[str, Any], *defaults: str) -> None:
    asyncio.run(Pipelines(lambda: True).check(Server(), _may, [search], [index(one) for one in defaults]))


@every(
    ("said", "default"),
    [({}, ""), ({"search_pipeline": "norm"}, ""), ({"search_pipeline": ORDERS}, ""), ({"search_pipeline": "_none"}, ""), ({}, "norm"), ({}, "own"), ({}, "_none"),
     ({"search_pipeline": "norm"}, "norm"), ({"search_pipeline": "_none"}, "norm"), ({"search_pipeline": "not-there"}, "")],
)  # fmt: skip
def test_it_goes_through(said: dict[str, Any], default: str) -> None:
    check(said, default)


@every(
    ("said", "default", "why"),
    [({"search_pipeline": "moves"}, "", "'rename_field'"), ({"search_pipeline": "runs"}, "", "'script'"), ({"search_pipeline": "own"}, "", "'filter_query'"),
     ({}, "moves", "an operator may take it"), ({"search_pipeline": "_none"}, "moves", "an operator may take it"),
     ({"search_pipeline": "_none"}, "own", "take the place of 'own'"), ({"search_pipeline": ORDERS}, "own", "take the place of 'own'"), ({"search_pipeline": "norm"}, "own", "take the place of 'own'")],
)  # fmt: skip
def test_it_does_not_go_through(said: dict[str, Any], default: str, why: str) -> None:
    with pytest.raises(CallRefused, match=why):
        check(said, default)


def test_of_indices_that_say_different_ones_none_is_gone_through() -> None:
    """O-90"""
    for defaults in (("own", "norm"), ("norm", "own"), ("own", "_none")):
        with pytest.raises(CallRefused, match="the server takes none, and not 'own'"):
            check({}, *defaults)
    for defaults in (("own", ""), ("own", "own"), ("norm", "_none"), ("norm", "other")):
        check({}, *defaults)


def test_the_server_is_asked_once_and_of_what_is_not_there_each_time() -> None:
    server, known = Server(), Pipelines(lambda: True)

    async def twice(name: str) -> int:
        before = server.asked
        for _ in range(2):
            await known.check(server, _may, [{"search_pipeline": name}], [index()])
        return server.asked - before

    assert (asyncio.run(twice("norm")), asyncio.run(twice("later"))) == (1, 2)
    known.forget()
    assert asyncio.run(twice("norm")) == 1


@every(
    "said",
    [{"response_processors": []}, {"request_processors": [{"filter_query": {}}]}, {"phase_results_processors": [{"personalize": {}}]}, {"phase_results_processors": [{"normalization-processor": {"x": 1}}]},
     "", "a,b", "*", "a b", 7, []],
)  # fmt: skip
def test_a_search_does_not_bring(said: Any) -> None:
    with pytest.raises(CallRefused):
        SAID.read(said, "search_pipeline")
