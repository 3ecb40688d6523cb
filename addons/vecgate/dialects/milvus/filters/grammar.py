"""Is this text one expression by itself, and which? A parser that takes less than each server does, and never more.

either  := all ("or" all)*            all := one ("and" one)*
one     := "(" either ")" | "not" one of "(", "not", a call, "exists" | condition
condition := side sign side | value "<" field "<" value | side ["not"] "in" list | field "like" text
           | field "is" ["not"] "null" | "exists" field | call
"""

from collections.abc import Callable
from typing import Final, cast

from vecgate.dialects.milvus.filters.nodes import (
    META,
    Among,
    Compare,
    Exists,
    Holds,
    Joined,
    Length,
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
from vecgate.dialects.milvus.filters.sides import EQUALS, ORDERS, Given, check, given_for, kind_of, same, scalar
from vecgate.dialects.milvus.filters.tokens import Word, words, wrong

#: So deep may parentheses and negations stand in each other, and so many conditions beside each other: two thousand
#: cost a server twelve seconds.
DEEPEST: Final = 100
MOST: Final = 1000
_AND: Final = frozenset({"and", "AND", "&&"})
_OR: Final = frozenset({"or", "OR", "||"})
_NOT: Final = frozenset({"not", "NOT", "!"})
_IN: Final = frozenset({"in", "IN"})
_LIKE: Final = frozenset({"like", "LIKE"})
_EXISTS: Final = frozenset({"exists", "EXISTS"})
_TRUTH: Final = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
_ONE: Final = frozenset({"json_contains", "array_contains"})
_MANY: Final = frozenset({"json_contains_all", "json_contains_any", "array_contains_all", "array_contains_any"})
_MATCHES: Final = frozenset({"text_match", "phrase_match"})
_LENGTH: Final = "array_length"
_CALLS: Final = {
    **{name: name for name in (*_ONE, *_MANY, *_MATCHES, _LENGTH)},
    **{name.upper(): name for name in (*_ONE, *_MANY, *_MATCHES, _LENGTH)},
}
_SAMPLE: Final = frozenset({"random_sample", "RANDOM_SAMPLE"})
#: Words that are no fields, whatever a server makes of them.
_RESERVED: Final = frozenset(
    {*_AND, *_OR, *_NOT, *_IN, *_LIKE, *_EXISTS, *_TRUTH, *_CALLS, *_SAMPLE, "null", "NULL", "Null", "none", "None",
     "is", "IS", "ISO", "INTERVAL", "iso", "interval", "inf", "nan"}
)  # fmt: skip
_END: Final = Word("end", "")


def parse(text: str, given: Given | None = None) -> Node:
    """The expression that a text is. `given`: what its templates stand for. Raises CallRefused."""
    reader = _Reader([*words(text)], given or {})
    if reader.now is _END:
        wrong("is blank: leave it out to mean all")
    node = reader.either(0)
    if reader.now is not _END:
        wrong("goes on where it should end: join conditions with 'and' or 'or', and close no more than was opened")
    return node


class _Reader:
    def __init__(self, all_words: list[Word], given: Given) -> None:
        self._words, self._at, self._given, self._count = all_words, 0, given, 0

    @property
    def now(self) -> Word:
        return self._words[self._at] if self._at < len(self._words) else _END

    def _then(self) -> Word:
        return self._words[self._at + 1] if self._at + 1 < len(self._words) else _END

    def _is(self, said: frozenset[str]) -> bool:
        return self.now.kind in ("name", "sign") and self.now.said in said

    def _sign(self, said: str) -> bool:
        if self.now.kind == "sign" and self.now.said == said:
            self._at += 1
            return True
        return False

    def _need(self, said: str) -> None:
        if not self._sign(said):
            wrong(f"has no '{said}' where one must stand")

    def either(self, deep: int) -> Node:
        return self._joined("or", _OR, lambda: self._joined("and", _AND, lambda: self._one(deep)))

    def _joined(self, word: str, said: frozenset[str], part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self._is(said):
            self._at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self, deep: int) -> Node:
        if deep > DEEPEST:
            wrong(f"is nested deeper than {DEEPEST}")
        if self._is(_NOT):
            self._at += 1
            if not (self._is(_NOT | _EXISTS) or self._opens() or self._calls()):
                wrong("has a 'not' before something else than parentheses, which each server reads in its own way")
            return Not(self._one(deep + 1))
        if self._sign("("):
            inner = self.either(deep + 1)
            self._need(")")
            return inner
        self._count += 1
        if self._count > MOST:
            wrong(f"has more than {MOST} conditions")
        return self._condition()

    def _opens(self) -> bool:
        return self.now.kind == "sign" and self.now.said == "("

    def _calls(self) -> bool:
        return self.now.kind == "name" and _CALLS.get(str(self.now.said), _LENGTH) != _LENGTH

    def _condition(self) -> Node:
        if self._is(_EXISTS):
            self._at += 1
            return Exists(self._path())
        if self._then().kind == "sign" and self._then().said == "(" and self.now.kind == "name":
            if self.now.said in _SAMPLE:
                wrong("has 'random_sample', beside which servers forget other conditions")
            if (name := _CALLS.get(str(self.now.said))) is None:
                wrong("calls a function that is not known here")
            if name != _LENGTH:
                self._at += 1
                return self._call(name)
        return self._compared(self._side())

    def _call(self, name: str) -> Node:
        self._need("(")
        path = self._path()
        self._need(",")
        made: Node
        if name in _MATCHES:
            text, slop = self._value(), None
            if not isinstance(text.value, str) or path.steps:
                wrong("looks for words that are no text, or in a part of a field")
            if name == "phrase_match" and self._sign(","):
                slop = self._value()
                if type(slop.value) is not int or slop.value < 0:
                    wrong("has a distance between words that is no whole number")
            made = Match(name, path, text, slop)
        else:
            made = Holds(name, path, self._value() if name in _ONE else self._values())
        self._need(")")
        return made

    def _compared(self, left: Side) -> Node:
        if self.now.kind == "null" and isinstance(left, Path):
            return Null(left, self._next().said == "not")
        if (self._is(_IN) or self.now.kind == "notin") and isinstance(left, Path | Sum):
            return Among(left, negated=self._next().kind == "notin", values=self._values())
        if self._is(_LIKE) and isinstance(left, Path):
            self._at += 1
            if self.now.kind != "string":
                wrong("has a 'like' without a text in quotation marks")
            return Like(left, self._value())
        sign = self._compares()
        right = self._side()
        if sign in ORDERS and self.now.kind == "sign" and str(self.now.said) in ORDERS:
            return self._range(left, sign, right)
        if self.now.kind == "sign" and self.now.said in EQUALS:
            wrong("compares one after the other, which servers do not")
        check(left, sign, right)
        return Compare(left, sign, right)

    def _range(self, low: Side, first: str, middle: Side) -> Node:
        second = self._compares()
        high = self._side()
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
        word = self._next()
        if word.kind != "sign" or str(word.said) not in (*ORDERS, *EQUALS):
            wrong("has something that is compared with nothing: a field or a value alone is no condition")
        return str(word.said)

    def _next(self) -> Word:
        word = self.now
        self._at += 1
        return word

    def _side(self) -> Side:
        if self.now.kind == "name" and _CALLS.get(str(self.now.said)) == _LENGTH:
            self._at += 1
            self._need("(")
            path = self._path()
            self._need(")")
            return Length(path)
        if self.now.kind == "sign" and self.now.said == "[":
            return self._values()
        if self._is_value():
            return self._value()
        path = self._path()
        if self.now.kind == "sign" and self.now.said in ("+", "-", "*", "/", "%"):
            sign, number = str(self._next().said), self._value()
            if kind_of(number) is not float or str(number)[0] == "-" or (sign in "/%" and number.value == 0):
                wrong("has arithmetic other than a field and one number")
            return Sum(path, sign, number)
        return path

    def _is_value(self) -> bool:
        word = self.now
        return (
            word.kind in ("string", "number", "template")
            or (word.kind == "name" and word.said in _TRUTH)
            or (word.kind == "sign" and word.said == "-")
        )

    def _path(self) -> Path:
        word = self._next()
        if word.kind not in ("name", "path") or word.said in _RESERVED:
            wrong("has something else where a field must stand")
        if word.said == META and not word.steps:
            wrong("names all dynamic fields at once: name one of them")
        return Path(str(word.said), word.steps)

    def _value(self) -> Value:
        negative = self._sign("-")
        word = self._next()
        if word.kind == "template":
            return given_for(self._given, str(word.said), negative)
        if word.kind == "number":
            number = cast("int | float", word.said)
            return Value(-number if negative else number)
        if not negative and word.kind == "string":
            return Value(word.said)
        if not negative and word.kind == "name" and word.said in _TRUTH:
            return Value(_TRUTH[str(word.said)])
        wrong("has something else where a value must stand")

    def _values(self) -> Values:
        if self.now.kind == "template":
            listed = self._given.get(str(self._next().said))
            if not isinstance(listed, list):
                wrong("has a template for a list that 'exprParams' gives no list for")
            return same([scalar(one) for one in listed])
        self._need("[")
        found = list[Value]()
        while not self._sign("]"):
            found.append(self._value())
            if not self._sign(","):
                self._need("]")
                break
        return same(found)
