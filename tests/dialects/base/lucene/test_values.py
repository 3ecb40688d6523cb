"""What is a field, a name, an expression, an id?"""

from support.tools.every import every
from vecgate.dialects.base.lucene.values import EXPRESSION, ID, is_field, is_name

FIELDS = ["city", "a.b", "meta._node_content", "größe", "a-b", "a b"]
NO_FIELDS = [
    "",
    ".",
    "a..b",
    ".a",
    "a.",
    "a*",
    "_id",
    "_source",
    "_index",
    "_source.a",
    "a,b",
    "a^2",
    "x" * 513,
    "a\n",
    1,
    None,
]


def test_a_field_has_a_name_of_its_own() -> None:
    """O-20"""
    assert [one for one in FIELDS if not is_field(one)] == []
    assert [one for one in NO_FIELDS if is_field(one)] == []


def test_a_name_is_no_expression() -> None:
    """O-30, O-31, O-34, O-35"""
    assert all(map(is_name, ["people", "people-2024.01", "a_b", "größe", "p1+2"]))
    assert not any(
        map(
            is_name,
            [
                "",
                ".people",
                "_all",
                "-people",
                "+people",
                "a,b",
                "a*",
                "<a>",
                "a:b",
                "a b",
                "a/b",
                'a"',
                "x" * 256,
                None,
            ],
        )
    )


@every("said", ["people", "a,b", "a*", "*", "_all", "*,-a", "a*,-ab*", "a,b*"])
def test_an_expression_may_be(said: str) -> None:
    """O-30"""
    assert EXPRESSION.fits(said)


@every(
    "said",
    [
        "",
        ",",
        "a,",
        ",a",
        "-a",
        "a,-a",
        "<a>",
        "a,<b>",
        "x:a",
        "*:*",
        ".a",
        "a,.b",
        "_b",
        ".*",
        "a b",
        ",".join(["a"] * 65),
    ],
)
def test_an_expression_may_not_be(said: str) -> None:
    """O-30, O-31, O-34, O-35"""
    assert not EXPRESSION.fits(said)


def test_an_id_is_a_text() -> None:
    """O-23"""
    assert (ID.one("a"), ID.one(7)) == ("a", "7")
    for bad in ("", "x" * 513, None, 1.5, ["a"], "\n"):
        try:
            ID.one(bad)  # type: ignore[arg-type]
        except ValueError:
            continue
        raise AssertionError(bad)
