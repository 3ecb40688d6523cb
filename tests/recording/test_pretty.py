import pytest

from vecgate.domain.call import Json
from vecgate.recording.pretty import collapse, pretty, pretty_bytes, printable


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


@pytest.mark.parametrize("code", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\r"])
def test_nothing_is_printed_that_a_terminal_obeys(code: str) -> None:
    for shown in (printable(f"a{code}b"), pretty({"a": f"a{code}b"}), pretty_bytes(f"a{code}b".encode())):
        assert code not in shown


def test_bytes_are_shown_as_json_where_they_are() -> None:
    assert pretty_bytes(b"") == ""
    assert pretty_bytes(b'{"a":[1,2]}') == pretty({"a": [1, 2]})
    assert pretty_bytes(b"\xff plain") == "\ufffd plain"
