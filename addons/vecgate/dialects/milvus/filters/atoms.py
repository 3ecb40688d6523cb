"""What stands on one side of a condition? Values, lists, fields, and what is counted of them; two numbers become one.

side := part (("+" | "-") part)*   part := signed (("*" | "/" | "%") signed)*   signed := ("+" | "-")* atom
atom := "(" side ")" | value | list | field | "array_length" "(" field ")"
"""

from collections.abc import Callable, Iterator
from typing import Final

from vecgate.dialects.milvus.filters.nodes import META, Length, Nested, Path, Side, Value, Values
from vecgate.dialects.milvus.filters.sides import EQUALS, ORDERS, Given, given_for, kind_of, put, same, scalar, signed
from vecgate.dialects.milvus.filters.tokens import Scalar, Word, wrong

#: So deep may parentheses and negations stand in each other.
DEEPEST: Final = 100
AND: Final = frozenset({"and", "AND", "&&"})
OR: Final = frozenset({"or", "OR", "||"})
NOT: Final = frozenset({"not", "NOT", "!"})
IN: Final = frozenset({"in", "IN"})
LIKE: Final = frozenset({"like", "LIKE"})
EXISTS: Final = frozenset({"exists", "EXISTS"})
TRUTH: Final = {**dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False)}
ONE: Final = frozenset({"json_contains", "array_contains"})
MANY: Final = frozenset({"json_contains_all", "json_contains_any", "array_contains_all", "array_contains_any"})
MATCHES: Final = frozenset({"text_match", "phrase_match"})
LENGTH: Final = "array_length"
CALLS: Final = {
    **{name: name for name in (*ONE, *MANY, *MATCHES, LENGTH)},
    **{name.upper(): name for name in (*ONE, *MANY, *MATCHES, LENGTH)},
}
SAMPLE: Final = frozenset({"random_sample", "RANDOM_SAMPLE"})
#: Words that are no fields, whatever a server makes of them.
RESERVED: Final = frozenset(
    {*AND, *OR, *NOT, *IN, *LIKE, *EXISTS, *TRUTH, *CALLS, *SAMPLE, "null", "NULL", "Null", "none", "None",
     "is", "IS", "ISO", "INTERVAL", "iso", "interval", "inf", "nan"}
)  # fmt: skip
END: Final = Word("end", "")
ADDS: Final = frozenset({"+", "-"})
TIMES: Final = frozenset({"*", "/", "%"})
#: What stands behind a parenthesis that holds a side of a condition, and none by itself.
GOES_ON: Final = frozenset({*ORDERS, *EQUALS, *ADDS, *TIMES, *IN, *LIKE})


class Sides:
    """The words of a filter, and how far they were read. `given`: what its templates stand for."""

    def __init__(self, all_words: list[Word], given: Given) -> None:
        self._words, self._at, self._given, self._deep = all_words, 0, given, 0
        self._shuts = _shuts(all_words)
        self._template = -1  # where the last one was read

    @property
    def now(self) -> Word:
        """The word that is read next."""
        return self._words[self._at] if self._at < len(self._words) else END

    @property
    def then(self) -> Word:
        """The word behind it."""
        return self._words[self._at + 1] if self._at + 1 < len(self._words) else END

    def _behind(self) -> Word:
        """The word behind it, or behind the parentheses that open with it."""
        end = self._shuts.get(self._at, self._at) + 1
        return self._words[end] if end < len(self._words) else END

    def one_of(self, said: frozenset[str]) -> bool:
        """Whether the word is one of some."""
        return self.now.kind in ("name", "sign") and self.now.said in said

    def sign(self, said: str) -> bool:
        """Whether this sign stands there; it is read, then."""
        if self.now.kind == "sign" and self.now.said == said:
            self._at += 1
            return True
        return False

    def need(self, said: str) -> None:
        """Read this sign. Raises CallRefused, as all that follow do."""
        if not self.sign(said):
            wrong(f"has no '{said}' where one must stand")

    def take(self) -> Word:
        """Read a word."""
        word = self.now
        self._at += 1
        return word

    def side(self) -> Side:
        """What may be compared."""
        return self._sum(ADDS, lambda: self._sum(TIMES, self._signed))

    def _sum(self, signs: frozenset[str], part: Callable[[], Side]) -> Side:
        start, found = self._at, part()
        while self.now.kind == "sign" and self.now.said in signs:
            sign = str(self.take().said)
            found = put(found, sign, part())
            if isinstance(found, Value):
                self._no_template(start)
        return found

    def _no_template(self, start: int) -> None:
        if self._template >= start:
            wrong("has a template in arithmetic, which servers do not read")

    def _signed(self) -> Side:
        start, minus = self._at, 0
        while self.now.kind == "sign" and self.now.said in ADDS:
            minus += self.take().said == "-"
        if self._at > start:
            found = signed(self._atom(), minus=bool(minus % 2))
            self._no_template(start)
            return found
        return self._atom()

    def _atom(self) -> Side:
        if self.sign("("):
            self._deep += 1
            if self._deep > DEEPEST:
                wrong(f"is nested deeper than {DEEPEST}")
            inner = self.side()
            self.need(")")
            self._deep -= 1
            return inner
        if self.now.kind == "name" and CALLS.get(str(self.now.said)) == LENGTH:
            self._at += 1
            self.need("(")
            path = self.path()
            self.need(")")
            return Length(path)
        if self.now.kind == "list" or (self.now.kind == "sign" and self.now.said == "["):
            return self.values()
        return self.value() if self._is_value() else self.path()

    def wrapped(self) -> Path:
        """A field, in parentheses or without."""
        found = self.side()
        if not isinstance(found, Path):
            wrong("has something else where a field must stand")
        return found

    def _is_value(self) -> bool:
        word = self.now
        return word.kind in ("string", "number", "template") or (word.kind == "name" and word.said in TRUTH)

    def path(self) -> Path:
        """A field."""
        word = self.take()
        if word.kind not in ("name", "path") or word.said in RESERVED:
            wrong("has something else where a field must stand")
        if word.said == META and not word.steps:
            wrong("names all dynamic fields at once: name one of them")
        return Path(str(word.said), word.steps)

    def value(self) -> Value:
        """A value without a sign before it."""
        word = self.take()
        if word.kind == "template":
            self._template = self._at - 1
            return given_for(self._given, str(word.said))
        if word.kind in ("number", "string"):
            return Value(word.said)
        if word.kind == "name" and word.said in TRUTH:
            return Value(TRUTH[str(word.said)])
        wrong("has something else where a value must stand")

    def constant(self) -> Value:
        """A value, counted."""
        found = self.side()
        if not isinstance(found, Value):
            wrong("has something else where a value must stand")
        return found

    def element(self) -> Value | Nested:
        """What JSON may hold: a value, or a list of such."""
        if self.now.kind == "list":
            return Nested(tuple(map(Value, self._plain())))
        return Nested(tuple(self._items(self.element))) if self.sign("[") else self.constant()

    def values(self) -> Values:
        """A list of values of one kind."""
        if self.now.kind == "template":
            listed = self._given.get(str(self.take().said))
            if not isinstance(listed, list):
                wrong("has a template for a list that 'exprParams' gives no list for")
            return same([scalar(one) for one in listed])
        if self.now.kind == "list":
            return Values(self._plain())
        self.need("[")
        return same([*self._items(self.constant)])

    def elements(self) -> Values | Nested:
        """A list of what JSON may hold."""
        if not self.sign("["):
            return self.values()
        found = [*self._items(self.element)]
        plain = [one for one in found if isinstance(one, Value)]
        return same(plain) if len(plain) == len(found) and len({*map(kind_of, plain)}) < 2 else Nested((*found,))

    def _plain(self) -> tuple[Scalar, ...]:
        """What a list holds that is one word."""
        if self._deep >= DEEPEST:
            wrong(f"is nested deeper than {DEEPEST}")
        return self.take().values

    def _items[T](self, item: Callable[[], T]) -> Iterator[T]:
        self._deep += 1
        if self._deep > DEEPEST:
            wrong(f"is nested deeper than {DEEPEST}")
        while not self.sign("]"):
            yield item()
            if not self.sign(","):
                self.need("]")
                break
        self._deep -= 1


def _shuts(found: list[Word]) -> dict[int, int]:
    """At which word each parenthesis ends."""
    opened, shut = list[int](), dict[int, int]()
    for at, word in enumerate(found):
        if word.kind == "sign" and word.said == "(":
            opened.append(at)
        elif word.kind == "sign" and word.said == ")" and opened:
            shut[opened.pop()] = at
    return shut
