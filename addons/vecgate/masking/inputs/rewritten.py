"""How is a text of JSON written when some of its leaves are other ones now? All else stays, where that can be."""

import json
from collections.abc import Iterator
from typing import Final

from vecgate.domain.call import Json
from vecgate.masking.apply.embedded.parsed import spans
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

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


def lines_in(text: Json) -> list[str] | None:
    """The lines of a text of JSON Lines, empty ones with them; None where it is none."""
    if not isinstance(text, str) or "\n" not in text.strip():
        return None
    lines = text.split("\n")
    return lines if all(not line.strip() or tree_in(line) is not None for line in lines) else None


def kept(sent: Json, restored: Json, cleaned: Json) -> Json:
    """What goes in: what became of `sent` when it was cleaned, but for what is stored already and stays.

    `restored` is `sent` with what is stored in the place of its masks. Raises CallRefused (`input.masked`).
    """
    if sent == restored:
        return cleaned
    if sent == cleaned:
        return restored
    if isinstance(sent, dict) and isinstance(restored, dict) and isinstance(cleaned, dict):
        return _kept_members(sent, restored, cleaned)
    if isinstance(sent, list) and isinstance(restored, list) and isinstance(cleaned, list):
        if len(sent) == len(restored) == len(cleaned):
            return [kept(*three) for three in zip(sent, restored, cleaned, strict=True)]
    elif isinstance(sent, str) and isinstance(restored, str) and isinstance(cleaned, str):
        return _kept_text(sent, restored, cleaned)
    return restored


def _kept_text(sent: str, restored: str, cleaned: str) -> str:
    """Of a text of JSON, or of lines of it; any other stays as it is stored, as a whole."""
    if (was := tree_in(sent)) is not None and (there := tree_in(restored)) is not None:
        if type(now := tree_in(cleaned)) is type(was) is type(there):
            return rewritten(cleaned, now, kept(was, there, now))
        raise _mixed()
    if (lines := lines_in(sent)) is not None and (stored := lines_in(restored)) is not None:
        new = cleaned.split("\n")
        if len(lines) == len(stored) == len(new):
            return "\n".join(str(kept(*three)) for three in zip(lines, stored, new, strict=True))
        raise _mixed()
    return restored


def _mixed() -> CallRefused:
    return CallRefused(refuse("input.masked", where="a text of JSON", detail=", mixed with what is new"))


def _kept_members(sent: dict[str, Json], restored: dict[str, Json], cleaned: dict[str, Json]) -> dict[str, Json]:
    """Of a map: what was sent comes first in `restored`, in its order; cleaning renames keys, or drops members."""
    keys = dict(zip(sent, restored, strict=False))
    as_sent = zip(cleaned, sent, strict=True) if len(cleaned) == len(sent) else ((key, key) for key in sent)
    names = dict(as_sent)
    new: dict[str, Json] = {}
    for now, value in cleaned.items():
        name = names.get(now)
        key = now if name is None or keys[name] == name else keys[name]
        new[key] = value if name is None else kept(sent[name], restored[keys[name]], value)
    done = {keys[names[now]] for now in cleaned if now in names}
    done |= {key for name, key in keys.items() if sent[name] == restored[key] or _may_hold_more(sent[name])}  # dropped
    return new | {key: value for key, value in restored.items() if key not in done}


def _may_hold_more(sent: Json) -> bool:
    """Whether something of it may be the caller's own."""
    return isinstance(sent, dict | list) or tree_in(sent) is not None


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
