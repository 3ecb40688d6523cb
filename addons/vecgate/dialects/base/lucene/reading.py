"""How does a request become a call, where the server knows several forms of one? A GET with a body, sizes in the query.

The server takes a body with a GET as it takes one with a POST, none at all for an empty one, and numbers, orders and fields
to show in the query before those of the body. Here they become one: a POST, with all of it in the body. What only says how
an answer is laid out, or says what holds anyhow, is left away.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from vecgate.dialects.base.lucene.forms import advised, bodies, shaped
from vecgate.dialects.base.lucene.values import list_of, members_of
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.routing import Match
from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import paths
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: Reads that take a body, by the last segment of their path.
_READS: Final = frozenset({"_search", "_count", "_msearch", "_mget"})
#: Of those, what may be without one.
_ALONE: Final = frozenset({"_search", "_count"})
_SCROLL: Final = "/_search/scroll"
#: Numbers of the query that mean the same in the body of a search, and fields to show.
_NUMBERS: Final = frozenset({"size", "from"})
_SHOWN: Final = {"_source_includes": "includes", "_source_excludes": "excludes"}
_TRUTHS: Final = frozenset({"track_scores", "version", "seq_no_primary_term", "track_total_hits"})
_COUNTS: Final = frozenset({"track_total_hits", "terminate_after"})
#: Keys and values that lay an answer out, or say what holds without them.
_LAID_OUT: Final = {
    **dict.fromkeys(("pretty", "human"), frozenset({"", "true", "false"})),
    "format": frozenset({"json"}),
    **dict.fromkeys(
        ("error_trace", "explain", "typed_keys", "rest_total_hits_as_int", "require_alias"), frozenset({"false"})
    ),
}
#: What the helpers of both JavaScript clients ask for always; they look at nothing else of an answer, so they get all of it.
_HELPED: Final = frozenset({"hits.hits._source", "hits.hits._id", "_scroll_id"})
#: What is there unless something else is said, of those that read by an expression.
_OPEN: Final = "expand_wildcards=open"
_EXPRESSED: Final = frozenset({"_search", "_count", "_delete_by_query"})
#: One name given to an index, or taken from it, in the form in which the path says it.
_OF_ALIAS: Final = r"/[^/]+/_alias(?:es)?/[^/]+"
_SNAPSHOT: Final = r"/_snapshot/[^/]+/[^/]+"
#: Lists of what stands beside indices, as clients spell them with a slash behind, which the server overlooks.
SAME_PATHS: Final[Mapping[str, str]] = {
    f"{one}/": one
    for one in ("/_search/pipeline", "/_ingest/pipeline", "/_index_template", "/_component_template", "/_snapshot")
}
#: What has a body that may be empty.
_EMPTY: Final = {
    "PUT": re.compile(rf"/[^/]+|{_SNAPSHOT}|{_OF_ALIAS}"),
    "POST": re.compile(rf"{_SNAPSHOT}|{_OF_ALIAS}"),
    "DELETE": re.compile(_OF_ALIAS),
}
_ALIASING: Final = {"indices_put_alias": "add", "indices_delete_alias": "remove"}
#: In which headers an interface says what it is, and where each keeps what is its own.
_ORIGINS: Final = frozenset({"x-opensearch-product-origin", "x-elastic-product-origin"})
_INTERFACES: Final = re.compile(r"dashboards|kibana")
_THEIRS: Final = (".kibana", ".opensearch_dashboards", ".opensearch-dashboards")
_INTERFACE: Final = (
    "OpenSearch Dashboards and Kibana ask for all indices at once and for all that was saved by anybody, under one login "
    "of their own; whoever looks through them is not known here"
)
#: What of a query goes into which body.
_MOVED: Final = {
    "_search": _NUMBERS | _COUNTS | _TRUTHS | {"_source", "sort", "search_pipeline"},
    "_mget": frozenset({"_source"}),
}
_DIGITS: Final = re.compile(r"[0-9]{1,6}")
_NAMES: Final = re.compile(r"[\w.*-]{1,200}(?:,[\w.*-]{1,200}){0,63}")
_ORDERS: Final = re.compile(r"[\w.-]{1,200}(?::(?:asc|desc))?(?:,[\w.-]{1,200}(?::(?:asc|desc))?){0,63}")


def refuse_pages(raw: Raw) -> None:
    """Refuse what a web interface calls for itself, by name, whichever call it is. Raises CallRefused (`route.refused`).

    Dashboards and Kibana say in a header who they are, and keep what is theirs in indices of their own.
    """
    named = any(name.lower() in _ORIGINS and _INTERFACES.search(value.lower()) for name, value in raw.headers)
    first = unquote(raw.target.partition("?")[0][1:].partition("/")[0]).lower()
    if named or any(one.startswith(_THEIRS) for one in first.split(",")):
        raise CallRefused(refuse("route.refused", why=_INTERFACE))


def settled(raw: Raw) -> Raw:
    """A request without what its query says of how an answer looks, and with what it says in two ways in one.

    Raises CallRefused (`path.odd`).
    """
    path, _, query = raw.target.partition("?")
    if raw.method == "GET" and path in SAME_PATHS:
        path = SAME_PATHS[path]
        raw = replace(raw, target=f"{path}{'?' if query else ''}{query}")
    if not query:
        return raw
    pairs = [_one(pair) for pair in query.split("&")]
    if any(pair.partition("=")[0] == "q" for pair in pairs):
        paths.odd_query(
            "'q' is a search that may name any field, and takes the place of the body's; say it in the body"
        )
    at = path.split("/")
    kept = [pair for pair in pairs if not _is_laid_out(pair, at[-1], raw.body)]
    if len(at) in (3, 4) and at[2] == "_doc" and raw.method in ("PUT", "POST"):
        if "op_type=create" in kept and len(at) == 4:
            path = f"/{at[1]}/_create/{at[3]}"
        kept = [pair for pair in kept if pair not in ("op_type=index", "op_type=create")]
    if at[1] == "_data_stream":  # of one name there is nothing to expand
        kept = [pair for pair in kept if not pair.startswith("expand_wildcards=")]
    kept = [*map(advised.bare, kept)]
    return replace(raw, target=f"{path}{'?' if kept else ''}{'&'.join(kept)}")


#: A comma or a star that a client escapes.
_LIST: Final = re.compile(r"%2[CcAa]")


def _one(pair: str) -> str:
    if pair.partition("=")[0] in shaped.KEYS:
        return _LIST.sub(lambda found: unquote(found[0]), pair)
    return "refresh=true" if pair in ("refresh", "refresh=") else pair


def _is_laid_out(pair: str, last: str, body: bytes) -> bool:
    key, _, value = pair.partition("=")
    if pair == "typed_keys=true":  # names of aggregations are written otherwise with it, and nothing else is
        return last in ("_search", "_msearch") and b'"agg' not in body
    if key == "filter_path":
        return last == "_search" and _HELPED.issuperset(value.replace("%2C", ",").split(","))
    return value in _LAID_OUT.get(key, ()) or (pair == _OPEN and last in _EXPRESSED)


def one_form(raw: Raw) -> Raw:
    """A request in the form in which it is read on."""
    path = raw.target.partition("?")[0]
    last = path.rpartition("/")[2]
    if path == _SCROLL and raw.method == "GET" and raw.body:
        return replace(raw, method="POST")
    if path == _SCROLL and raw.method == "DELETE" and not raw.body and "?" in raw.target:
        return _with(raw, {})
    if not raw.body and raw.method in _EMPTY and _EMPTY[raw.method].fullmatch(path):
        return _with(raw, {})
    # A longer path names a record: `/people/_doc/_search` is the one of that id, and a POST would write it.
    if last not in _READS or path.count("/") > 2 or raw.method not in ("GET", "POST"):
        return raw
    if raw.method == "GET" and raw.body:
        return replace(raw, method="POST")
    if raw.method == "POST" and not raw.body and last in _ALONE:
        return _with(raw, {})
    return raw


def _with(raw: Raw, tree: dict[str, Json]) -> Raw:
    return replace(raw, headers=(*_bare(raw), ("content-type", "application/json")), body=dump(tree))


def _bare(raw: Raw) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in raw.headers if pair[0].lower() not in ("content-type", "content-length"))


def as_actions(call: Call, match: Callable[[Call], Match]) -> Call:
    """One name that is given to an index or taken from it by its path, as the list of actions that says the same.

    Raises CallRefused (`body.unreadable`) where the path names several.
    """
    found = match(call) if "/_alias" in call.path else None
    action = _ALIASING.get(found.route.name) if found else None
    if found is None or action is None:
        return call
    tree: dict[str, Json] = {"actions": [{action: {"index": found.values["index"], "alias": found.values["name"]}}]}
    bodies.ALIASES.read(tree, "")
    return replace(call, method="POST", path="/_aliases", headers=JSON_HEADERS, body=dump(tree), tree=tree)


def moved(raw: Raw) -> tuple[Raw, dict[str, Json]]:
    """A search, or a read of several, without what its query says of its body, and that as members of a body.

    What cannot be one stays.

    Raises CallRefused (`path.odd`).
    """
    path, _, query = raw.target.partition("?")
    last = path.rpartition("/")[2]
    if not query or last not in ("_search", "_mget") or path.count("/") > 2 or raw.method not in ("GET", "POST"):
        return raw, {}
    found, shown, rest = dict[str, Json](), dict[str, Json](), list[str]()
    for pair in query.split("&"):
        key, _, written = pair.partition("=")
        value = unquote(written)
        if key in _SHOWN and _NAMES.fullmatch(value) and _SHOWN[key] not in shown:
            shown[_SHOWN[key]] = [*value.split(",")]
        elif key not in found and key in _MOVED[last] and (member := _member(key, value)) is not None:
            found[key] = member
        else:
            rest.append(pair)
    if shown and found.get("_source", True) is not True:
        paths.odd_query("'_source' stands there beside what is to be shown and what not")
    if shown:  # what the body says of that is overlooked by the server
        found["_source"] = shown
    return (replace(raw, target=f"{path}{'?' if rest else ''}{'&'.join(rest)}"), found) if found else (raw, {})


def joined(tree: dict[str, Json], members: dict[str, Json]) -> dict[str, Json]:
    """A body with what its query said of it, which wins; but of what each of several says itself.

    Raises CallRefused (`body.unreadable`).
    """
    if "docs" in tree:
        return {**tree, "docs": [{**members, **members_of(one)} for one in list_of(tree["docs"])]}
    if "ids" in tree:
        return {"docs": [{"_id": one, **members} for one in list_of(tree["ids"])]}
    if "sort" in members and "sort" in tree:
        unreadable("'sort' stands in its query and in its body, and the server sorts by both")
    return {**tree, **members}


def _member(key: str, value: str) -> Json:
    """What a key of the query is as a member of a search; None: it is none."""
    if key in _NUMBERS | _COUNTS and _DIGITS.fullmatch(value):
        return int(value)
    if key in _TRUTHS | {"_source"} and value in ("true", "false"):
        return value == "true"
    if key == "_source" and _NAMES.fullmatch(value):
        return [*value.split(",")]
    if key == "search_pipeline" and value:
        return value
    if key == "sort" and _ORDERS.fullmatch(value):
        turns = [one.partition(":") for one in value.split(",")]
        return [{field: turn} if turn else field for field, _, turn in turns]
    return None
