"""What may a number, a word, a field, an index or an id be in a call? The small forms, shared by all bodies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Form, Left, MapOf, Members, Shape, Spelled, unreadable

type Tree = dict[str, Json]

_NUMBERS: Final = frozenset({int, float})


def whole(low: int = 0, high: int = 2**31 - 1) -> Shape:
    """A whole number within bounds."""
    bounds = range(low, high + 1)
    words = f"a whole number from {low} to {high}"
    return Shape(words, lambda value: type(value) is int and value in bounds, (max(low, 1),))


def word(*words: str) -> Shape:
    """One of some words, as the server writes them."""
    return Shape(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words, (words[0],))


def matching(words: str, pattern: str, *such_as: str) -> Shape:
    """A text of one form."""
    fits = re.compile(pattern).fullmatch
    return Shape(words, lambda value: isinstance(value, str) and fits(value) is not None, such_as)


NUMBER: Final = Shape("a number", lambda value: type(value) in _NUMBERS, (0.5, 1))
BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
TEXT: Final = Shape("a text", lambda value: isinstance(value, str), ("word",))
SCALAR: Final = Shape(
    "a text, a number or true/false", lambda value: isinstance(value, str | int | float), ("acme", 7, 0.5, True)
)
SPAN: Final = matching("a time such as '5s'", r"[0-9]{1,6}(?:ms|s|m|h|d)", "5s")
BOOST: Final = Left(NUMBER)

#: Fields that every record has, and that are none of its own: what they tell is not what is stored.
_OWN: Final = frozenset(
    {"_id", "_index", "_source", "_routing", "_ignored", "_field_names", "_type", "_nested_path", "_seq_no",
     "_primary_term", "_version", "_tier", "_doc_count", "_size", "_meta", "_all", "_score", "_doc", "_shard_doc"}
)  # fmt: skip
#: What is sorted by that is no field: ids, the score, and the orders in which an index and its shards hold records.
ORDERS: Final = ("_id", "_score", "_doc", "_shard_doc")
LONGEST: Final = 512
_PATTERN: Final = frozenset("*?,^\\\"'<>|")


def is_field(value: Json) -> bool:
    """Is it the name of a field of a record: keys with dots between them, without patterns?"""
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        return False
    keys = value.split(".")
    return all(keys) and keys[0] not in _OWN and _PATTERN.isdisjoint(value)


FIELD: Final = Shape("the name of a field, such as 'city' or 'address.city', without '*'", is_field, ("city",))
#: A field, or the ids of records, as some frameworks write them.
FIELD_OR_ID: Final = Shape(
    "the name of a field, or '_id'", lambda value: value == "_id" or is_field(value), ("city", "_id")
)


_WEIGHT: Final = re.compile(r"(?:\^[0-9.]{1,8})?")


def _is_weighed(value: Json) -> bool:
    field = value.partition("^")[0] if isinstance(value, str) else ""
    return is_field(field) and _WEIGHT.fullmatch(str(value)[len(field) :]) is not None


WEIGHED: Final = Shape("the name of a field, which may have '^' and a number for its weight", _is_weighed, ("city",))


def steps(field: str) -> tuple[str, ...]:
    """A field as the keys on the way to it."""
    return tuple(field.split("."))


#: What of an index' name is allowed by the server, without what has a meaning of its own in an expression.
_NAME: Final = re.compile(r"[^\W_][\w.+-]*")
NAME_WORDS: Final = "the name of an index or alias (letters, digits and _ - . +, beginning with a letter or digit)"


def is_name(value: Json) -> bool:
    """Is it one name, and no pattern, date or list?"""
    return isinstance(value, str) and len(value.encode()) <= 255 and _NAME.fullmatch(value) is not None


NAME: Final = Shape(NAME_WORDS, is_name, ("people",))


def _is_expression(value: Json) -> bool:
    """Names, and patterns with `*`, and what of these is left out again (`-old*`), with commas between them."""
    if not isinstance(value, str):
        return False
    items, seen = value.split(","), False
    for item in items:
        bare = item.removeprefix("-") if seen else item
        if not (is_name(bare) or bare == "_all" or (bare and set(bare) & set("*") and is_name(bare.replace("*", "a")))):
            return False
        seen = seen or "*" in bare or bare == "_all"
    return len(items) <= 64


EXPRESSION: Final = Shape(
    f"{NAME_WORDS}; or a pattern with '*', or several with commas between them", _is_expression, ("people",)
)


def _id(value: Json) -> Json:
    """An id is a text; the server makes one of a number."""
    if isinstance(value, str) and 0 < len(value.encode()) <= LONGEST and value.isprintable():
        return value
    if type(value) is int:
        return str(value)
    raise ValueError("no id")


ID: Final = Spelled("the id of a record: a text of up to 512 bytes", _id, (("r1", "r1"), (7, "7")))

VECTOR: Final = Shape(
    "a list of numbers",
    lambda value: isinstance(value, list) and bool(value) and set(map(type, value)) <= _NUMBERS,
    ([0.5, 1.0],),
)


@dataclass(frozen=True, slots=True)
class Single:
    """An object with exactly one key, whose value is of a form: of two the server takes none, or one."""

    form: Form
    key: Form = FIELD

    @property
    def like(self) -> Form:
        """The same for whoever makes examples."""
        return MapOf(self.form, self.key)

    def read(self, value: Json, at: str) -> Json:
        if not isinstance(value, dict) or len(value) != 1:
            unreadable(f"'{at}' must be an object with one key")
        return self.like.read(value, at)


def either(words: str, *forms: tuple[type, Form]) -> ByType:
    """A form for each type."""
    return ByType(words, dict(forms))


def short(value: Form, **more: Form) -> ByType:
    """What stands for a field: a value alone, or an object with `value` and more."""
    return _or_object("value", value, more)


def searched(**more: Form) -> ByType:
    """The same for texts that are looked for: `query`."""
    return _or_object("query", SCALAR, more)


def _or_object(key: str, value: Form, more: dict[str, Form]) -> ByType:
    said = Members({key: value, "boost": BOOST, **{name: Left(form) for name, form in more.items()}}, (key,))
    scalars: dict[type, Form] = {str: value}
    if value is SCALAR:
        scalars |= {int: value, float: value, bool: value}
    return ByType(f"a value, or an object with '{key}'", {**scalars, dict: said})


def list_of(value: Json) -> list[Json]:
    """A list, or none at all."""
    return value if isinstance(value, list) else []


def members_of(value: Json) -> Tree:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def order_of(search: Tree) -> list[str]:
    """What a search is sorted by, in order."""
    said = search.get("sort")
    items = said if isinstance(said, list) else [] if said is None else [said]
    return [next(iter(one)) if isinstance(one, dict) else str(one) for one in items]


def pairs(tree: Json) -> Iterator[tuple[str, Json]]:
    """The members of an object."""
    yield from members_of(tree).items()


type Each = Callable[[Tree], Tree]
