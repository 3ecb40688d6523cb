"""Milvus over gRPC: no way leads from one tenant to another's records, and no answer tells what is masked.

The ways, the questions and the verdicts are those of REST; each goes as a message, and its answer comes as one. Beside
them stand the ways that only a message has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from attacks import test_oracles_in_milvus as oracles
from attacks.test_oracles import PEOPLE, POLICY, Town, V
from demo.stack import Stack
from support.leaks import Ask, Said, Way, attempt, milvus
from support.milvus.over_grpc import METHODS, OverGrpc, asked, spoken
from support.servers.rowed import POLICY as TENANTS
from support.servers.rowed import Rowed
from support.tools.every import every


@dataclass
class People:
    """A gateway before Milvus, and the collection that both share."""

    rowed: Rowed
    over: OverGrpc
    place: milvus.Milvus

    @property
    def token(self) -> str:
        return self.rowed.token("ana", tenant="acme")

    def client(self, ask: Ask) -> Said:
        return self.over.say(ask, self.token)


@pytest.fixture(scope="module")
def people(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with spoken(stack, tmp_path_factory, TENANTS) as (made, over, recorded):
        place = milvus.Milvus(partial(asked, recorded))
        place.fill()
        yield People(made, over, place)


def test_ones_own_are_read_and_counted(people: People) -> None:
    def post(path: str, **body: Any) -> Any:
        said = people.client(Ask("POST", f"{milvus.V2}{path}", {"collectionName": milvus.NAME, **body}))
        assert said.status == 200, said.text
        return said.tree["data"]

    assert post("/entities/query", outputFields=["count(*)"]) == [{"count(*)": len(milvus.OWN_IDS)}]
    assert post("/collections/get_stats") == {"rowCount": len(milvus.OWN_IDS)}
    assert [one["id"] for one in post("/entities/get", id=[milvus.MINE, milvus.THEIRS])] == [milvus.MINE]
    near = {"data": [[1.0, 1.0]], "annsField": "vec", "limit": 300}
    assert len(post("/entities/search", **near, outputFields=["text"])) == len(milvus.OWN_IDS)
    assert len(post("/entities/hybrid_search", search=[near, near], limit=9, outputFields=["text"])) == 9


@pytest.mark.sample(16)
@pytest.mark.parametrize("way", milvus.WAYS, ids=str)
def test_no_way_leads_to_another_tenants_records(people: People, way: Way) -> None:
    assert attempt(way, people.client, people.place, milvus.FOREIGN_IDS) == []


def test_most_ways_can_be_said_in_messages(people: People) -> None:
    """Those that cannot are spellings of JSON and of paths, values of other types, and the older routes."""
    said = [way.name for way in milvus.WAYS if all(_is_said(people.over, ask) for ask in way.calls)]
    assert len(said) >= 60, (len(said), len(milvus.WAYS))


def _is_said(over: OverGrpc, ask: Ask) -> bool:
    try:
        over.message(ask)
    except Exception:  # noqa: BLE001 - whatever it was, it was not sent
        return False
    return True


def _query(over: OverGrpc) -> Any:
    return over.message(
        Ask("POST", f"{milvus.V2}/entities/query", {"collectionName": milvus.NAME, "outputFields": ["text"]})
    )[2]


def _search(over: OverGrpc, **more: Any) -> Any:
    near = {"data": [[1.0, 1.0]], "annsField": "vec", "limit": 400, "outputFields": ["text"]}
    return over.message(Ask("POST", f"{milvus.V2}/entities/search", {"collectionName": milvus.NAME, **near, **more}))[2]


def _hybrid(over: OverGrpc) -> Any:
    near = {"data": [[1.0, 1.0]], "annsField": "vec", "limit": 400}
    tree = {"collectionName": milvus.NAME, "search": [near, near], "limit": 400, "outputFields": ["text"]}
    return over.message(Ask("POST", f"{milvus.V2}/entities/hybrid_search", tree))[2]


def _upsert(over: OverGrpc, *ids: int) -> Any:
    rows = [{**row, "id": id} for row, id in zip(milvus.rows("acme", ids, "acme"), ids, strict=True)]
    return over.message(Ask("POST", f"{milvus.V2}/entities/upsert", {"collectionName": milvus.NAME, "data": rows}))[2]


def _set(message: Any, **fields: Any) -> Any:
    """With these fields; a list is added to, a pair of a key and a value as well."""
    for name, value in fields.items():
        if isinstance(value, tuple):
            getattr(message, name).add(key=value[0], value=value[1])
        elif isinstance(value, list):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)
    return message


def _part(message: Any, number: int, **fields: Any) -> Any:
    _set(message.requests[number], **fields)
    return message


def _told(message: Any, **values: Any) -> Any:
    for key, value in values.items():
        message.expr_template_values[key].string_val = value
    return message


def _again(message: Any, raw: bytes) -> bytes:
    """The bytes of a message, and behind them a field that stands there already, or that nobody knows."""
    return bytes(message.SerializeToString()) + raw


def _column(message: Any, name: str, into: str) -> Any:
    """One column of a write under another name."""
    next(one for one in message.fields_data if one.field_name == name).field_name = into
    return message


_AS_ROOT = (("sourceid", "QEBtaWx2dXMtbWVtYmVyQEA="), ("authorization", "cm9vdDpXUk9ORw=="))
#: What only a message can say: a method, what makes it, metadata beside it.
MESSAGES: dict[str, tuple[str, Any, tuple[tuple[str, str], ...]]] = {
    "a filter twice": ("Query", lambda over: _again(_set(_query(over), expr="id < 0"), b"\x22\x06id > 0"), ()),
    "a filter of another wire type": ("Query", lambda over: _again(_query(over), b"\x20\x01"), ()),
    "a field that nobody knows": ("Query", lambda over: _again(_query(over), b"\xfa\xff\x07\x00"), ()),
    "the last page of an iterator": ("Query", lambda over: _set(_query(over), expr="id > 1000", query_params=("iterator", "True")), ()),
    "an iterator of a collection by number": ("Query", lambda over: _set(_query(over), query_params=("collection_id", "1")), ()),
    "an option twice": ("Query", lambda over: _set(_set(_query(over), query_params=("limit", "1000")), query_params=("limit", "1")), ()),
    "an option that nobody knows": ("Query", lambda over: _set(_query(over), query_params=("expr", "id > 0")), ()),
    "ids that end their list": ("Query", lambda over: _set(_query(over), expr="id in [1] or id in [1003]"), ()),
    "a template with a filter in it": ("Query", lambda over: _told(_set(_query(over), expr="text == {t}"), t='x" or id > 0 or text == "'), ()),
    "a template for a name": ("Query", lambda over: _told(_set(_query(over), expr="{f} == 1"), f="id"), ()),
    "a template of the condition's own": ("Query", lambda over: _told(_set(_query(over), expr="tenant == {tenant}"), tenant="globex"), ()),
    "a partition of another": ("Query", lambda over: _set(_query(over), partition_names=["globex"]), ()),
    "as root, by the member's mark": ("Query", lambda over: _set(_query(over), expr="id > 0"), _AS_ROOT[:1]),
    "as root, by a second key": ("Query", lambda over: _set(_query(over), expr="id > 0"), _AS_ROOT),
    "another database, by metadata": ("Query", lambda over: _query(over), (("dbname", "other"),)),
    "two databases, by metadata": ("Query", lambda over: _query(over), (("dbname", "default"), ("dbname", "other"))),
    "a search by records of others": ("Search", lambda over: _again(_search(over), b"\x80\x01\x01"), ()),
    "a search that iterates": ("Search", lambda over: _set(_set(_search(over), search_params=("iterator", "True")), search_params=("search_iter_last_bound", "0")), ()),
    "a search by a filter among options": ("Search", lambda over: _set(_search(over), search_params=("expr", "id > 0")), ()),
    "a search for more by options": ("Search", lambda over: _set(_search(over, limit=1), search_params=("topk", "400")), ()),
    "searches within a search": ("Search", lambda over: _again(_search(over), b"\x8a\x01\x08\x0a\x06id > 0"), ()),
    "another language of filters": ("Search", lambda over: _set(_search(over), dsl="{}", dsl_type=0), ()),
    "a part without a filter": ("HybridSearch", lambda over: _part(_hybrid(over), 0, dsl='tenant == "acme"'), ()),
    "a part of the other tenant": ("HybridSearch", lambda over: _part(_hybrid(over), 1, dsl='tenant == "globex"'), ()),
    "a part that ends what stands around it": ("HybridSearch", lambda over: _part(_hybrid(over), 1, dsl="id < 0) or (id > 0"), ()),
    "a part of another collection": ("HybridSearch", lambda over: _part(_hybrid(over), 1, collection_name="other"), ()),
    "a part of another database": ("HybridSearch", lambda over: _part(_hybrid(over), 1, db_name="other"), ()),
    "a part of another partition": ("HybridSearch", lambda over: _part(_hybrid(over), 1, partition_names=["globex"]), ()),
    "an upsert over a foreign record": ("Upsert", lambda over: _upsert(over, milvus.THEIRS), ()),
    "an upsert of one's own and a foreign one": ("Upsert", lambda over: _upsert(over, milvus.MINE, milvus.THEIRS), ()),
    "an upsert of a part of a foreign one": ("Upsert", lambda over: _set(_upsert(over, milvus.THEIRS), partial_update=True), ()),
    "a tenant under another name": ("Upsert", lambda over: _column(_upsert(over, milvus.NOBODYS), "tenant", "TENANT"), ()),
    "two columns of tenants": ("Upsert", lambda over: _column(_upsert(over, milvus.NOBODYS), "text", "tenant"), ()),
    "more records than columns say": ("Upsert", lambda over: _set(_upsert(over, milvus.THEIRS), num_rows=0), ()),
    "a delete of everything": ("Delete", lambda over: over.dialect.grpc.messages.new("milvus.DeleteRequest").__class__(collection_name=milvus.NAME, expr=" "), ()),
    "a collection by its number": ("DescribeCollection", lambda over: over.dialect.grpc.messages.new("milvus.DescribeCollectionRequest").__class__(collectionID=100), ()),
}  # fmt: skip


@every("name", [*MESSAGES])
def test_no_message_leads_to_another_tenants_records(people: People, name: str) -> None:
    method, made, metadata = MESSAGES[name]
    before = people.place.foreign()
    reply = people.over.send(f"{METHODS}{method}", made(people.over), people.token, *metadata)
    assert milvus.MARK.encode() not in (reply.message or b"")
    assert people.place.foreign() == before


def test_who_has_no_rows_is_told_of_both_by_such_messages(people: People) -> None:
    """So that what is not told above is not told for a reason."""
    owner = people.rowed.token("olga", "owners")
    for name in ("the last page of an iterator", "ids that end their list", "a part of the other tenant"):
        method, made, metadata = MESSAGES[name]
        reply = people.over.send(f"{METHODS}{method}", made(people.over), owner, *metadata)
        assert milvus.MARK.encode() in (reply.message or b""), (name, reply)


@pytest.fixture(scope="module")
def questions(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with spoken(stack, tmp_path_factory, POLICY) as (made, over, recorded):
        recorded.make("people", oracles.TYPES)
        rows = [{"id": 1 + i, "vec": V, "note": one["email"], **one} for i, one in enumerate(PEOPLE)]
        asked(recorded, "POST", f"{milvus.V2}/entities/insert", {**oracles.P, "data": rows})
        yield Town(made, milvus.V2, over=over.say)


@every(("verb", "body", "name"), oracles.ASKED)
def test_no_clause_tells_of_a_masked_field(questions: Town, verb: str, body: Any, name: str) -> None:
    oracles.test_no_clause_tells_of_a_masked_field_in_milvus(questions, verb, body, name)


def test_what_is_shown_is_asked_for_and_what_is_not_is_masked(questions: Town) -> None:
    oracles.test_what_is_shown_is_asked_for_and_what_is_not_is_masked(questions)
