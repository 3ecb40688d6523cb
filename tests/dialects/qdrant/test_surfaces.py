"""Where does text stand in an answer, and where ids, vectors, scores and errors?"""

import orjson
import pytest

from vecgate import dialects
from vecgate.dialects.base.answers import places
from vecgate.domain.call import Json
from vecgate.domain.operation import Operation


def operation(name: str, kind: str = "search") -> Operation:
    return Operation("qdrant", name, kind, 1, collections=("people",))


RECORD: dict[str, Json] = {
    "id": 1, "version": 3, "score": 0.5, "payload": {"name": "Alice", "tags": ["a"], "n": 1}, "vector": [0.1, 0.2],
    "shard_key": "acme", "order_value": 7,
}  # fmt: skip

ANSWERS: list[tuple[str, Json, dict[str, list[str]]]] = [
    ("query_points", {"result": {"points": [RECORD]}, "status": "ok", "time": 0.1}, {
        "texts": ["/result/points/0/payload/name", "/result/points/0/payload/tags/0", "/result/points/0/shard_key"],
        "ids": ["/result/points/0/id"], "vectors": ["/result/points/0/vector"], "scores": ["/result/points/0/score"], "errors": []}),
    ("query_batch_points", {"result": [{"points": [{"id": "a", "payload": {"x": "y"}}]}], "status": "ok"}, {
        "texts": ["/result/0/points/0/payload/x"], "ids": ["/result/0/points/0/id"], "vectors": [], "scores": [], "errors": []}),
    ("query_points_groups", {"result": {"groups": [{"id": "hr", "hits": [{"id": 1, "score": 1}], "lookup": {"id": 2, "payload": {"x": "y"}, "vector": [1]}}]}}, {
        "texts": ["/result/groups/0/id", "/result/groups/0/lookup/payload/x"], "ids": ["/result/groups/0/hits/0/id", "/result/groups/0/lookup/id"],
        "vectors": ["/result/groups/0/lookup/vector"], "scores": ["/result/groups/0/hits/0/score"], "errors": []}),
    ("facet", {"result": {"hits": [{"value": "Alice", "count": 2}]}}, {
        "texts": ["/result/hits/0/value"], "ids": [], "vectors": [], "scores": [], "errors": []}),
    ("search_matrix_pairs", {"result": {"pairs": [{"a": 1, "b": 2, "score": 0.5}]}}, {
        "texts": [], "ids": ["/result/pairs/0/a", "/result/pairs/0/b"], "vectors": [], "scores": ["/result/pairs/0/score"], "errors": []}),
    ("get_collection", {"result": {"status": "green", "config": {"metadata": {"owner": "x@y.example"}, "params": {"vectors": {"distance": "Dot"}}}}}, {
        "texts": ["/result/config/metadata/owner", "/result/config/params/vectors/distance"], "ids": [], "vectors": [], "scores": [], "errors": []}),
    ("query_points", {"status": {"error": "Wrong input: alice"}, "time": 0}, {
        "texts": [], "ids": [], "vectors": [], "scores": [], "errors": ["/status/error"]}),
    ("upsert_points", {"result": {"operation_id": 4930123456789, "status": "completed"}, "status": "ok"}, {
        "texts": [], "ids": [], "vectors": [], "scores": [], "errors": []}),
    ("query_points", {"result": {"points": []}, "status": "somebody wrote here"}, {
        "texts": ["/status"], "ids": [], "vectors": [], "scores": [], "errors": []}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "tree", "found"), ANSWERS)
def test_every_place_of_an_answer_is_known(name: str, tree: Json, found: dict[str, list[str]]) -> None:
    """Q-80, Q-101: errors repeat what was sent, and every text of a payload is one."""
    dialect = dialects.load("qdrant")
    assert places(dialect.surface(operation(name), answer=True), dialect.marks(operation(name)), tree) == found


def test_numbers_of_an_answer_are_no_text_however_long() -> None:
    """Q-29: scores, versions, counters and ids are never taken for a phone or a card."""
    surface = dialects.load("qdrant").surface(operation("query_points"), answer=True)
    for at in (
        "/result/points/*/version",
        "/result/points/*/score",
        "/result/points/*/vector/*",
        "/usage/hardware/cpu",
        "/time",
    ):
        assert surface.numbers_at(at)
    assert surface.names_records("/result/points/*/id")
    tree = {"id": 2**64 - 1, "x": 1.2345678901234568e29, "y": -0.0, "z": 1e-7}
    assert orjson.loads(orjson.dumps(tree)) == tree
    assert repr(orjson.loads(orjson.dumps(tree))["y"]) == "-0.0"
