"""Qdrant over gRPC: no way leads from one tenant to another's records, and no answer tells what is masked.

The ways, the questions and the verdicts are those of REST; each goes as a message, and its answer comes as one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from attacks import test_oracles as oracles
from demo.stack import Stack
from support.leaks import Ask, Said, Way, attempt, qdrant
from support.qdrant.over_grpc import OverGrpc, spoken
from support.servers.rowed import POLICY, Rowed, plainly, succeeded
from support.tools.every import every


@dataclass
class People:
    """A gateway before Qdrant, and the collection that both share."""

    rowed: Rowed
    over: OverGrpc
    place: qdrant.Qdrant

    def client(self, ask: Ask) -> Said:
        return self.over.say(ask, self.rowed.token("ana", tenant="acme"))


@pytest.fixture(scope="module")
def people(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with spoken(stack, tmp_path_factory, POLICY) as (made, over, url):
        place = qdrant.Qdrant(partial(succeeded, url))
        place.fill()
        yield People(made, over, place)


def test_ones_own_are_read_and_counted(people: People) -> None:
    own = people.client(Ask("POST", f"{qdrant.P}/count", {"exact": True}))
    assert own.tree["result"] == {"count": len(qdrant.OWN_IDS)}
    page = people.client(Ask("POST", f"{qdrant.P}/scroll", {"limit": 300, "with_payload": True}))
    assert [one["id"] for one in page.tree["result"]["points"]] == [*qdrant.OWN_IDS]
    found = people.client(Ask("POST", f"{qdrant.P}", {"ids": [qdrant.MINE, qdrant.THEIRS], "with_payload": True}))
    assert [one["id"] for one in found.tree["result"]] == [qdrant.MINE]


@pytest.mark.sample(12)
@pytest.mark.parametrize("way", qdrant.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records(people: People, way: Way) -> None:
    assert attempt(way, people.client, people.place, qdrant.FOREIGN_IDS) == []


def test_most_ways_can_be_said_in_messages() -> None:
    """Those that cannot are spellings of JSON, of paths and of headers, and routes that are REST's alone."""
    over = OverGrpc(0, Path())
    said = [way.name for way in qdrant.WAYS if all(_is_said(over, ask) for ask in way.calls)]
    assert len(said) >= 60, (len(said), len(qdrant.WAYS))


def _is_said(over: OverGrpc, ask: Ask) -> bool:
    try:
        return over.say(ask, "").status != 400
    except OSError:  # it was about to be sent
        return True


@pytest.fixture(scope="module")
def asked(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[oracles.Town]:
    with spoken(stack, tmp_path_factory, oracles.POLICY) as (made, over, url):
        for method, path, body in oracles.filling():
            assert plainly(url, Ask(method, path, body)).status == 200, path
        yield oracles.Town(made, "/collections/people", over=over.say)


@every(("verb", "body", "name"), oracles.ASKED_IN_QDRANT)
def test_no_clause_tells_of_a_masked_field(asked: oracles.Town, verb: str, body: Any, name: str) -> None:
    assert f"'{name}'" in asked.refused("readers", "POST", verb, body)
    said = asked.ask("owners", "POST", verb, body)
    assert said.status == 200, said.tree


@every(("method", "verb", "body"), oracles.CHANGES)
def test_no_change_tells_and_nothing_is_changed(asked: oracles.Town, method: str, verb: str, body: Any) -> None:
    all_of_it = ("owners", "POST", "/points", {"ids": [1, 2], "with_payload": True})
    before = asked.ask(*all_of_it).tree["result"]
    assert "'salary'" in asked.refused("readers", method, verb, body)
    assert asked.ask(*all_of_it).tree["result"] == before


def test_what_a_rule_exempts_is_asked_for_and_stays_masked(asked: oracles.Town) -> None:
    oracles.test_what_a_rule_exempts_in_qdrant_is_asked_for_and_stays_masked(asked)
    oracles.test_facets_groups_and_orders_that_a_rule_exempts_show_values_masked(asked)
