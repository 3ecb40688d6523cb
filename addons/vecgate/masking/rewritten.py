"""How is a text of JSON written when some of its leaves are other ones now? All else stays, where that can be."""

import json
from collections.abc import Iterator
from typing import Final

from vecgate.masking.parsed import spans
from vecgate.strict_json import NotStrict, parse
from vecgate.terms import Json

_BEGINS: Final = ("{", "[")


def tree_in(text: Json) -> dict[str, Json] | list[Json] | None:
    """The object or array that a text is, if it is one that can be read in one way only."""
    if not isinstance(text, str) or not text.lstrip().startswith(_BEGINS):
        return None
    try:
        tree = parse(text.encode())
    except (NotStrict, UnicodeEncodeError):
        return None
    return tree if isinstance(tree, dict | list) else None


class _Otherwise(Exception):
    """More than strings in it are other ones."""


def rewritten(text: str, was: Json, now: Json) -> str:
    """A text that `tree_in` made `was` of, as one of `now`."""
    try:
        edits = [
            (at, new) for at, (old, new) in enumerate(_strings(was, now)) if type(old) is not type(new) or old != new
        ]
    except _Otherwise:
        return _dumped(now, text)
    stand, out, at = spans(text), list[str](), 0
    for number, new in edits:
        start, end = stand[number]
        out += (text[at:start], _dumped(new, text))
        at = end
    return "".join((*out, text[at:]))


def _strings(was: Json, now: Json) -> Iterator[tuple[str, Json]]:
    """Every string, keys too, in the order of the text, and what is there now. Raises _Otherwise."""
    if isinstance(was, str):
        yield was, now
    elif isinstance(was, dict) and isinstance(now, dict) and len(was) == len(now):
        for (name, value), (key, there) in zip(was.items(), now.items(), strict=True):
            yield name, key
            yield from _strings(value, there)
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for value, there in zip(was, now, strict=True):
            yield from _strings(value, there)
    elif type(was) is not type(now) or was != now:
        raise _Otherwise


def _dumped(tree: Json, like: str) -> str:
    """In the manner of a text: whether spaces follow colons, and other letters are escaped."""
    space = "" if '":' in like and '": ' not in like else " "
    return json.dumps(tree, ensure_ascii=like.isascii(), separators=(f",{space}", f":{space}"))
