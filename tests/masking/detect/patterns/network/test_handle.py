"""Names on networks."""

import pytest

from support.tools.findings import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # with an @
        ("thanks @jane_doe!", ["@jane_doe"]),
        ("@jack hello", ["@jack"]),
        # called one
        ("username: jdoe42", ["jdoe42"]),
        ("Twitter: @jack", ["@jack"]),
        ("login is mary.k", ["mary.k"]),
        # code
        ("import x\n@dataclass\nclass A: ...\n", []),
        ("@param name the name", []),
        ("npm i @angular/core", []),
        ('@app.route("/")', []),
        ("username: str", []),
        # near misses
        ("john@example.com", []),
        ("a @ b", []),
        ("user name unknown", []),
    ],
)
def test_handle(text: str, expected: list[str]) -> None:
    assert found("HANDLE", text) == expected
