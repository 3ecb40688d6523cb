"""What does a form take, and what must it refuse? Examples of each form of a dialect's tables, and every way to spoil one.

A walk over the forms themselves: a further dialect is tried by its tables alone.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from vecgate.parsing.forms import (
    ByType,
    Checked,
    Elsewhere,
    Form,
    Free,
    Later,
    Left,
    ListOf,
    MapOf,
    Members,
    Nothing,
    OneOf,
    OrNull,
    Shape,
    Spelled,
)
from vecgate.parsing.lines import Lines, written
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import CallRefused

#: So deep forms that are made up of themselves are walked into.
DEEP = 7
_TYPES: tuple[Any, ...] = ({"vecgate-no-such": 1}, [[["x"]]], "\x00", -7, 0.25, True)


def text_of(form: Form | None, tree: Any) -> bytes:
    """A body as clients send it: one JSON document, or (`Lines`) several, one a line."""
    if isinstance(form, Lines):
        return written(form.parted(tree))
    return dump(tree)


def sayable(form: Form, tree: Any) -> bool:
    """Whether a body can be sent at all: of a tree that stands for lines, what is no line cannot."""
    if not isinstance(form, Lines):
        return True
    try:
        return form.gathered(form.parted(tree)) == tree  # type: ignore[arg-type]
    except (CallRefused, AttributeError, KeyError, TypeError, StopIteration):
        return False


class Spoilt(NamedTuple):
    """A value that must be refused, or (`one` given) brought to another one."""

    how: str
    value: Any
    refused: bool = True
    one: Any = None


def example(form: Form, deep: int = 0) -> Any:  # noqa: C901 - one case for each form
    """A value that the form takes, with what must be there and nothing else."""
    match form:
        case Shape():
            if not form.such_as:
                raise LookupError(f"a shape without a value that passes it: {form.words}")
            return form.such_as[0]
        case Spelled():
            return form.same[0][1]
        case Left() | OrNull():
            return example(form.form, deep)
        case Later():
            return example(form.form(), deep + 1)
        case Members():
            needed = (*form.required, *(names[0] for names in form.one_of))
            return {key: example(form.members[key], deep) for key in dict.fromkeys(needed)}
        case OneOf():
            if form.otherwise is not None and deep > DEEP:
                return example(form.otherwise, deep)
            return kind_of(form, next(iter(form.kinds)), deep)
        case ByType():
            return example(next(iter(form.forms.values())), deep)
        case ListOf():
            return [example(form.form, deep)] if form.least or deep < DEEP else []
        case MapOf():
            key = "some" if form.key is None else example(form.key, deep) or "some"
            return {key: example(form.form, deep)}
        case Checked():
            if not form.such_as:
                raise LookupError("a check without a value that passes it")
            return form.such_as[0]
        case Free():
            return {"any key": {"at": ["all"]}}
        case Nothing() | Elsewhere():
            return {}
    inner = getattr(form, "like", None)
    if inner is not None:
        return example(inner, deep)
    raise LookupError(f"a form that nobody here knows: {type(form).__name__}; give it `like`, a form of known ones")


def kind_of(form: OneOf, kind: str, deep: int) -> Any:
    """An object of that kind: what tells it is there."""
    members = form.kinds[kind]
    made = example(members, deep)
    return made if kind in made else {**made, kind: example(members.members[kind], deep)}


def spoilt(form: Form, deep: int = 0) -> Iterator[Spoilt]:  # noqa: C901 - one case for each form
    """Every kind of change to a value of the form, at every depth."""
    if deep > DEEP:
        return
    match form:
        case Shape() | Spelled():
            yield from _leaf(form)
        case Left():
            yield from spoilt(form.form, deep)
        case OrNull():
            yield from spoilt(form.form, deep)
        case Later():
            yield from spoilt(form.form(), deep + 4)
        case Members():
            yield from _members(form, deep)
        case OneOf():
            yield from _kinds(form, deep)
        case ByType():
            yield from _types(form, deep)
        case ListOf():
            yield from _list(form, deep)
        case MapOf():
            yield Spoilt("an array for an object", [example(form, deep)])
            yield from _wrapped({"some" if form.key is None else example(form.key): form.form}, {}, deep)
        case Checked():
            yield from _checked(form)
        case Free():
            yield from (Spoilt("another type for an object", value) for value in (["x"], "x", 1, True))
        case Elsewhere():
            yield Spoilt("what is heeded elsewhere only", {})
        case Nothing():
            yield Spoilt("a member where there is none", {"x": 1})
        case _:
            yield from spoilt(form.like, deep)  # type: ignore[attr-defined]


def _leaf(form: Shape | Spelled) -> Iterator[Spoilt]:
    if isinstance(form, Spelled):
        yield from (Spoilt("another spelling", value, refused=False, one=one) for value, one in form.same)
    else:
        yield from (Spoilt("as it is", value, refused=False, one=value) for value in form.such_as)
    for value in _TYPES:
        try:
            fits = form.fits(value) if isinstance(form, Shape) else form.one(value) is not None
        except ValueError:
            fits = False
        if not fits:
            yield Spoilt("another type", value)


def _members(form: Members, deep: int) -> Iterator[Spoilt]:  # noqa: C901 - one change after another
    base = example(form, deep)
    yield Spoilt("as it is", base, refused=False, one=base)
    yield Spoilt("an array for an object", [*base.values()])
    yield Spoilt("an unknown member", {**base, "vecgate_no_such": 1})
    for key, inner in form.members.items():
        alone = example(inner, deep) if key not in base else base[key]
        for odd in (
            key.upper(),
            key.capitalize(),
            f"{key} ",
            f" {key}",
            key.replace("s", "\u017f"),
            key.replace("k", "\u212a"),
        ):
            if odd not in form.members and odd not in form.also:
                yield Spoilt(f"a near miss of '{key}'", {**base, odd: alone})
        if isinstance(inner, Left) and not any(key in names for names in (*form.apart, *form.one_of)):
            yield Spoilt(
                f"null for '{key}'", {**base, key: None}, refused=False, one={k: v for k, v in base.items() if k != key}
            )
    for second, first in form.also.items():
        rest = {k: v for k, v in base.items() if k != first}
        value = example(form.members[first], deep)
        yield Spoilt(f"'{second}' for '{first}'", {**rest, second: value}, refused=False, one={**rest, first: value})
        yield Spoilt(f"'{second}' beside '{first}'", {**base, first: value, second: value})
    for key in form.required:
        yield Spoilt(f"no '{key}'", {k: v for k, v in base.items() if k != key})
    for names in (*form.apart, *form.one_of):
        for one, other in pairwise(names):
            both = {name: example(form.members[name], deep) for name in (one, other)}
            yield Spoilt(f"'{one}' beside '{other}'", {**base, **both})
    together = {name for names in (*form.apart, *form.one_of) for name in names}
    yield from _wrapped({k: v for k, v in form.members.items() if k not in together or k in base}, base, deep)


def _wrapped(members: dict[str, Form] | Any, base: dict[str, Any], deep: int) -> Iterator[Spoilt]:
    for key, inner in members.items():
        for one in spoilt(inner, deep + 1):
            if one.refused:
                yield Spoilt(f"{key}: {one.how}", {**base, key: one.value})
            elif one.one is not None:
                yield Spoilt(f"{key}: {one.how}", {**base, key: one.value}, refused=False, one={**base, key: one.one})


def _kinds(form: OneOf, deep: int) -> Iterator[Spoilt]:
    for kind, members in form.kinds.items():
        told = Members(
            members.members,
            tuple(dict.fromkeys((*members.required, kind))),
            members.also,
            members.apart,
            members.one_of,
        )
        whole = f"no '{kind}'"
        yield from (one for one in _members(told, deep) if form.otherwise is None or one.how != whole)
        for other in form.kinds:
            if other != kind and other not in members.members and kind not in form.kinds[other].members:
                yield Spoilt(f"'{kind}' and '{other}'", {**kind_of(form, other, deep), **kind_of(form, kind, deep)})
    if form.otherwise is not None and deep < DEEP:
        yield from (one for one in spoilt(form.otherwise, deep + 1) if not _is_kind(form, one.value))


def _is_kind(form: OneOf, value: Any) -> bool:
    return isinstance(value, dict) and any(kind in value for kind in form.kinds)


def _types(form: ByType, deep: int) -> Iterator[Spoilt]:
    for kind, inner in form.forms.items():
        for one in spoilt(inner, deep):
            if type(one.value) is kind or type(one.value) not in form.forms:
                yield one
    yield from (Spoilt("another type", value) for value in _TYPES if type(value) not in form.forms)


def _list(form: ListOf, deep: int) -> Iterator[Spoilt]:
    item = example(form.form, deep)
    if form.single and isinstance(item, dict):
        yield Spoilt("one for a list of one", item, refused=False, one=[item])
    elif isinstance(item, dict):
        yield Spoilt("one for a list of one", item)
    if form.least:
        yield Spoilt("an empty list", [])
    yield Spoilt("a text for a list", "x")
    for one in spoilt(form.form, deep + 1):
        if one.refused:
            yield Spoilt(f"[0] {one.how}", [one.value])
        elif one.one is not None:
            yield Spoilt(f"[0] {one.how}", [one.value], refused=False, one=[one.one])


def _checked(form: Checked) -> Iterator[Spoilt]:
    """Of what a function looks at: each object in what passes it is tried as an array, and with a member too many."""
    for value in form.such_as:
        yield Spoilt("as it is", value, refused=False, one=value)
        if isinstance(value, dict):
            yield Spoilt("an array for an object", [*value.values(), "x"])
            if not form.open_below:
                yield from (Spoilt("an unknown member", bad) for bad in _with_more(value))


def _with_more(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        yield {**node, "vecgate_no_such": {"vecgate_no_such": {}}}
        for key, inner in node.items():
            yield from ({**node, key: bad} for bad in _with_more(inner))
    elif isinstance(node, list):
        for at, inner in enumerate(node):
            yield from ([*node[:at], bad, *node[at + 1 :]] for bad in _with_more(inner))
