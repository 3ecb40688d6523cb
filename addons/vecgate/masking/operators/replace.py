"""Shown: what it was, `<PERSON>`, so that a text stays readable; or a fixed text (`with`)."""

from vecgate.masking.operators._base import Operator, Params, words


def build(params: Params, _key: bytes) -> Operator:
    """`with`: the text to show in place of the entity's name."""
    fixed = words(params, "with", "")
    return lambda text, entity: _unlike(text, fixed or f"<{entity}>")


def _unlike(text: str, shown: str) -> str:
    # A fixed text that happens to hold what was found would show it.
    return "***" if text in shown and len(text) > 1 else shown
