"""Which of these rows would a real Milvus find by a filter? Read from the text anew, by Python's own grammar.

Nothing of the gateway's is used: the tokens are put into an expression of Python, which binds in another way in no place
that a filter may have.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<path>(?:\$meta|[A-Za-z_]\w*)(?:\[(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+)\])+)"""
    r"""|(?P<isnt>is not null|IS NOT NULL)|(?P<isnull>is null|IS NULL)|(?P<notin>not in|NOT IN)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|\d*\.?\d+(?:[eE][+-]?\d+)?)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>()\[\],!]))"""
)
_WORDS: Final = {
    **dict.fromkeys(("and", "AND"), "and"), **dict.fromkeys(("or", "OR"), "or"), **dict.fromkeys(("not", "NOT"), "not"),
    **dict.fromkeys(("in", "IN"), "in"), **dict.fromkeys(("like", "LIKE"), "@"), **dict.fromkeys(("true", "True", "TRUE"), "True"),
    **dict.fromkeys(("false", "False", "FALSE"), "False"), **dict.fromkeys(("exists", "EXISTS"), "Exists()**"),
}  # fmt: skip
_SIGNS: Final = {"&&": "and", "||": "or", "!": "not"}


class Missing:
    """What a row has not: it is equal to nothing, and not less than anything."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


class Text(str):
    """A text that `like` can be asked of (`@` binds as tightly)."""

    __slots__ = ()

    def __matmul__(self, pattern: str) -> bool:
        parts = [".*" if one == "%" else re.escape(one) for one in re.split("(%)", pattern)]
        return pattern == "" or re.fullmatch("".join(parts), self, re.DOTALL) is not None


class Exists:
    def __pow__(self, value: object) -> bool:
        return not isinstance(value, Missing)


def found(text: str, rows: Sequence[Mapping[str, Any]], types: Mapping[str, str], key: str = "id") -> list[Any]:
    """The ids of the rows that a filter finds. Raises SyntaxError for what is none."""
    expression = compile(_python(text), "filter", "eval")
    return [row[key] for row in rows if _holds(expression, row, types)]


def _holds(expression: Any, row: Mapping[str, Any], types: Mapping[str, str]) -> bool:
    def value(root: str, *steps: str | int) -> Any:
        if root == "$meta":
            node: Any = {name: one for name, one in row.items() if name not in types}
        else:
            node = row.get(root, Missing())
        for step in steps:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return Missing()
        return Text(node) if isinstance(node, str) else node

    def holds(some: Any, one: Any) -> bool:
        return isinstance(some, list) and one in some

    names: dict[str, Any] = {
        "value": value, "Exists": Exists, "array_length": lambda some: len(some) if isinstance(some, list) else Missing(),
        **dict.fromkeys(("json_contains", "array_contains"), holds),
        **dict.fromkeys(("json_contains_all", "array_contains_all"), lambda some, many: all(holds(some, one) for one in many)),
        **dict.fromkeys(("json_contains_any", "array_contains_any"), lambda some, many: any(holds(some, one) for one in many)),
    }  # fmt: skip
    return bool(eval(expression, {"__builtins__": {}}, names))


def _python(text: str) -> str:
    out, at = list[str](), 0
    while text[at:].strip():
        token = _TOKEN.match(text, at)
        if token is None:
            raise SyntaxError("no filter")
        out.append(_one(str(token.lastgroup), token[str(token.lastgroup)], text[token.end() :].lstrip()))
        at = token.end()
    return " ".join(out)


def _one(kind: str, said: str, rest: str) -> str:
    if kind == "isnull":
        return ".__class__.__name__ in ('Missing', 'NoneType')"
    if kind == "isnt":
        return ".__class__.__name__ not in ('Missing', 'NoneType')"
    if kind == "notin":
        return "not in"
    if kind == "path":
        root, steps = said.split("[", 1)
        return f"value({root!r}, {steps[:-1].replace('][', ', ')})"
    if kind == "number" and said.isdigit() and said[0] == "0":
        return str(int(said, 8))
    if kind == "word" and said not in _WORDS:
        return said.lower() if rest.startswith("(") else f"value({said!r})"
    return _WORDS.get(said, said) if kind == "word" else _SIGNS.get(said, said) if kind == "sign" else said
