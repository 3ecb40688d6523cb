"""How do scrolls and points in time go on? Their ids are unsigned, hold an alias' filter, and are good for anybody.

So clients have handles in their place. A call that scrolls on is the search that opened it, from so many records on;
a search of a point in time is one of the indices that this was opened of. Both are decided on anew, whole, and only
then say to the server what it goes on by.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from vecgate.dialects.base.cursors import Continuing, Keeps
from vecgate.dialects.base.lucene import lines, results
from vecgate.dialects.base.lucene.forms import shaped
from vecgate.dialects.base.lucene.meaning import CLOSING, OPENING, body, size_of
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.reading import HEADERS, JSON_HEADERS
from vecgate.domain.call import Call, Cursor, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import lines as ndjson
from vecgate.parsing import paths, strict_json
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

SCROLL: Final = "/_search/scroll"
#: Where a point in time is opened and closed, and how either database calls its id there.
_PITS: Final = {"/_search/point_in_time": "pit_id", "/_pit": "id"}
_OPENED: Final = frozenset({("_search", "point_in_time"), ("_pit",)})
#: What each closes is named under this key of the body.
_CLOSED: Final = {SCROLL: "scroll_id", **_PITS}
_LINES: Final = (*HEADERS, ("content-type", "application/x-ndjson"))
_SPAN: Final = re.compile(r"([0-9]{1,6})(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
#: Where the ids stand in answers: of a search, and of what was opened; one by one of what was closed.
_ANSWERED: Final = ("_scroll_id", "pit_id", "id")
_GIVING: Final = OPENING | {"search"}
_TURN: Final = frozenset({"scroll", "from"})


class LuceneCursors(Continuing):
    """A part of `Lucene`."""

    going: ClassVar[frozenset[str]] = OPENING | CLOSING | {"scroll"}

    def handles(self, call: Call) -> tuple[str, ...]:
        if call.cursors:
            return ()
        tree = body(call)
        if _scrolls(call):
            return _named(call)
        if call.path in _CLOSED:
            said = tree.get(_CLOSED[call.path])
            return tuple(map(str, said if isinstance(said, list) else [said])) if said is not None else ()
        if "pit" not in tree or not _searches(call):
            return ()
        if call.path != "/_search":
            unreadable("a search of a point in time names no index: that is one of it already")
        if _queried(call, "scroll"):
            unreadable("a point in time is not scrolled through; go on in it with 'search_after'")
        return (str(members_of(tree["pit"]).get("id", "")),)

    def continued(self, call: Call, cursors: Sequence[Cursor], at: int) -> Call:
        tree, ids = body(call), tuple(one.id for one in cursors)
        wanted = "scroll" if _scrolls(call) else "pit"
        if any(one.kind != wanted for one in cursors):
            unreadable("what it goes on with is none of that kind")
        if call.method == "DELETE":
            path = SCROLL if wanted == "scroll" else call.path
            of = (("index", ",".join(dict.fromkeys(map(_of, cursors)))),)
            return replace(call, path=path, query=of, headers=JSON_HEADERS, body=b"{}", tree={}, cursors=ids)
        if wanted == "scroll":
            keep = [*([tree["scroll"]] if "scroll" in tree else []), *_queried(call, "scroll")]
            if len(keep) > 1:
                unreadable("it says twice how long it is to be kept")
            return _scrolled(cursors[0], str(next(iter(keep), "")), at)
        kept = {key: value for key, value in members_of(tree["pit"]).items() if key != "id"}
        new: Tree = {**tree, "pit": kept}
        path = paths.join((_of(cursors[0]), "_search"))
        return replace(call, path=path, body=dump(new), tree=new, cursors=ids)

    def keeps(self, call: Call) -> Keeps | None:
        tree, query = body(call), dict(call.query)
        if call.method == "POST" and paths.split(call.path)[0][1:] in _OPENED:
            return Keeps("pit", _seconds(query.get("keep_alive")))
        if not _searches(call):
            return None
        if "pit" in tree:
            return Keeps("pit", _seconds(members_of(tree["pit"]).get("keep_alive")))
        if "scroll" not in query and not call.cursors:
            return None
        return Keeps("scroll", _seconds(query.get("scroll")), size_of(tree), _alike(call))

    def cursor(self, operation: Operation, tree: Json) -> str:
        found = members_of(tree)
        return next((str(found[key]) for key in _ANSWERED if key in found), "") if operation.name in _GIVING else ""

    def renamed(self, operation: Operation, tree: Json, handles: Mapping[str, str]) -> Json:
        if not isinstance(tree, dict):
            return tree
        new = {key: value for key, value in tree.items() if key not in _ANSWERED or str(value) in handles}
        new |= {key: handles[str(new[key])] for key in _ANSWERED if key in new}
        if "pits" in new:
            some = [members_of(one) for one in list_of(new["pits"])]
            told = ({**one, "pit_id": handles.get(str(one.get("pit_id")))} for one in some)
            new["pits"] = [one for one in told if one["pit_id"] is not None]
        return new

    def page_ends(self, call: Call, given: Json, shown: Json) -> Json:
        return results.ended(body(call), given, shown) if _searches(call) else shown

    def outgoing(self, call: Call) -> Call:
        tree = body(call)
        if call.cursors:
            return _going(call, tree)
        if any(key in shaped.KEYS for key, _ in call.query):  # who guards it looks at all of a record
            return replace(call, query=tuple(pair for pair in call.query if pair[0] not in shaped.KEYS))
        named = call.path.endswith(("/_bulk", "/_msearch")) and call.path.count("/") <= 2  # a longer one is of a record
        if not named or not tree.keys() <= {"items", "searches"}:
            return call
        return replace(call, headers=_LINES, body=ndjson.written(lines.as_lines(tree)))


def known(name: str, call: Call) -> None:
    """Refuse what goes on with, or closes, what was not opened here. Raises CallRefused (`cursor.unknown`)."""
    going = call.path in _CLOSED or _scrolls(call) or (_searches(call) and "pit" in body(call))
    if name == "scroll" or (going and not call.cursors):
        raise CallRefused(refuse("cursor.unknown"))


def _of(cursor: Cursor) -> str:
    """Of which indices it is, as its call names them."""
    named = paths.split(cursor.call.path)[0]
    return named[0] if len(named) > 1 else "_all"


def closed(call: Call) -> str:
    """Of which indices is what a call ends; empty: it ends nothing."""
    return dict(call.query).get("index", "") if call.cursors and call.method == "DELETE" else ""


def _scrolls(call: Call) -> bool:
    """Whether it scrolls on, or ends that."""
    return call.path == SCROLL or (call.path.startswith(f"{SCROLL}/") and call.path.count("/") == 3)


def _queried(call: Call, key: str) -> list[Json]:
    return [value for name, value in call.query if name == key]


def _named(call: Call) -> tuple[str, ...]:
    """What a call scrolls on with, or ends: named in its path, its query or its body, and in one of them."""
    said: list[Json] = [*_queried(call, "scroll_id"), *paths.split(call.path)[0][2:]]
    if call.method == "DELETE":
        said = [one for some in said for one in str(some).split(",")]
    found = [said] if said else []
    if (own := body(call).get("scroll_id")) is not None:
        found.append(own if isinstance(own, list) else [own])
    if len(found) > 1 or (call.method != "DELETE" and len(said) > 1):
        unreadable("it says twice what it goes on with")
    return tuple(map(str, found[0])) if found else ()


def _searches(call: Call) -> bool:
    """Whether it is a search, and not a record of that id."""
    return call.path == "/_search" or (call.path.endswith("/_search") and call.path.count("/") == 2)


def _seconds(said: Json) -> float | None:
    found = _SPAN.fullmatch(said) if isinstance(said, str) else None
    return None if found is None else int(found[1]) * _SECONDS[found[2]]


def _scrolled(cursor: Cursor, keep: str, at: int) -> Call:
    """The search that opened it, from so many records on."""
    turn = (*([("scroll", keep)] if keep else ()), ("from", str(at)))
    query = (*((key, value) for key, value in cursor.call.query if key not in _TURN), *turn)
    return replace(cursor.call, query=query, tree=strict_json.parse(cursor.call.body), cursors=(cursor.id,))


def _alike(call: Call) -> Call:
    """What a scroll's calls say alike."""
    return replace(call, query=tuple(pair for pair in call.query if pair[0] not in _TURN), cursors=())


def _going(call: Call, tree: Tree) -> Call:
    """What is said to the server in the place of a call that goes on."""
    if call.method == "DELETE":
        key = _CLOSED[call.path]
        said: Tree = {key: call.cursors[0] if key == "id" else [*call.cursors]}
        return replace(call, query=(), headers=JSON_HEADERS, body=dump(said), tree=said)
    if "pit" in tree:
        said = {**tree, "pit": {**members_of(tree["pit"]), "id": call.cursors[0]}}
        return replace(call, path="/_search", headers=JSON_HEADERS, body=dump(said), tree=said)
    keep = dict(call.query).get("scroll")
    said = {"scroll_id": call.cursors[0], **({"scroll": keep} if keep else {})}
    return Call("POST", SCROLL, headers=JSON_HEADERS, body=dump(said), tree=said, origin=call.origin)
