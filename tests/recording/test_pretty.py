import pytest

from vecgate.domain.call import Json
from vecgate.recording.pretty import collapse, pretty, pretty_bytes, printable, without_vectors


@pytest.mark.parametrize(
    ("tree", "shown"),
    [
        # nothing to collapse
        (None, None),
        ([], []),
        ({"ids": ["a", "b"]}, {"ids": ["a", "b"]}),
        ([1, 2, 3], [1, 2, 3]),
        ([True] * 9, [True] * 9),
        # vectors
        ([0.5] * 8, "<vector dim=8>"),
        ({"embeddings": [[1] * 384, [2] * 384]}, {"embeddings": ["<vector dim=384>", "<vector dim=384>"]}),
        # packed vectors, only where a name says so
        ({"embeddings": ["A" * 40]}, {"embeddings": ["<vector base64, 30 bytes>"]}),
        ({"documents": ["A" * 40]}, {"documents": ["A" * 40]}),
    ],
)
def test_vectors_are_shown_by_their_size(tree: Json, shown: Json) -> None:
    assert collapse(tree) == shown


LONG = [0.5] * 31 + [1]


@pytest.mark.parametrize(
    ("tree", "recorded"),
    [
        ({"query_embeddings": [LONG, LONG]}, {"query_embeddings": ["<vector dim=32>"] * 2}),
        ({"points": [{"id": 1, "vector": {"a": LONG}}]}, {"points": [{"id": 1, "vector": {"a": "<vector dim=32>"}}]}),
        ([{"index": {}}, {"any": LONG}], [{"index": {}}, {"any": "<vector dim=32>"}]),
        (LONG, "<vector dim=32>"),
        ({"embeddings": ["A" * 40]}, {"embeddings": ["<vector base64, 30 bytes>"]}),
        # which records are meant, and what is written into them, is recorded
        ({"ids": [*range(100)]}, {"ids": [*range(100)]}),
        ({"prices": [0.5] * 31}, {"prices": [0.5] * 31}),
        ([*LONG, "said"], [*LONG, "said"]),
        ([*LONG, None], [*LONG, None]),
        ([*LONG, True], [*LONG, True]),
        ([*LONG, {"a": LONG}], [*LONG, {"a": "<vector dim=32>"}]),
        ({"documents": ["A" * 40]}, {"documents": ["A" * 40]}),
        (None, None),
        (0.5, 0.5),
        ("a", "a"),
    ],
)
def test_vectors_are_not_recorded_in_the_clear(tree: Json, recorded: Json) -> None:
    before = repr(tree)
    assert without_vectors(tree) == recorded
    assert repr(tree) == before, "what is sent on is another tree"


@pytest.mark.parametrize("code", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\r"])
def test_nothing_is_printed_that_a_terminal_obeys(code: str) -> None:
    for shown in (printable(f"a{code}b"), pretty({"a": f"a{code}b"}), pretty_bytes(f"a{code}b".encode())):
        assert code not in shown


def test_bytes_are_shown_as_json_where_they_are() -> None:
    assert pretty_bytes(b"") == ""
    assert pretty_bytes(b'{"a":[1,2]}') == pretty({"a": [1, 2]})
    assert pretty_bytes(b"\xff plain") == "\ufffd plain"
