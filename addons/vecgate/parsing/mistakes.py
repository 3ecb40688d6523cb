"""What is wrong with the shape, and where? pydantic's errors in our words, each with its path in the file."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from vecgate.parsing.words import unknown
from vecgate.parsing.yaml_source import Path, Source

#: Marks of pydantic's in a path that stand for no key: which form of a value it took it for.
WORD: Final = "(word)"
MAP: Final = "(map)"
TAGS: Final = frozenset({WORD, MAP})

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


def _within(annotation: Any) -> Any:
    """The model, or the collection of models, that an annotation stands for."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        inner = [_within(one) for one in get_args(annotation)]
        return next((one for one in inner if one is not None), None)
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model or get_origin(annotation) in (dict, tuple) else None


def _chosen(model: Any, tree: object) -> Any:
    choose = getattr(model, "chosen", None)
    return choose(tree) if choose is not None and isinstance(tree, Mapping) else model


def _named(model: type[BaseModel], step: object) -> FieldInfo | None:
    """The field that is written so."""
    return next((one for name, one in model.model_fields.items() if (one.alias or name) == step), None)


def field_at(
    root: type[BaseModel], path: Path, at: Callable[[Path], object] = lambda path: None
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The model in which the last step of a path is a field, and that field, as far as there are such.

    `at`: what stands there in the file; a model that has `chosen` is another one for some mappings.
    """
    here: Any = root
    model: type[BaseModel] | None = None
    field: FieldInfo | None = None
    for depth, step in enumerate(path):
        here = _chosen(here, at(path[:depth]))
        if get_origin(here) in (dict, tuple):
            model, field, here = None, None, _within(get_args(here)[-1 if get_origin(here) is dict else 0])
        elif here is not None:
            model, field = here, _named(here, step)
            here = _within(field.annotation) if field else None
        else:
            model, field = None, None
    return model, field


def _say(error: Mapping[str, Any], path: Path, source: Source, root: type[BaseModel]) -> str:
    kind, last, value = error["type"], path[-1] if path else "file", source.at(path)
    model, field = field_at(root, path, source.at)
    within = next((step for step in reversed(path) if isinstance(step, str)), "file")
    named = f"'{last}'" if isinstance(last, str) else f"one of '{within}'"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "extra_forbidden":
        return unknown("key", last, [one.alias or name for name, one in model.model_fields.items()] if model else ())
    if kind == "string_pattern_mismatch" and field and field.description:
        return f"{named} does not have the form that it must have. {field.description}"  # a secret may be in it
    if kind == "missing":
        return f"missing '{last}'"
    if kind == "literal_error":
        expected = error["ctx"]["expected"]
        return unknown(within, value, re.findall(r"'([^']*)'", expected) or [expected])
    if kind == "too_short":
        return f"{named} is empty, which would match nothing; name at least one"
    if kind in _EXPECTED:
        return f"{named} must be {_EXPECTED[kind]}; this is {noun(value)}"
    return f"{named}: {error['msg']}"


def _plain_path(loc: tuple[str | int, ...]) -> Path:
    return tuple(step for step in loc if step not in TAGS and step != "[key]")


def mistakes(error: ValidationError, source: Source, root: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    """Every error as (path in the file, message)."""
    for e in error.errors(include_url=False):
        path = _plain_path(e["loc"])
        if e["type"] == "too_short" and source.at(path):
            continue  # pydantic counts only the good items of a list; its bad ones are reported themselves
        yield path, _say(e, path, source, root)
