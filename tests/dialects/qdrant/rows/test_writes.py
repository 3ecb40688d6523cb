"""What does a Qdrant write do to the fields that tell whose a point is (Q-72, Q-73, Q-74, Q-77)?"""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.dialects.qdrant.rows.writes import kept
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row
from vecgate.refusals.errors import CallRefused

T: Any = {"key": "tenant", "match": {"value": "acme"}}
TENANT, DEPT = Row("tenant", ("acme",)), Row("metadata.dept", ("hr",))
ALONE: Any = {"must": [{"must": [T]}]}


def both(filter: Any) -> Any:
    return {"must": [{"must": [T]}, filter]}


def written(operation: str, body: Any, *rows: Row) -> tuple[str, Any]:
    decision = Decision(Effect.ALLOW, "own", "because", "v1", rows=rows or (TENANT,))
    return kept(operation, body, T, "", decision)


IDS = both({"must": [{"has_id": [1, 2]}]})
KEPT: list[tuple[str, Any, tuple[str, Any]]] = [
    # chosen by ids: they become a filter, as one beside them would not be heard
    ("delete_points", {"points": [1, 2]}, ("delete", {"filter": IDS})),
    ("delete_points", {"filter": {}}, ("delete", {"filter": both({})})),
    ("set_payload", {"points": [1, 2], "payload": {"a": 1}, "shard_key": "x"}, ("set_payload", {"payload": {"a": 1}, "shard_key": "x", "filter": IDS})),
    ("delete_payload", {"points": [1, 2], "keys": ["a", "tenants"]}, ("delete_payload", {"keys": ["a", "tenants"], "filter": IDS})),
    ("delete_vectors", {"points": [1, 2], "vector": ["v"]}, ("delete_vectors", {"vector": ["v"], "filter": IDS})),
    # all of a payload: the field goes in
    ("overwrite_payload", {"points": [1, 2], "payload": {"a": 1}}, ("overwrite_payload", {"payload": {"a": 1, "tenant": "acme"}, "filter": IDS})),
    ("clear_payload", {"points": [1, 2]}, ("overwrite_payload", {"payload": {"tenant": "acme"}, "filter": IDS})),
    # written under a condition
    ("upsert_points", {"points": [{"id": 1, "vector": [1]}]}, ("upsert", {"points": [{"id": 1, "vector": [1], "payload": {"tenant": "acme"}}], "update_filter": ALONE})),
    ("upsert_points", {"batch": {"ids": [1, 2], "vectors": [[1], [2]]}, "update_filter": {"must": []}}, ("upsert", {"batch": {"ids": [1, 2], "vectors": [[1], [2]], "payloads": [{"tenant": "acme"}] * 2}, "update_filter": both({"must": []})})),
    ("update_vectors", {"points": [{"id": 1, "vector": [1]}]}, ("update_vectors", {"points": [{"id": 1, "vector": [1]}], "update_filter": ALONE})),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "body", "made"), KEPT)
def test_a_write_chooses_the_callers_points_alone(operation: str, body: Any, made: tuple[str, Any]) -> None:
    assert written(operation, body) == made


POINT: Any = {"id": 1, "vector": [1]}
WRONG: list[tuple[str, Any, tuple[Row, ...]]] = [
    ("upsert_points", {"points": [POINT | {"payload": {"tenant": "globex"}}]}, (TENANT,)),
    ("upsert_points", {"points": [POINT | {"payload": {"tenant": ["acme"]}}]}, (TENANT,)),
    ("upsert_points", {"points": [POINT | {"payload": {"tenant": None}}]}, (TENANT,)),
    ("upsert_points", {"points": [POINT | {"payload": {"metadata": "x"}}]}, (DEPT,)),
    ("upsert_points", {"points": [POINT | {"payload": {"metadata": {"dept": "it"}}}]}, (DEPT,)),
    ("upsert_points", {"points": [POINT]}, (Row("tenant", ("a", "b")),)),
    ("upsert_points", {"points": [POINT]}, (TENANT, Row("tenant", ("b",)))),
    ("upsert_points", {"batch": {"ids": [1], "vectors": [[1]], "payloads": [{"tenant": "globex"}]}}, (TENANT,)),
    ("overwrite_payload", {"points": [1], "payload": {"tenant": "globex"}}, (TENANT,)),
    ("set_payload", {"points": [1], "payload": {"tenant": "globex"}}, (TENANT,)),
    ("set_payload", {"points": [1], "key": "tenant", "payload": {"x": 1}}, (TENANT,)),
    ("set_payload", {"points": [1], "key": "tenant.x", "payload": {"x": 1}}, (TENANT,)),
    ("set_payload", {"points": [1], "key": "tenant[]", "payload": {"x": 1}}, (TENANT,)),
    ("set_payload", {"points": [1], "key": "metadata[0]", "payload": {"x": 1}}, (DEPT,)),
    ("set_payload", {"points": [1], "payload": {"metadata": {"dept": "it"}}}, (DEPT,)),
    ("set_payload", {"points": [1], "payload": {"metadata": None}}, (DEPT,)),
    ("set_payload", {"points": [1], "key": "metadata", "payload": {"dept": "it"}}, (DEPT,)),
    ("set_payload", {"points": [1], "key": "metadata.dept", "payload": {"a": 1}}, (DEPT,)),
    *(("delete_payload", {"points": [1], "keys": ["a", key]}, (TENANT,)) for key in ("tenant", '"tenant"', "tenant.x", "tenant[]")),
    *(("delete_payload", {"points": [1], "keys": [key]}, (DEPT,)) for key in ("metadata", "metadata.dept", "metadata[]", "metadata.dept.x")),
    ("clear_payload", {"points": [1]}, (Row("tenant", ("a", "b")),)),
]  # fmt: skip


@every(("operation", "body", "rows"), WRONG)
def test_no_spelling_of_a_path_changes_whose_a_point_is(operation: str, body: Any, rows: tuple[Row, ...]) -> None:
    with pytest.raises(CallRefused, match=r"rows\.field"):
        written(operation, body, *rows)


INNER: list[tuple[str, Any, Any]] = [
    ("set_payload", {"payload": {"metadata": {"a": 1}}}, {"metadata": {"a": 1, "dept": "hr"}}),
    ("set_payload", {"payload": {"other": {"dept": "it"}}}, {"other": {"dept": "it"}}),
    ("set_payload", {"key": "metadata", "payload": {"a": 1}}, {"a": 1}),
    ("set_payload", {"key": "metadata", "payload": {"dept": "hr"}}, {"dept": "hr"}),
    ("set_payload", {"key": "metadata.note", "payload": {"dept": "it"}}, {"dept": "it"}),
    ("overwrite_payload", {"payload": {"metadata": {"a": 1}}}, {"metadata": {"a": 1, "dept": "hr"}}),
    ("overwrite_payload", {"payload": {}}, {"metadata": {"dept": "hr"}}),
]


@pytest.mark.parametrize(("operation", "body", "payload"), INNER)
def test_a_field_inside_of_an_object_stays(operation: str, body: Any, payload: Any) -> None:
    assert written(operation, {"filter": {}, **body}, DEPT)[1]["payload"] == payload


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(CallRefused, match="one for each"):
        written("upsert_points", {"batch": {"ids": [1, 2], "vectors": [[1], [2]], "payloads": [None]}})
