"""What is an answer that says nothing, or says it in text?"""

import pytest

from vecgate.dialects.weaviate.said import error, spoken, without_slash
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Raw
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


def test_a_slash_behind_two_paths_is_none_and_behind_others_is_kept() -> None:
    """npm's client makes an alias so."""
    for said, read in (("/v1/aliases/", "/v1/aliases"), ("/v1/classifications/", "/v1/classifications"), ("/v1/schema/", "/v1/schema/"),
                       ("/v1/aliases//", "/v1/aliases//"), ("/v1/aliases/?x=1", "/v1/aliases/?x=1")):  # fmt: skip
        assert without_slash(Raw("POST", said, (), b"")).target == read
