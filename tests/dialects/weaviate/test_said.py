"""What is an answer that says nothing, or says it in text?"""

import orjson
import pytest

from vecgate.dialects.weaviate.said import error, spoken, without_slash
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import MaskFailed


def test_nothing_is_a_failure_where_something_is_due() -> None:
    """W-24"""
    with pytest.raises(MaskFailed, match="empty"):
        spoken("graphql", Answer(200), 9)
    assert spoken("schema_drop", Answer(200), 9).body == b""
    assert spoken("objects_patch", Answer(204), 9).body == b""


def test_errors_in_text_become_errors_in_json() -> None:
    assert spoken("graphql", Answer(404, body=b"404 page"), 9).body == b'{"error":[{"message":"404 page"}]}'
    assert spoken("graphql", Answer(422, body=b'{"error":[]}'), 9).body == b'{"error":[]}'
    assert error("x") == {"error": [{"message": "x"}]}


def test_a_slash_behind_two_paths_is_none_and_behind_others_is_kept() -> None:
    """npm's client makes an alias so."""
    for said, read in (("/v1/aliases/", "/v1/aliases"), ("/v1/classifications/", "/v1/classifications"), ("/v1/schema/", "/v1/schema/"),
                       ("/v1/aliases//", "/v1/aliases//"), ("/v1/aliases/?x=1", "/v1/aliases/?x=1")):  # fmt: skip
        assert without_slash(Raw("POST", said, (), b"")).target == read


@pytest.mark.parametrize(("told", "most"), [("104858000", 50), ("50", 50), ("49", 49), ('"many"', "many")])
def test_clients_are_told_of_no_larger_messages_than_are_read_here(told: str, most: int | str) -> None:
    """W-78"""
    said = spoken("meta", Answer(200, body=b'{"version":"1.40.0","grpcMaxMessageSize":%b}' % told.encode()), 50)
    assert orjson.loads(said.body) == {"version": "1.40.0", "grpcMaxMessageSize": most}
    for other in (b'{"version":"1.22.0"}', b"[]", b"{"):
        assert spoken("meta", Answer(200, body=other), 50).body == other
    assert spoken("schema_get", Answer(200, body=b'{"grpcMaxMessageSize":99}'), 50).body == b'{"grpcMaxMessageSize":99}'
