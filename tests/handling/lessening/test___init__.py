"""What can be left out of a yes: tests/path/approvals/test_narrowing.py shows it whole; here, which ids a call names."""

import json
from types import SimpleNamespace
from typing import Any

from support.tools.every import every
from vecgate.dialects import Dialect
from vecgate.dialects.chroma.dialect import Chroma
from vecgate.dialects.qdrant.dialect import Qdrant
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation
from vecgate.handling.lessening import _named


@every(
    "dialect, name, kind, tree, named",
    [
        (Chroma, "collection_delete", "delete_ids", {"ids": ["a", "b"]}, {"a": "/ids/0", "b": "/ids/1"}),
        (Chroma, "collection_delete", "delete_ids", {"ids": ["a", "a"]}, {}),
        (Chroma, "collection_delete", "delete_filter", {"ids": ["a"], "where": {"x": 1}}, {}),
        (Chroma, "collection_update", "update", {"ids": ["a", "b"], "documents": ["x", "y"]}, {}),
        (Qdrant, "delete_points", "delete_ids", {"points": [1, 2]}, {"1": "/points/0", "2": "/points/1"}),
        (Qdrant, "delete_points", "delete_filter", {"filter": {"must": [{"has_id": [1]}]}}, {}),
    ],
)
def test_the_records_that_a_deletion_names_are_known_by_where_they_stand(
    dialect: type[Dialect], name: str, kind: str, tree: dict[str, Any], named: dict[str, str]
) -> None:
    made: Any = dialect()
    place = "tenants/t/databases/d/collections/11111111-1111-1111-1111-111111111111/delete"
    path = f"/api/v2/{place}" if dialect is Chroma else "/collections/c/points/delete"
    call = Call("POST", path, body=json.dumps(tree).encode(), tree=tree)
    exchange: Any = SimpleNamespace(
        call=call, operation=Operation(made.name, name, kind, 2), upstream=SimpleNamespace(dialect=made.name)
    )
    gate: Any = SimpleNamespace(dialect=lambda _upstream: made)
    assert _named(gate, exchange) == named
