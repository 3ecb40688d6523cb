"""Which refusals does an answer tell? Every text that is one, wherever the error shape of a database has it."""

import re
from collections.abc import Iterator
from typing import Any, Final

_REFUSAL: Final = re.compile(r"[a-z]+\.[a-z_]+: ")


def refusals(tree: Any) -> Iterator[str]:
    """The texts of the tree that begin with a refusal's code."""
    if isinstance(tree, str):
        if _REFUSAL.match(tree):
            yield tree
    elif isinstance(tree, dict | list):
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from refusals(inner)
