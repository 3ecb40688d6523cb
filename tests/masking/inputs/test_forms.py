"""Marks are told by their form, for each operator of a profile."""

import pytest

from vecgate.domain.call import Json
from vecgate.domain.profiles import UNSAFE_NOTHING, MaskProfile, OperatorSpec, operators
from vecgate.masking.apply.operators import build
from vecgate.masking.inputs.forms import Forms

SPECS = [
    *(OperatorSpec(name) for name in operators() if name not in ("keep", "block", "drop")),
    OperatorSpec("replace", {"numbered": True}),
    OperatorSpec("replace", {"with": "somebody"}),
    OperatorSpec("partial", {"char": "x"}),
    OperatorSpec("partial", {"char": "x", "keep_last": 0}),
    OperatorSpec("hash", {"length": 8}),
]
VALUES = {
    "PERSON": "Rosalind Quickwater",
    "EMAIL": "ana.ruiz@example.com",
    "DATE": "2024-05-17",
    "IP": "10.1.2.3",
    "SECRET": "hunter22",
}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.name} {dict(spec.params)}")
@pytest.mark.parametrize("entity", VALUES)
def test_what_an_operator_shows_is_told_to_be_a_mark(spec: OperatorSpec, entity: str) -> None:
    forms = Forms(
        MaskProfile(
            "p",
            {},
            {},
        )
        if spec.name == "replace" and not spec.params
        else MaskProfile("p", {entity: spec})
    )
    shown = build(spec, b"k" * 32)(VALUES[entity], entity)
    if str(shown) != str(shown).upper():
        assert forms.are_in(f"to {str(shown).upper()}, today")  # and in another case
    for tree in (f"to {shown}, today", {"a": [{"b": str(shown)}]}, {str(shown): 1}):
        assert forms.are_in(tree), tree
    assert any(mark in f"to {shown}, today" for mark in forms.of(f"to {shown}, today"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "&lt;PERSON&gt; called",
            "&#60;PERSON&#62; called",
            "&#x3C;PERSON&#x3e; called",
            "&amp;lt;PERSON&amp;gt; called",
        ),
        *(
            "%3CPERSON%3E called",
            "%253cPERSON%253e called",
            "&lt;PERSON> called",
            "&lt;EMAIL&gt &lt;PERSON&gt",
            "\\u003cPERSON\\u003e called",
        ),
    ],
)
def test_a_mark_is_one_as_pages_and_json_write_it(text: str) -> None:
    assert Forms(MaskProfile("p")).are_in(text)
    assert "<PERSON>" in Forms(MaskProfile("p")).of(text)


@pytest.mark.parametrize(
    "tree", ["&lt;b&gt; &amp; R&D", "plain text", "a <b> c", {"a": ["x", 1, None, 2.5]}, "- item", "2024-05-17"]
)
def test_other_texts_are_none(tree: Json) -> None:
    assert not Forms(MaskProfile("p")).are_in(tree)


def test_a_profile_that_masks_nothing_has_no_marks() -> None:
    assert Forms(UNSAFE_NOTHING).any is False
