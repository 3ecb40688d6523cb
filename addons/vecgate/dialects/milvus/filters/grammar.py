"""Is this text one expression by itself, and which? A parser that takes less than each server does, and never more.

either  := all ("or" all)*            all := one ("and" one)*
one     := "(" either ")" | "not" one of "(", "not", a call, "exists" | condition
condition := side sign side | value "<" field "<" value | side ["not"] "in" list | field "like" text
           | field "is" ["not"] "null" | "exists" field | call
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from vecgate.dialects.milvus.filters.atoms import (
    AND,
    CALLS,
    DEEPEST,
    END,
    EXISTS,
    GOES_ON,
    IN,
    LENGTH,
    LIKE,
    MATCHES,
    NOT,
    ONE,
    OR,
    SAMPLE,
    Sides,
)
from vecgate.dialects.milvus.filters.nodes import (
    Among,
    Compare,
    Exists,
    Holds,
    Joined,
    Like,
    Match,
    Node,
    Not,
    Null,
    Path,
    Range,
    Side,
    Sum,
    Value,
    Values,
)
from vecgate.dialects.milvus.filters.sides import (
    EQUALS,
    ORDERS,
    Given,
    check,
    kind_of,
)
from vecgate.dialects.milvus.filters.tokens import Word, words, wrong

#: So many conditions may stand beside each other: two thousand cost a server twelve seconds.
MOST: Final = 1000
#: Characters of a filter of which hundreds are kept; of longer ones a few, for the calls that are under way.
SHORT: Final = 8 * 1024


def parse(text: str, given: Given | None = None) -> Node:
    """The expression that a text is. `given`: what its templates stand for. Raises CallRefused."""
    reader = _Reader([*words(text)], given or {})
    if reader.now is END:
        wrong("is blank: leave it out to mean all")
    node = reader.either(0)
    if reader.now is not END:
        wrong("goes on where it should end: join conditions with 'and' or 'or', and close no more than was opened")
    return node


_short, _long = lru_cache(maxsize=512)(parse), lru_cache(maxsize=8)(parse)


def filter_of(text: str) -> Node:
    """A filter in its one form, kept as it was read. Raises as `parse` does."""
    return _short(text) if len(text) <= SHORT else _long(text)


class _Reader(Sides):
    def __init__(self, all_words: list[Word], given: Given) -> None:
        super().__init__(all_words, given)
        self._count = 0

    def either(self, deep: int) -> Node:
        return self._joined("or", OR, lambda: self._joined("and", AND, lambda: self._one(deep)))

    def _joined(self, word: str, said: frozenset[str], part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.one_of(said):
            self._at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self, deep: int) -> Node:
        if deep > DEEPEST:
            wrong(f"is nested deeper than {DEEPEST}")
        if self.one_of(NOT):
            self._at += 1
            if not (self.one_of(NOT | EXISTS) or self._opens() or self._calls() or self._likes()):
                wrong("has a 'not' before something else than parentheses, which each server reads in its own way")
            return Not(self._one(deep + 1))
        if self._opens():
            self._at += 1
            inner = self.either(deep + 1)
            self.need(")")
            return inner
        self._count += 1
        if self._count > MOST:
            wrong(f"has more than {MOST} conditions")
        return self._condition()

    def _opens(self) -> bool:
        """Whether a condition in parentheses stands here, and not a side of one."""
        after = self._behind()
        inner = after.kind == "notin" or (after.kind in ("name", "sign") and after.said in GOES_ON)
        return self.now.said == "(" and self.now.kind == "sign" and not inner

    def _likes(self) -> bool:
        """Whether a field and `like` stand here: a `not` before them can be of nothing else than both."""
        return self._behind().kind == "name" and self._behind().said in LIKE

    def _calls(self) -> bool:
        return self.now.kind == "name" and CALLS.get(str(self.now.said), LENGTH) != LENGTH

    def _condition(self) -> Node:
        if self.one_of(EXISTS):
            self._at += 1
            return Exists(self.wrapped())
        if self.then.kind == "sign" and self.then.said == "(" and self.now.kind == "name":
            if self.now.said in SAMPLE:
                wrong("has 'random_sample', beside which servers forget other conditions")
            if (name := CALLS.get(str(self.now.said))) is None:
                wrong("calls a function that is not known here")
            if name != LENGTH:
                self._at += 1
                return self._call(name)
        return self._compared(self.side())

    def _call(self, name: str) -> Node:
        self.need("(")
        path = self.path() if name in MATCHES else self.wrapped()
        self.need(",")
        made: Node
        if name in MATCHES:
            text, slop = self.value(), None
            if not isinstance(text.value, str) or path.steps:
                wrong("looks for words that are no text, or in a part of a field")
            if name == "phrase_match" and self.sign(","):
                slop = self.value()
                if type(slop.value) is not int or slop.value < 0:
                    wrong("has a distance between words that is no whole number")
            made = Match(name, path, text, slop)
        else:
            one = self.element if name.startswith("json") else self.constant
            many = self.elements if name.startswith("json") else self.values
            what = one() if name in ONE else many()
            made = Holds(name, path, what)
        self.need(")")
        return made

    def _compared(self, left: Side) -> Node:
        if self.now.kind == "null" and isinstance(left, Path):
            return Null(left, self.take().said == "not")
        if (self.one_of(IN) or self.now.kind == "notin") and isinstance(left, Path | Sum):
            return Among(left, negated=self.take().kind == "notin", values=self.values())
        if self.one_of(LIKE) and isinstance(left, Path):
            self._at += 1
            if self.now.kind != "string":
                wrong("has a 'like' without a text in quotation marks")
            return Like(left, self.value())
        sign = self._compares()
        wrapped, right = self.now.said == "(", self.side()
        if sign in ORDERS and not wrapped and self.now.kind == "sign" and str(self.now.said) in ORDERS:
            return self._range(left, sign, right)
        if self.now.kind == "sign" and self.now.said in EQUALS:
            wrong("compares one after the other, which servers do not")
        check(left, sign, right)
        if isinstance(left, Values):  # 2.6 was seen to read a list on the right alone
            left, right = right, left
        return Compare(left, sign, right)

    def _range(self, low: Side, first: str, middle: Side) -> Node:
        second = self._compares()
        high = self.side()
        if ORDERS[first] != ORDERS.get(second):
            wrong("has a range whose signs point to different sides")
        if not (isinstance(low, Value) and isinstance(middle, Path) and isinstance(high, Value)):
            wrong("has a range that is not value, field, value")
        if kind_of(low) != kind_of(high) or kind_of(low) is bool:
            wrong("has a range between values of two kinds")
        if middle.steps:  # of a place in a list nobody tells its type: a server ends by a range of another one
            return Joined("and", (Compare(low, first, middle), Compare(middle, second, high)))
        return Range(low, middle, high, (first, second))

    def _compares(self) -> str:
        word = self.take()
        if word.kind != "sign" or str(word.said) not in (*ORDERS, *EQUALS):
            wrong("has something that is compared with nothing: a field or a value alone is no condition")
        return str(word.said)
