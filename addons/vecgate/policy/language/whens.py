"""Which conditions can a rule have? `when`: an expression of CEL, checked as it is read, and what it may ask about.

CEL is not a program: it ends, calls nothing, and changes nothing. What would go through a list too often ends in an
error, and so does a claim that is not there. What an error comes to is said by who evaluates it.
"""

import fnmatch
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated, Any, Final

from pydantic import PlainValidator, WithJsonSchema

from vecgate.policy.language import written

LONGEST: Final = 1000
_TEXTS: Final = "list(string)"
_CLAIMS: Final = "map(string, dyn)"
#: All that can be asked about, with its type.
NAMES: Final[Mapping[str, str]] = {
    "principal.user": "string",
    "principal.groups": _TEXTS,
    "principal.issuer": "string",
    "principal.claims": _CLAIMS,
    "operation.kind": "string",
    "operation.group": "string",
    "operation.limit": "int",
    "operation.vectors": "bool",
    "upstream": "string",
    "tenant": "string",
    "database": "string",
    "collections": _TEXTS,
    "fields": _TEXTS,
    "source.address": "string",
    "impact.records": "int",
    "time": "timestamp",
}
#: What is looked up for a call only where a rule asks about it, and what is not known before names are.
DEAR: Final = ("fields", "impact.records")
LATE: Final = frozenset({"collections", "impact.records"})
_WRONG: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): ([^\n]*)")
#: What is made of a text as it stands.
_MADE: Final = re.compile(rf"(?<![\w.])(?:timestamp|duration|u?int|double|bool)\s*\(\s*{written.TEXT}\s*\)")
_UNKNOWN: Final = re.compile(r'No value with name "([^"]*)" found')


class Untold(Exception):
    """What a condition asks cannot be told of this call. `missing`: which of NAMES is not known of it."""

    def __init__(self, said: str) -> None:
        found = _UNKNOWN.search(said)
        self.missing = found[1] if found else ""
        plain = f"{self.missing} is not known" if self.missing else re.sub(r"^[A-Z_]+: ", "", said)
        super().__init__(re.sub(r'Key not found in map : "(.*)"', r"there is no '\1'", plain))


@dataclass(frozen=True, slots=True)
class When:
    """A condition, ready to be asked. `needs`: what of DEAR and LATE it asks about; `names`: all that it may."""

    text: str
    needs: frozenset[str]
    names: tuple[str, ...]
    _holds: Callable[[Mapping[str, Any]], bool]

    def holds(self, known: Mapping[str, Any]) -> bool:
        """Whether it holds of what is known, by NAMES. Raises Untold."""
        return self._holds(known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, When) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(4096)
def _in_network(address: str, network: str) -> bool:
    found = ipaddress.ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found) in written.network(network)


@lru_cache(1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(text))


def _glob(text: str, pattern: str) -> bool:
    return _pattern(pattern).match(text) is not None


@cache
def _environment(*without: str) -> Any:
    from cel_expr_python import cel  # some megabytes, which only rules with conditions need

    known = {"string": cel.Type.STRING, "int": cel.Type.INT, "bool": cel.Type.BOOL, "timestamp": cel.Type.TIMESTAMP}
    known |= {_TEXTS: cel.Type.List(cel.Type.STRING), _CLAIMS: cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}
    types = {name: known[kind] for name, kind in NAMES.items() if name not in without}
    texts = [cel.Type.STRING, cel.Type.STRING]
    functions = [
        cel.FunctionDecl(name, [cel.Overload(f"{name}_text", cel.Type.BOOL, texts, False, impl=impl)])
        for name, impl in (("glob", _glob), ("in_network", _in_network))
    ]
    return cel.NewEnv(variables=types, functions=functions)


def _compiled(text: str, *without: str) -> Any:
    return _environment(*without).compile(text)


def _told(error: str) -> str:
    """What the reader of conditions says, as we do: with line and column."""
    found = _WRONG.search(error)
    if found is None:
        return " ".join(error.split())[:200]
    said = found[3].removesuffix(" (in container '')").split(" expecting ")[0]
    hint = f"; known are {', '.join(NAMES)}" if "undeclared reference" in said else ""
    return f"line {found[1]}, column {found[2]}: {said}{hint}"


def parse_when(value: Any) -> When:
    """A condition of its text. Raises ValueError with line and column within it."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ValueError(f"'when' is an expression of CEL, a text of up to {LONGEST} characters")
    return _parsed(value)


@lru_cache(4096)
def _parsed(value: str) -> When:
    try:
        program = _compiled(value)
    except RuntimeError as e:
        raise ValueError(f"'when', {_told(str(e))}") from e
    if (kind := program.return_type().name()) != "BOOL":
        said = f"it comes to {kind}, not to true or false; compare it with something"
        raise ValueError(f"'when', line 1, column 1: {said}")
    asking = _asking(program)
    try:
        written.check(value)
        _tried(value, asking)
    except ValueError as e:
        raise ValueError(f"'when', {e}") from e
    names = tuple(name for name in NAMES if name.rpartition(".")[2] in value)
    return When(value, frozenset(name for name in {*DEAR, *LATE} if _asks(value, name)), names, asking)


def _tried(text: str, asking: Callable[[Mapping[str, Any]], bool]) -> None:
    """Made ready, so that no call waits for that at its first use. Raises ValueError if it fails for any call."""
    made = ((one[0], _asking(_compiled(f"dyn({one[0]}) == dyn({one[0]})"))) for one in _MADE.finditer(text))
    for said, ask in (*made, ("it", asking)):
        try:
            ask({})
        except Untold as e:
            if not e.missing:
                raise ValueError(f"line 1, column 1: {said} comes to nothing for any call: {e}") from e


def _asks(text: str, name: str) -> bool:
    """Whether it cannot be read without that name."""
    if name.rpartition(".")[2] not in text:
        return False
    try:
        _compiled(text, name)
    except RuntimeError:
        return True
    return False


def _asking(program: Any) -> Callable[[Mapping[str, Any]], bool]:
    def holds(known: Mapping[str, Any]) -> bool:
        try:
            found = program.eval(data=known).value()
        except (RuntimeError, ValueError, TypeError, OverflowError) as e:
            raise Untold(str(e)) from e
        if found is not True and found is not False:
            raise Untold(str(found))
        return found

    return holds


WhenText = Annotated[
    When, PlainValidator(parse_when), WithJsonSchema({"type": "string", "maxLength": LONGEST, "examples": [*NAMES]})
]
