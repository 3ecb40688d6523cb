"""Does a real Qdrant engine agree with what the dialect believes? Each call is read here, and goes out as it was read."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from support.servers import own
from support.servers.qdrant import running_qdrant
from vecgate import dialects
from vecgate.dialects.qdrant.filters import both
from vecgate.dialects.qdrant.rows.kept import apart
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

POLICY = Decision(Effect.ALLOW, "r", "because", "v1", vectors=True)
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
PEOPLE: list[tuple[Any, str, int]] = [(1, "sales", 30), (2, "sales", 40), (3, "hr", 50), (UUID, "hr", 60)]


class Server:
    """The engine behind the dialect, without the rest of the gateway."""

    def __init__(self, url: str) -> None:
        self.url, self.dialect = url, dialects.load("qdrant")

    async def ask(self, call: Call) -> Answer:
        return self.send(call)

    def send(self, call: Call) -> Answer:
        target = self.url + call.path + (f"?{urlencode(call.query)}" if call.query else "")
        request = urllib.request.Request(target, call.body or None, dict(call.headers), method=call.method)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return Answer(reply.status, (), reply.read())
        except urllib.error.HTTPError as e:
            return Answer(e.code, (), e.read())

    def read(self, method: str, target: str, tree: Any = None) -> tuple[Call, Operation]:
        body = b"" if tree is None else json.dumps(tree).encode()
        headers = (("content-type", "application/json"),) if body else ()
        call = self.dialect.read(Raw(method, target, headers, body))
        return call, asyncio.run(self.dialect.classify(call, self.ask))

    def do(self, method: str, target: str, tree: Any = None, decision: Decision = POLICY) -> Any:
        call, operation = self.read(method, target, tree)
        answer = self.send(self.dialect.restrict(call, operation, decision))
        self.dialect.forget(operation, answer)
        assert answer.status == 200, answer.body
        return json.loads(self.dialect.spoken(operation, answer).body)

    def result(self, method: str, target: str, tree: Any = None) -> Any:
        return self.do(method, target, tree)["result"]


@pytest.fixture(scope="module", params=own.both("qdrant"))
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own.serving("qdrant", request.param, tmp_path_factory.mktemp("qdrant"), running_qdrant) as url:
        yield url


@pytest.fixture
def server(url: str) -> Iterator[Server]:
    made = Server(url)
    made.do("PUT", "/collections/people", {"vectors": {"size": 2, "distance": "Dot"}})
    points = [{"id": id, "vector": [1, age], "payload": {"dept": dept, "age": age}} for id, dept, age in PEOPLE]
    assert made.result("PUT", "/collections/people/points?wait=false", {"points": points})["status"] == "completed"
    made.do("PUT", "/collections/people/index", {"field_name": "dept", "field_schema": "keyword"})
    yield made
    for one in made.result("GET", "/collections")["collections"]:
        made.do("DELETE", f"/collections/{one['name']}")


def ids(points: list[Any]) -> list[Any]:
    return [point["id"] for point in points]


def test_a_write_is_done_when_it_is_answered(server: Server) -> None:
    """Q-40: without `wait` the server acknowledges before it writes."""
    call, _ = server.read("POST", "/collections/people/points/delete?wait=false", {"points": [1]})
    assert call.query == (("wait", "true"),)
    assert json.loads(server.send(call).body)["result"]["status"] == "completed"
    assert server.result("POST", "/collections/people/points/count", {})["count"] == 3


def test_spellings_of_one_id_are_one_point(server: Server) -> None:
    """Q-20: the answer is in the one spelling, whichever was asked for."""
    for spelled in (UUID.upper(), UUID.replace("-", ""), f"urn:uuid:{UUID}", f"{{{UUID}}}"):
        assert ids(server.result("POST", "/collections/people/points", {"ids": [spelled]})) == [UUID]
    assert server.result("GET", "/collections/people/points/007".replace("007", "001"))["id"] == 1


def test_spellings_of_one_path_are_one_field(server: Server) -> None:
    """Q-25: in quotes or not, it is the same field."""
    for spelled in ("dept", '"dept"'):
        found = server.result("POST", "/collections/people/points/scroll", {"filter": {"must": {"key": spelled, "match": {"value": "hr"}}}})  # fmt: skip
        assert ids(found["points"]) == [3, UUID]


def test_an_alias_is_decided_on_and_sent_as_what_it_stands_for(server: Server) -> None:
    """Q-60: it may be pointed elsewhere between the decision and the sending."""
    server.do("POST", "/collections/aliases", {"actions": [{"create_alias": {"collection_name": "people", "alias_name": "staff"}}]})  # fmt: skip
    call, operation = server.read("POST", "/collections/staff/points/count", {})
    assert operation.collections == ("people",)
    assert server.dialect.restrict(call, operation, POLICY).path == "/collections/people/points/count"
    _, again = server.read("POST", "/collections/aliases", {"actions": [{"rename_alias": {"old_alias_name": "staff", "new_alias_name": "all"}}]})  # fmt: skip
    assert (again.kind, again.danger, set(again.collections)) == ("alias", 4, {"staff", "people", "all"})


def test_a_lookup_is_a_read_of_the_other_collection(server: Server) -> None:
    """Q-62: neither `lookup_from` nor `with_lookup` heeds any filter."""
    server.do("PUT", "/collections/other", {"vectors": {"size": 2, "distance": "Dot"}})
    server.do("POST", "/collections/aliases", {"actions": [{"create_alias": {"collection_name": "other", "alias_name": "o"}}]})  # fmt: skip
    server.do("PUT", "/collections/other/points", {"points": [{"id": 9, "vector": [1, 1]}]})
    tree = {"query": 9, "lookup_from": {"collection": "o"}, "limit": 1}
    call, operation = server.read("POST", "/collections/people/points/query", tree)
    assert operation.collections == ("people", "other")
    assert [(one.kind, one.collections) for one in operation.also] == [("read_ids", ("other",))]
    sent = server.dialect.restrict(call, operation, POLICY)
    assert sent.tree["lookup_from"] == {"collection": "other"}  # type: ignore[index,call-overload]
    assert json.loads(server.send(sent).body)["result"]["points"]


def test_what_a_hold_is_told_is_what_happens(server: Server) -> None:
    where = {"filter": {"must": [{"key": "dept", "match": {"value": "sales"}}]}}
    for target, tree, touched in (
        ("points/delete", where, 2),
        ("points/delete", {"points": [1, 99]}, 1),
        ("points/payload", {**where, "payload": {"x": 1}}, 2),
        ("points/delete", {"filter": {}}, 4),
    ):
        call, operation = server.read("POST", f"/collections/people/{target}", tree)
        impact = asyncio.run(server.dialect.impact(call, operation, server.ask, 100))
        assert impact is not None
        assert (impact.touched, impact.total, len(impact.ids or ())) == (touched, 4, touched)


def test_a_yes_for_certain_points_is_for_no_others(server: Server) -> None:
    call, operation = server.read("POST", "/collections/people/points/delete", {"filter": {"must": [{"key": "dept", "match": {"value": "hr"}}]}})  # fmt: skip
    parts = server.dialect.bound(call, operation, ["3", "1", "vecgate-none"])
    assert parts is not None
    for part in parts:
        assert server.send(part).status == 200
    left = server.result("POST", "/collections/people/points/scroll", {"limit": 9})["points"]
    assert ids(left) == [1, 2, UUID]  # 1 is not in hr, and the others were not in the yes


def test_an_emptied_choice_selects_nothing(server: Server) -> None:
    call, operation = server.read("POST", "/collections/people/points/delete", {"filter": {}})
    parts = server.dialect.bound(call, operation, [])
    assert parts is not None
    assert [server.send(part).status for part in parts] == [200]
    assert server.result("POST", "/collections/people/points/count", {})["count"] == 4


def test_a_collection_that_was_made_anew_is_another_thing(server: Server) -> None:
    """Q-64: the server gives no ids to collections."""
    call, operation = server.read("DELETE", "/collections/people")
    before = asyncio.run(server.dialect.located(call, operation, server.ask))
    assert before.things[0].startswith("people#")
    server.do("DELETE", "/collections/people")
    gone = asyncio.run(server.dialect.located(call, operation, server.ask))
    assert gone.things == ()
    server.do("PUT", "/collections/people", {"vectors": {"size": 3, "distance": "Dot"}})
    after = asyncio.run(server.dialect.located(call, operation, server.ask))
    assert after.things != before.things


def test_results_are_bounded_counted_and_cut(server: Server) -> None:
    few = replace(POLICY, max_results=2)
    call, operation = server.read("POST", "/collections/people/points/scroll", {})
    sent = server.dialect.restrict(call, operation, few)
    assert sent.tree == {"limit": 3}
    answer = json.loads(server.send(sent).body)
    assert server.dialect.records(operation, answer) == 3
    cut = server.dialect.cut(operation, answer, 2)
    assert ids(cut["result"]["points"]) == [1, 2]  # type: ignore[index,call-overload]
    assert cut["result"]["next_page_offset"] == 3  # type: ignore[index,call-overload]
    assert asyncio.run(server.dialect.found(sent, operation, server.ask)) == 4
    call, operation = server.read("POST", "/collections/people/points/query", {"query": [1, 1], "limit": 3})
    with pytest.raises(CallRefused, match=r"limit\.results"):
        server.dialect.restrict(call, operation, few)


def test_hits_keep_what_clients_need_and_lose_their_vectors(server: Server) -> None:
    """Q-82: without `version` and `score` the official client fails."""
    call, operation = server.read("POST", "/collections/people/points/query", {"query": [1, 1], "with_vector": True, "limit": 1})  # fmt: skip
    answer = json.loads(server.send(call).body)
    bare = server.dialect.strip_vectors(operation, answer)
    hit = bare["result"]["points"][0]  # type: ignore[index,call-overload]
    assert hit.keys() >= {"id", "version", "score"}
    assert hit["vector"] is None
    zeros = server.dialect.strip_vectors(operation, answer, zeros=True)
    assert zeros["result"]["points"][0]["vector"] == [0.0, 0.0]  # type: ignore[index,call-overload]


def test_a_whole_collection_is_read_page_by_page(server: Server) -> None:
    going = server.dialect.pages("", "", "people", 3)
    assert going is not None
    call, seen = next(going), []
    while True:
        page = json.loads(server.send(call).body)
        seen += ids(page["result"]["points"])
        try:
            call = going.send(page)
        except StopIteration:
            break
    assert seen == [1, 2, 3, UUID]


def test_probes_answer_in_json(server: Server) -> None:
    assert server.do("GET", "/healthz") == "healthz check passed"
    assert server.do("GET", "/")["title"].startswith("qdrant")


def test_a_cleaned_filter_finds_either_of_two_values(server: Server) -> None:
    from vecgate.domain.inlets import AnyOf

    tree = {"filter": {"must": [{"key": "dept", "match": {"value": "x"}}], "must_not": [{"key": "age", "range": {"gt": 55}}]}, "limit": 9}  # fmt: skip
    call, operation = server.read("POST", "/collections/people/points/scroll", tree)
    new = server.dialect.rewritten(
        operation, call.tree, lambda c: AnyOf(("sales", "hr")) if c.value == "x" else c.value
    )  # type: ignore[arg-type]
    assert ids(server.result("POST", "/collections/people/points/scroll", new)["points"]) == [1, 2, 3]


SALES: Any = {"key": "dept", "match": {"value": "sales"}}
HR: Any = {"key": "dept", "match": {"value": "hr"}}


def counted(server: Server, where: Any) -> int:
    return int(server.result("POST", "/collections/people/points/count", {"filter": where})["count"])


def test_a_condition_beside_the_callers_own_can_be_got_round_and_a_nested_one_cannot(server: Server) -> None:
    """Q-01, Q-04: six are in sales, and what the first finds does not match it."""
    more = [{"id": id, "vector": [1, 1], "payload": {"dept": "sales" if id < 14 else "hr"}} for id in range(10, 18)]
    server.do("PUT", "/collections/people/points", {"points": more})
    around: Any = {"min_should": {"conditions": [SALES, SALES, {"has_id": [3]}], "min_count": 2}}
    beside = counted(server, {"must": [SALES], **around})
    assert beside == 7, "the engine has been mended: say so on the page of facts"
    assert counted(server, both(SALES, around)) == 6
    assert counted(server, both(SALES, {"must_not": [SALES], "should": [SALES]})) <= 6


def test_a_field_that_holds_a_list_matches_each_item_of_it(server: Server) -> None:
    """Q-78"""
    server.do("POST", "/collections/people/points/payload", {"payload": {"dept": ["sales", "hr"]}, "points": [1]})
    assert (counted(server, {"must": [SALES]}), counted(server, {"must": [HR]})) == (2, 3)


@pytest.mark.parametrize("index", [None, "keyword", "integer", "text", "geo"])
def test_an_index_of_any_type_tells_lists_apart_as_payloads_do(server: Server, index: str | None) -> None:
    """Q-78: lists of another type than the index are known to it as well."""
    many: Any = ["sales", "hr"], ["sales"], ["sales", None], [["sales"]], ["sales", 7], "sales", {"a": "sales"}
    points: Any = [{"id": 20 + at, "vector": [1, 1], "payload": {"dept": one}} for at, one in enumerate(many)]
    server.do("PUT", "/collections/people/points", {"points": points})
    if index:
        server.do("PUT", "/collections/people/index", {"field_name": "dept[]", "field_schema": index})
    alone: Any = both(apart([Row("dept", ("sales",))]), {})
    found = server.result("POST", "/collections/people/points/scroll", {"filter": alone, "limit": 100})
    assert ids(found["points"]) == [1, 2, 25]


def test_a_filter_holds_without_an_index(server: Server) -> None:
    """Q-83"""
    server.do("DELETE", "/collections/people/index/dept")
    assert counted(server, {"must": [SALES]}) == 2
