"""A walk is what looks: it has an answer for everything that can stand in a text."""

import re
from inspect import getsource

from vecgate.masking.apply.embedded.looks import Looks
from vecgate.masking.apply.walk import Walk


def test_a_walk_looks_at_everything() -> None:
    asked = {name for name in vars(Looks) if not name.startswith("_")}
    assert {name for name in asked if not re.search(rf"(?:def |self\.){name}\b", getsource(Walk))} == set()
