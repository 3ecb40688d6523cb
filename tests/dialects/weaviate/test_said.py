"""What is an answer that says nothing, or says it in text?"""

import pytest

from vecgate.dialects.weaviate.said import error, spoken
from vecgate.domain.call import Answer
from vecgate.refusals.errors import MaskFailed


def test_nothing_is_a_failure_where_something_is_due() -> None:
    """W-24"""
    with pytest.raises(MaskFailed, match="empty"):
        spoken("graphql", Answer(200))
    assert spoken("schema_drop", Answer(200)).body == b""
    assert spoken("objects_patch", Answer(204)).body == b""


def test_errors_in_text_become_errors_in_json() -> None:
    assert spoken("graphql", Answer(404, body=b"404 page")).body == b'{"error":[{"message":"404 page"}]}'
    assert spoken("graphql", Answer(422, body=b'{"error":[]}')).body == b'{"error":[]}'
    assert error("x") == {"error": [{"message": "x"}]}
