"""Which field of a payload is this path? Its steps, and the one way to write them.

`tenant` is `"tenant"` in quotes, `address.city` is `address."city"`; `"a.b"` is one step; `x[]` is every item of a list
and `x[0]` one of them. Whoever compares a path with a field that is protected compares steps, never texts.
"""

import re
from functools import lru_cache
from typing import Final

from vecgate.domain.call import Json
from vecgate.parsing.forms import Shape, Spelled

#: A member by its name; every item of a list (`None`), or the one of that number.
type Step = str | int | None
type Path = tuple[Step, ...]

_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
#: A step as it may be written: a bare name (letters and digits of any script), a quoted one, or a place in a list.
_STEP: Final = re.compile(r'(?P<bare>[\w-]+)|"(?P<quoted>[^"]+)"|\[(?P<place>[0-9]{0,18})\]')
LONGEST: Final = 1024


@lru_cache(maxsize=4096)
def steps(text: str) -> Path:
    """The steps of a path. Raises ValueError for what is none."""
    found: list[Step] = []
    at = 0
    while at < len(text) or not found:
        if found and text[at] == ".":
            at += 1
        elif found and text[at] != "[":
            raise ValueError("two steps without a dot")
        step = _STEP.match(text, at)
        if step is None or (step["place"] is not None) != (text[at - 1 : at] != "." and bool(found)):
            raise ValueError("no path of a payload")
        if step["place"] is not None:
            found.append(int(step["place"]) if step["place"] else None)
        else:
            found.append(step["bare"] or step["quoted"])
        at = step.end()
    if len(text) > LONGEST:
        raise ValueError("too long")
    return tuple(found)


def written(path: Path) -> str:
    """The one way to write a path."""
    text = ""
    for step in path:
        if isinstance(step, str):
            text += ("." if text else "") + (step if _PLAIN.fullmatch(step) else f'"{step}"')
        else:
            text += f"[{'' if step is None else step}]"
    return text


def one(value: Json) -> Json:
    """The one spelling of a path: the very text where it is in it. Raises ValueError for what is none."""
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 - what a body says is a value
    new = _one(value)
    return value if new == value else new


@lru_cache(maxsize=4096)
def _one(text: str) -> str:
    return written(steps(text))


_SAME: Final[tuple[tuple[Json, Json], ...]] = (
    ("tenant", "tenant"),
    ('"tenant"', "tenant"),
    ('address."city"', "address.city"),
    ('"a.b"', '"a.b"'),
    ('"a b".c', '"a b".c'),
    ('orders[]."sku"', "orders[].sku"),
    ("orders[007]", "orders[7]"),
    ("größe", '"größe"'),
)
FIELD: Final = Spelled("the path of a payload field, such as 'city', 'address.city' or 'orders[].sku'", one, _SAME)
#: How a vector is called; the empty text is the one without a name.
VECTOR: Final = Shape(
    "the name of a vector", lambda value: isinstance(value, str) and len(value) <= LONGEST, ("", "text")
)
