"""What is told of an index to somebody who is kept to rows; that it is asked so: test_kept.py."""

import pytest

from vecgate.dialects.milvus.rows.indexes import uncounted


def test_what_clients_read_is_told_and_no_count() -> None:
    told = {"indexName": "i", "fieldName": "vector", "metricType": "COSINE", "indexState": "Finished"}
    counts = {"totalRows": 900, "indexedRows": 700, "pendingRows": 200, "madeUpCount": 3}
    assert uncounted({"code": 0, "data": [told | counts]}) == ({"code": 0, "data": [told]}, 0)


@pytest.mark.parametrize("data", [None, {}, "all", 900])
def test_what_describes_no_indexes_is_no_answer(data: object) -> None:
    with pytest.raises(ValueError, match="describes no indexes"):
        uncounted({"code": 0, "data": data})
