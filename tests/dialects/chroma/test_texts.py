"""Texts and metadata, as a Chroma write has them, and back."""

import pytest

from vecgate.dialects.chroma.texts import texts, written
from vecgate.domain.call import Json
from vecgate.domain.operation import Operation

PLACE = Operation("chroma", "", "", 0, "t", "d", ("c",))


@pytest.mark.parametrize(
    ("records", "tree"),
    [
        ([{"text": "a"}, {"text": "b"}], {"documents": ["a", "b"]}),
        (
            [{"text": "a", "metadata": {"k": 1}}, {"text": "b"}],
            {"documents": ["a", "b"], "metadatas": [{"k": 1}, None]},
        ),
        ([{"metadata": {"k": 1}}], {"metadatas": [{"k": 1}]}),
    ],
)
def test_they_are_an_upsert_and_come_back_as_they_were(records: list[dict[str, Json]], tree: dict[str, Json]) -> None:
    operation, body = written(PLACE, records)
    assert (operation.kind, operation.collections, operation.records) == ("upsert", ("c",), len(records))
    assert (operation.tenant, operation.database) == ("t", "d")
    assert body == tree
    assert texts(body, records) == records
