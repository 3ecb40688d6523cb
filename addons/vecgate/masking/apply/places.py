"""What is to be done with what stands here? Each place of a tree is worked out once, and then known by its key.

Answers of one operation have the same keys, so a second one meets places that are there already: one lookup
for each key instead of a path to write, a surface to ask and globs to try.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_anew
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, Final

from vecgate.domain.surface import Surface, token
from vecgate.masking.apply.plan import Plan
from vecgate.masking.detect.texts import Look
from vecgate.parsing.strict_json import MAX_DEPTH
from vecgate.refusals.errors import MaskFailed

#: Keys are the database's users' words: more places than this are not remembered.
MOST: Final = 4096
#: Of a table's heading.
_FEWEST_COLUMNS: Final = 2
MOST_COLUMNS: Final = 256
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$#][A-Za-z_$#:.\-]{0,63}\d{0,3}")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BREAKS: Final = re.compile(r"[_\-.:$# ]+")
# Anna_Schmidt, Schmidt-Anna, Schmidt,_Anna, AnnaSchmidt, annaSchmidt, Jürgen.Müller;
# not first_name, firstName, ORDER_ID.
_LIKE_A_NAME: Final = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_A-Z]+(?:[_.\-]|,[_ ]?)?){2,3}|[a-z]{2,}(?:[A-Z][a-z]+){1,2}"
).fullmatch
# A number that a word is tied to: 415-555-0134_last, card_4111111111111111.
_TIED: Final = re.compile(r"(?<=\d)_(?=[^\W\d_])|(?<=[^\W\d_])_(?=[\d+])")
_NAMED: Final = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+")
_FIELD_WORDS_TEXT: Final = """
name first last given family middle full user customer client patient person contact owner author order invoice item
product id ids key code number no type kind status state date time created updated at by of in on is has total count sum
price amount value text title description note notes file path url uri page section chapter source target parent child
email mail phone fax address street city country region zip post postal company account bank card birth day month year
start end begin due size color colour style brand model version level rank score rate ratio index list data meta json
xml html api http https request response error message log event action role group team project task ticket case
department office location place language locale currency unit tax net gross ship shipping billing payment content
period token tokens max min limit
document doc chunk node ref hash label tag tags category class field column row table sheet record entry object
"""
_FIELD_WORDS: Final = frozenset(_FIELD_WORDS_TEXT.split())
# Keys that say nothing about their value.
_SAYS_NOTHING_TEXT: Final = """
document documents text texts content contents body value values data result results message payload metadata
metadatas
"""
#: What columns are headed with, and fields hardly are.
_HEADINGS: Final = _FIELD_WORDS | {
    "surname",
    "forename",
    "nachname",
    "vorname",
    "ssn",
    "dob",
    "born",
    "dept",
    "age",
    "sex",
}
_SAYS_NOTHING: Final = frozenset(_SAYS_NOTHING_TEXT.split())


def named_words(key: str) -> str:
    """The words of a key that may be somebody's name: two or three of them, each with a capital, and no common word."""
    words = _NAMED.findall(key[:1].upper() + key[1:]) if _LIKE_A_NAME(key) else []
    return " ".join(words) if len(words) in (2, 3) and not _FIELD_WORDS & {*map(str.casefold, words)} else ""


@lru_cache(maxsize=4096)
def hint(key: str) -> str:
    """A key in words (`customerName` -> `customer name`); empty where it says nothing or may itself be data."""
    if not _PLAIN_KEY.fullmatch(key):
        return ""
    words = _BREAKS.sub(" ", _CAMEL.sub(" ", key)).strip().lower()
    return "" if words in _SAYS_NOTHING else words


def is_heading(row: Any) -> bool:
    """Whether a list is a table's heading: names of fields, half of them known as such."""
    if type(row) is not list or not _FEWEST_COLUMNS <= len(row) <= MOST_COLUMNS:
        return False
    if not all(type(cell) is str and _PLAIN_KEY.fullmatch(cell.replace(" ", "_")) for cell in row):
        return False
    known = sum(not _HEADINGS.isdisjoint(hint(cell.replace(" ", "_")).split()) for cell in row)
    return 2 * known >= len(row)


@dataclass(slots=True, eq=False)
class Place:
    """One place of a tree. All items of a list share one.

    `look`: how closely (None: left alone); `field`: the field policy that takes it whole, as an index of
    `Plan.fields`; `gone`: it drops the field; `key_look`: how closely the key itself is looked at, if it may
    be data, and as which words if not as it is written. `is_id`: it names a record; `is_name`: and is stored.
    `nested` counts the strings of JSON around it. `form`: what is left alone here looks like this, and `numbers` are
    at home here; anything else is looked at as at `otherwise`. `columns`: the places of the cells of a table's row;
    `plain`: what such a cell is whatever heads it, where that may be somebody else's.
    """

    written: str
    dotted: str
    hint: str
    depth: int
    nested: int
    look: Look | None
    field: int | None
    gone: bool = False
    key_look: Look | None = None
    key_text: str = ""
    is_id: bool = False
    is_name: bool = False
    form: re.Pattern[str] | None = None
    numbers: bool = False
    otherwise: "Place | None" = None
    below: dict[str, "Place"] = made_anew(default_factory=dict)
    item: "Place | None" = None
    inner: "Place | None" = None
    columns: "tuple[Place, ...]" = ()
    plain: "Place | None" = None


class Places:
    """The places of one surface under one plan."""

    def __init__(self, surface: Surface, plan: Plan) -> None:
        self.surface = surface
        self.plan = plan
        self.plan_has_fields = plan.has_fields
        self._count = 0
        self.top = self._formed(Place("", "", "", 0, 0, self._look(""), None))

    def _look(self, written: str) -> Look | None:
        kind = self.surface.kind_at(written)
        return None if kind == "keep" else kind

    def _formed(self, place: Place) -> Place:
        """The same, knowing what form its structure has; within a text of JSON there is none."""
        if place.look is None and not place.nested:
            place.form, place.numbers = self.surface.form_at(place.written), self.surface.numbers_at(place.written)
            if place.form is not None:
                place.otherwise = replace(place, look="text", form=None, numbers=False, below={}, item=None, inner=None)
        return place

    def _may_remember(self) -> bool:
        self._count += 1
        return self._count <= MOST

    def key(self, place: Place, key: str) -> Place:
        """The place of a key's value. Raises MaskFailed when it lies too deep, or the key is no string."""
        if type(key) is not str:
            raise MaskFailed("the answer holds a key that is not a string")
        written = place.written + token(key)
        dotted = f"{place.dotted}.{key}" if place.dotted else key
        rule = self.plan.field(dotted) if place.field is None else place.field
        if rule is not None and self.surface.describes(written) and not self.plan.drops(rule):
            rule = None
        look = place.look if place.nested else self._look(written)
        made = self._formed(Place(written, dotted, hint(key), _deeper(place), place.nested, look, rule))
        made.is_id = not place.nested and self.surface.names_records(written)
        made.is_name = not place.nested and self.surface.stores_names(written)
        made.gone = rule is not None and self.plan.drops(rule)
        if place.numbers:  # where numbers are, nothing has a name
            made.key_look = "text"
        elif (look is not None or made.otherwise is not None) and not _PLAIN_KEY.fullmatch(key):
            # With a space in it, it is what somebody wrote and not the name of a field.
            made.key_look = look or "text" if " " in key else "patterns"
            made.key_text = "" if "@" in key else _TIED.sub(" ", key)
        if look is not None and (words := named_words(key)):
            made.key_look, made.key_text = look, words
        if self._may_remember():
            place.below[key] = made
        return made

    def items(self, place: Place) -> Place:
        """The place of a list's items. Raises MaskFailed when it lies too deep."""
        if place.item is None:
            written = f"{place.written}/*"
            look = place.look if place.nested else self._look(written)
            made = replace(
                place, written=written, depth=_deeper(place), look=look, key_look=None, below={}, item=None, inner=None,
                form=None, numbers=False, otherwise=None, columns=(),
            )  # fmt: skip
            place.item = self._formed(made)
            place.item.is_id = not place.nested and self.surface.names_records(written)
            place.item.is_name = not place.nested and self.surface.stores_names(written)
        return place.item

    def each(self, place: Place, node: Sequence[Any]) -> Iterator[Place]:
        """The place of each item of a list; below a table's heading, of its rows; in a row, of its cells."""
        items = self.items(place)
        if place.columns:
            return chain(place.columns, repeat(items))
        return repeat(self.rows(items, node[0]) if len(node) > 1 and type(node[0]) is list else items)

    def rows(self, items: Place, head: Any) -> Place:
        """The place of a table's rows, its cells called as they are headed; the same where it is no heading.

        Lists of an answer may hold one record each: there whoever writes the first must not unmask the others.
        """
        if not is_heading(head):
            return items
        cell = self.items(items)
        named = [
            replace(
                cell, hint=hint(one.replace(" ", "_")), below={}, item=None, inner=None,
                plain=None if cell.nested else cell,
            )
            for one in head
        ]  # fmt: skip
        return replace(items, below={}, item=None, inner=None, columns=tuple(named))

    def inside(self, place: Place) -> Place:
        """The place of a tree that stands in a string as JSON. Raises MaskFailed when it lies too deep."""
        if place.inner is None:
            place.inner = replace(place, nested=place.nested + 1, depth=_deeper(place), below={}, item=None, inner=None)
        return place.inner


def _deeper(place: Place) -> int:
    if place.depth >= MAX_DEPTH:
        raise MaskFailed("the answer is nested too deeply")
    return place.depth + 1
