"""What is wrong with the shape, and where? pydantic's errors in our words, each with its path in the file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from vecgate.policy.model import TAGS, Approval, GoingIn, Limits, PolicyFile, Profile, Rule, Where, Who
from vecgate.policy.source import Path, Source
from vecgate.policy.words import unknown

type Places = Mapping[tuple[str, ...], type[BaseModel]]

#: Which model stands at which place of a policy file; indices are left out, `*` is any key.
POLICY_PLACES: Final[Places] = {
    (): PolicyFile,
    ("mask_profiles", "*"): Profile,
    ("rules",): Rule,
    ("rules", "who"): Who,
    ("rules", "where"): Where,
    ("rules", "limits"): Limits,
    ("rules", "inputs"): GoingIn,
    ("rules", "approvers"): Approval,
}

_NOUNS: Final = {
    "NoneType": "nothing",
    "bool": "true/false",
    "dict": "a mapping",
    "float": "a number",
    "int": "a number",
    "str": "a text",
    "tuple": "a list",
}
_EXPECTED: Final = {
    "string_type": "a text, in quotes if it looks like something else",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list, such as [one, two]",
    "dict_type": "a mapping, such as {key: value}",
    "model_type": "a mapping, such as {key: value}",
}


def noun(value: object) -> str:
    """A YAML value's kind in plain words."""
    return _NOUNS.get(type(value).__name__, "something else")


def _known_keys(place: tuple[str, ...], places: Places) -> list[str]:
    for pattern, model in places.items():
        if len(pattern) == len(place) and all(p in ("*", k) for p, k in zip(pattern, place, strict=True)):
            return list(model.model_fields)
    return []


def _say(error: Mapping[str, Any], path: Path, value: object, places: Places) -> str:
    kind, last = error["type"], path[-1] if path else "file"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "extra_forbidden":
        return unknown("key", last, _known_keys(tuple(p for p in path[:-1] if isinstance(p, str)), places))
    if kind == "missing":
        return f"missing '{last}'"
    if kind == "literal_error":
        expected = error["ctx"]["expected"]
        return unknown(str(last), value, re.findall(r"'([^']*)'", expected) or [expected])
    if kind == "too_short":
        return f"'{last}' is empty, which would match nothing; name at least one"
    if kind in _EXPECTED:
        return f"'{last}' must be {_EXPECTED[kind]}; this is {noun(value)}"
    return f"'{last}': {error['msg']}"


def _plain_path(loc: tuple[str | int, ...]) -> Path:
    return tuple(step for step in loc if step not in TAGS and step != "[key]")


def mistakes(error: ValidationError, source: Source, places: Places) -> Iterator[tuple[Path, str]]:
    """Every error as (path in the file, message)."""
    for e in error.errors(include_url=False):
        path = _plain_path(e["loc"])
        if e["type"] == "too_short" and source.at(path):
            continue  # pydantic counts only the good items of a list; its bad ones are reported themselves
        yield path, _say(e, path, source.at(path), places)
