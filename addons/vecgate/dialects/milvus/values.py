"""What may stand in bodies of Milvus, by itself? Names, counts, vectors, levels, and filters brought to one form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.milvus.filters.grammar import parse
from vecgate.dialects.milvus.filters.tokens import CUT_SHORT
from vecgate.domain.call import Json
from vecgate.parsing.forms import Checked, Form, Left, ListOf, Members, Shape, Spelled, unreadable
from vecgate.refusals.errors import CallRefused

#: The engine's own window: the most that one call gives, and the furthest that it reaches.
WINDOW: Final = 16_384
COUNT_ALL: Final = "count(*)"
#: The score that a page of a search begins behind.
BEGINS: Final = "search_iter_last_bound"
_BLANK: Final = " \t\r\n"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_PART: Final = re.compile(r"[A-Za-z0-9_$-]{1,255}")
_FIELD: Final = re.compile(r"(?:\$meta|[A-Za-z_][A-Za-z0-9_]{0,254})")
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
#: What is read as a number for an Int64 key, and is another number than it looks like.
_ODD_NUMBER: Final = re.compile(r"[+-]?0[0-9xXbBoO_][0-9A-Fa-f_]*|\+.*|-0*|[+-]?[0-9]+_[0-9_]*")
_ID: Final = re.compile(rf"""[^"'\\\[\](){{}},\x00-\x1f\x7f-\x9f\u2028\u2029{CUT_SHORT}]{{1,65535}}""")

type Tree = dict[str, Json]


def _matches(pattern: re.Pattern[str], words: str, *such_as: str) -> Shape:
    return Shape(words, lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None, such_as)


#: The newer routes take the empty text for the database of the header, or the first.
DATABASE: Final = Shape(
    "the name of a database",
    lambda value: value == "" or (isinstance(value, str) and _NAME.fullmatch(value) is not None),
    ("default",),
)
NAME: Final = _matches(_NAME, "a name: letters, digits and '_', at most 255, and no digit first", "people")
PART: Final = _matches(_PART, "the name of a partition", "_default")
WORD: Final = _matches(_WORD, "a word of letters, digits and '_.:-'", "STL_SORT")
TEXT: Final = Shape("a text", lambda value: isinstance(value, str), ("a",))
BOOL: Final = Shape("true or false", lambda value: isinstance(value, bool), (True,))
NUMBER: Final = Shape("a number", lambda value: type(value) in (int, float), (0.5,))
COUNT: Final = Shape(
    f"a whole number from 1 to {WINDOW}", lambda value: type(value) is int and 1 <= value <= WINDOW, (5,)
)
OFFSET: Final = Shape(
    f"a whole number from 0 to {WINDOW}", lambda value: type(value) is int and 0 <= value <= WINDOW, (5,)
)
DECIMALS: Final = Shape(
    "a whole number from -1, which is no rounding, to 6", lambda value: type(value) is int and -1 <= value <= 6, (3,)
)
SCALAR: Final = Shape(
    "a text, a number, or true or false", lambda value: isinstance(value, str | int | float), ("a", 1, True)
)
LEVEL: Final = Shape(
    "one of Bounded, Customized, Eventually, Session, Strong",
    lambda value: value in ("Bounded", "Customized", "Eventually", "Session", "Strong"),
    ("Strong",),
)
METRIC: Final = Shape(
    "the name of a metric in capitals",
    lambda value: isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{0,31}", value) is not None,
    ("COSINE",),
)


def _is_vector(value: Json) -> bool:
    """Numbers, a text that the server makes a vector of, or a sparse vector by places."""
    if isinstance(value, dict):
        return all(key.isascii() and key.isdigit() and type(one) in (int, float) for key, one in value.items())
    return is_numbers(value) or (isinstance(value, str) and value != "")


VECTOR: Final = Shape("a vector: a list of numbers", is_numbers, ([0.5, 1],))
VECTORS: Final = Shape(
    "a list of vectors: lists of numbers, objects of places and numbers, or texts",
    lambda value: isinstance(value, list) and value != [] and all(map(_is_vector, value)),
    ([[0.5, 1]], ["a text"], [{"3": 0.5}]),
)


def _output(value: Json) -> Json:
    if not isinstance(value, list):
        raise ValueError("no list")  # noqa: TRY004 - it is the caller's value, not our type
    if counts(value):
        return value if value == [COUNT_ALL] else [COUNT_ALL]
    if not all(isinstance(one, str) and (one == "*" or _FIELD.fullmatch(one)) for one in value):
        raise ValueError("no names")
    return value


def counts(shown: list[Json]) -> bool:
    """Whether what is to be shown is a number of records, which servers know in capitals and with blanks as well."""
    return len(shown) == 1 and "".join(str(shown[0]).split(" ")).lower() == COUNT_ALL


OUTPUT: Final = Spelled(
    f"a list of names of fields, of '*', or of '{COUNT_ALL}' alone",
    _output,
    ((["name"], ["name"]), (["*"], ["*"]), (["COUNT( * )"], [COUNT_ALL])),
)
FIELD: Final = _matches(_FIELD, "the name of a field", "vec")
PARTITIONS: Final = ListOf(PART, least=1)


def _is_id(value: Json) -> bool:
    if isinstance(value, str):
        return _ID.fullmatch(value) is not None and _ODD_NUMBER.fullmatch(value) is None and value == value.strip()
    return type(value) is int and -(2**63) <= value < 2**63


IDS: Final = Shape(
    "an id or a list of ids: whole numbers, or texts without quotation marks, brackets, commas and '\\' (servers paste "
    "them into a filter), that are no numbers in another spelling",
    lambda value: _is_id(value) or (isinstance(value, list) and value != [] and all(map(_is_id, value))),
    (4, "p1", ["p1", "p2"]),
)


def _row(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    if "$meta" in value:
        unreadable(f"'{at}' has '$meta', under which all dynamic fields are; name each of them beside the others")


ROWS: Final = ListOf(Checked(_row, ({"id": 1, "name": "a"},), open_below=True), single=True, least=1)


# filters


def _one_form(value: Json) -> Json:
    if not isinstance(value, str) or not value.strip(_BLANK):
        raise ValueError("no filter")
    try:
        return str(parse(value))
    except CallRefused as e:
        raise ValueError("no filter") from e


#: A filter as texts are tried with it; what is read is `Filtered`, as it needs what stands beside it.
_EXPRESSION: Final = Spelled(
    "a filter that is not blank", _one_form, (("id>0&&age<1", "id > 0 and age < 1"), ("id in [1,]", "id in [1]"))
)


@dataclass(frozen=True, slots=True)
class Filtered:
    """An object with a filter and what its templates stand for: the filter in its one form, with the values in it.

    `needed`: a blank one is refused, where servers take it for everything. `templates`: whether `exprParams` may
    stand beside it; they never go out, so that none could stand for something of the gateway's own.
    """

    members: Mapping[str, Form]
    required: tuple[str, ...] = ()
    needed: bool = False
    templates: bool = True
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def like(self) -> Members:
        return Members({**self.members, "filter": _EXPRESSION}, self._required(), one_of=self.one_of)

    def _required(self) -> tuple[str, ...]:
        return (*self.required, "filter") if self.needed else self.required

    def read(self, value: Json, at: str) -> Json:
        more: dict[str, Form] = {"exprParams": Left(_PARAMS)} if self.templates else {}
        form = Members({**self.members, "filter": Left(TEXT), **more}, self._required(), one_of=self.one_of)
        tree = form.read(value, at)
        assert isinstance(tree, dict)
        if tree.get("limit") == 0 and tree.get("outputFields") != [COUNT_ALL]:
            unreadable(f"'limit' is 0, which is no limit at all; it may be that beside '{COUNT_ALL}' alone")
        text, given = tree.get("filter"), tree.get("exprParams")
        if text is None and given is None:
            return tree
        new = {key: inner for key, inner in tree.items() if key not in ("filter", "exprParams")}
        if isinstance(text, str):
            if text.strip(_BLANK):
                new["filter"] = str(parse(text, given if isinstance(given, dict) else None))
            elif self.needed or self.one_of or text:
                unreadable("a filter is blank, which some servers take for everything; leave it out to mean that")
        return tree if new == tree else new


def _params(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    for one in value.values():
        for inner in one if isinstance(one, list) else (one,):
            if not isinstance(inner, str | int | float):
                unreadable(f"'{at}' must hold texts, numbers and lists of them")


_PARAMS: Final = Checked(_params, ({"a": 1},), open_below=True)


def as_tree(value: Json) -> Tree:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Json) -> list[Json]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []
