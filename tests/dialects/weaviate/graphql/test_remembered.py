"""Does a document that was read before say the same again, with its own numbers, and is nothing remembered that could differ?"""

import pytest

from support.tools.every import every
from vecgate.dialects.weaviate.graphql import document, numbers
from vecgate.dialects.weaviate.graphql.remembered import Remembered
from vecgate.refusals.errors import CallRefused


def vector(start: float, length: int = 40) -> str:
    return f"[{start}," + ",".join(f"{i}.25" for i in range(1, length)) + "]"


NEAR = '{{Get{{P({0}limit:3 where:{{path:["dept"],operator:Equal,valueText:"hr"}}){{a _additional{{id}}}}}}}}'


@every("told", [
    "nearVector:{{vector:{0}}}", "nearVector:{{distance:0.5 vector:{0}}}", 'hybrid:{{query:"a",vector:{0},alpha:0.5}}', "", 'bm25:{{query:"{0}"}}',
    "nearVector:{{vectorPerTarget:{{x:{0}}}}}", 'offset:1 nearVector:{{vector:{0} targetVectors:["x"]}}',
])  # fmt: skip
def test_it_says_what_it_would_when_it_is_read_anew(told: str) -> None:
    for start in (1, 2.5, -7e-9, 12345678901234567890, 10**16, 3):
        text = NEAR.format(told.format(vector(start)))
        once, again = document.printed(text), document.printed(text)
        assert once == again == document.said(document.read(text, {}, None))
        assert document.of(again) == document.read(text, {}, None)
        assert [repr(one.arguments) for one in document.of(again)] == [
            repr(one.arguments) for one in document.read(text, {}, None)
        ], "of the same types, too"


def test_two_texts_that_differ_elsewhere_are_two() -> None:
    one, other = (NEAR.format(f"nearVector:{{vector:{vector(1)}}}").replace("hr", dept) for dept in ("hr", "it"))
    assert "hr" in document.printed(one)
    assert "it" in document.printed(other)
    assert "hr" not in document.printed(other)


def test_who_writes_the_word_that_stands_in_a_vectors_place_has_none() -> None:
    """What somebody else's document was read to is not looked up with it, and nothing fails of it."""
    text = NEAR.format(f"nearVector:{{vector:{vector(1)}}}")
    document.printed(text)
    short, lists = numbers.lifted(text)
    assert lists
    with pytest.raises(CallRefused):
        document.printed(short)


def test_what_is_refused_is_refused_again() -> None:
    for _ in range(2):
        for text in (
            NEAR.format(f"nearVector:{{vector:[{vector(1)},{vector(2)}]}}"),
            NEAR.format(f"limit:{vector(1)} "),
            NEAR.format(f"nearVector:{{vector:{vector(1)}}}").replace("Get", "Explore"),
            NEAR.format("nearVector:{vector:$vecgateNumbers0}"),
        ):
            with pytest.raises(CallRefused):
                document.printed(text)


@every(
    ("text", "kept"),
    [
        (NEAR.format(f"nearVector:{{vector:{vector(1)}}}"), True),
        (NEAR.format(""), True),
        (NEAR.format(f"nearVector:{{vectorPerTarget:{{x:{vector(1)}}}}}"), False),
        (NEAR.format(f"nearVector:{{vector:{vector(1)}}}sort:{{path:\"{vector(1)}\"}}"), False),
        (NEAR.format(f'hybrid:{{query:"{vector(1)}",vector:{vector(1)}}}'), False),
        (NEAR.format(f"nearVector:{{vector:{vector(1)}}}").replace('"hr"', f'"{"x" * 3000}"'), False),
    ],
)  # fmt: skip
def test_only_one_vector_in_a_place_that_takes_any_is_lifted_out_of_what_is_kept(text: str, kept: bool) -> None:
    known = Remembered(8, 4096)
    short, lists = numbers.lifted(text)
    try:
        asked = document._of(short, lists, {}, None, ours=False)
    except CallRefused:
        assert not kept
        return
    known.keep(short, lists, asked, document.said(asked))
    assert len(known) == kept
    assert (known.of(short, lists) is not None) == kept


def test_so_many_are_kept_and_what_was_asked_for_last_stays() -> None:
    known = Remembered(2, 4096)
    for name in ("a", "b", "a", "c"):
        text = f"{{Get{{P{{{name}}}}}}}"
        if known.of(text, {}) is None:
            asked = document.read(text, {}, None)
            known.keep(text, {}, asked, document.said(asked))
    assert len(known) == 2
    assert known.of("{Get{P{a}}}", {}) is not None
    assert known.of("{Get{P{b}}}", {}) is None
