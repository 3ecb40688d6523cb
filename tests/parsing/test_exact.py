"""For Python 1, 1.0 and true are the same; for us they are not."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from vecgate.parsing.exact import exactly, named

FINE = [
    (int, 5),
    (float, 5),
    (float, 0.5),
    (bool, True),
    (str, "x"),
    (Path, "x"),
    (int | None, None),
    (int | None, 5),
    (str | None, "5"),
    (Annotated[int, Field(ge=1)] | None, 5),
    (tuple[int, ...], "left to others"),
    (dict[str, int], 1),
    (Literal["a"], "b"),  # said by others
    (Literal[1], 1),
    (bool | Literal["zero"], True),
    (bool | Literal["zero"], "zero"),
]
WRONG = [
    (int, True, "must be a whole number; this is true/false"),
    (int, 5.0, "must be a whole number; this is a number with a point"),
    (int, "5", "must be a whole number; this is a text, which it is not without quotes"),
    (int | None, "no", "must be a whole number; this is a text"),
    (float, True, "must be a number; this is true/false"),
    (float, "5", "must be a number; this is a text"),
    (bool, 1, "must be true or false; this is a whole number"),
    (bool, "yes", "must be true or false; this is a text"),
    (str, 5, "must be a text; this is a whole number"),
    (Literal[1], True, "must be 1; this is true/false"),
    (Literal[1], 1.0, "must be 1; this is a number with a point"),
    (Literal[True] | None, 1, "must be true; this is a whole number"),
]


@pytest.mark.parametrize(("annotation", "value"), FINE)
def test_the_type_that_is_asked_for_is_taken(annotation, value):
    assert exactly(annotation, "x", value) is value


@pytest.mark.parametrize(("annotation", "value", "said"), WRONG)
def test_what_is_only_like_it_is_refused(annotation, value, said):
    with pytest.raises(ValueError, match=said):
        exactly(annotation, "x", value)


def test_named_values_alone_leave_plain_types_to_others():
    assert named(int, "x", "5") == "5"
    with pytest.raises(ValueError, match="must be 1"):
        named(Literal[1], "x", True)
