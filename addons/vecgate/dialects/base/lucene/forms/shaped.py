"""Which part of a record that is read by its id did its reader ask for? It is read whole, as somebody may have to look
at all of it, and shown in part.
"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from vecgate.dialects.base.lucene.values import members_of
from vecgate.domain.call import Call, Json

#: Query keys that say which fields of a record are shown.
KEYS: Final = ("_source", "_source_includes", "_source_excludes")
_FIELDS: Final = r"[\w.*-]{1,200}(?:,[\w.*-]{1,200}){0,63}"
#: What their values may be.
FORMS: Final = {key: re.compile(_FIELDS) for key in KEYS}
_TRUTH: Final = {"true": True, "false": False}


def shown(call: Call, tree: Json) -> Json:
    """The answer to a read of one record, with the fields that it asks for; the very tree where it asks for none.

    As at the server `_source=false` shows none, and `_source_includes` counts before names in `_source`.
    """
    said = {key: value for key, value in call.query if key in KEYS}
    alone = call.path.split("/")[-2] == "_source"
    if not said or not isinstance(tree, dict) or (not alone and "_source" not in tree):
        return tree
    whole = said.get("_source", "")
    if whole in _TRUTH and not alone:
        return tree if _TRUTH[whole] else {key: value for key, value in tree.items() if key != "_source"}
    includes = _names(said.get("_source_includes", "" if whole in _TRUTH else whole))
    source = part(tree if alone else tree["_source"], includes, _names(said.get("_source_excludes", "")))
    return source if alone else {**tree, "_source": source}


def _names(said: str) -> list[str]:
    return said.split(",") if said else []


def part(node: Json, includes: Sequence[str], excludes: Sequence[str], above: str = "") -> Json:
    """A record with these fields, each with all that is in it (none named: all), but for those; `*` is any text."""
    if isinstance(node, list):
        each = [one for one in node if isinstance(one, dict | list) or not includes]
        return [left for one in each if (left := part(one, includes, excludes, above)) or not includes]
    if not isinstance(node, dict):
        return node
    new: dict[str, Json] = {}
    for key, value in members_of(node).items():
        field = f"{above}{key}"
        if any(fnmatchcase(field, one) for one in excludes):
            continue
        within = any(fnmatchcase(field, one) for one in includes) or not includes
        left = part(value, [] if within else includes, excludes, f"{field}.")
        if within or (isinstance(left, dict | list) and left):
            new[key] = left
    return new
