"""How does a request become a call, where the server knows several forms of one? A GET with a body, sizes in the query.

The server takes a body with a GET as it takes one with a POST, none at all for an empty one, and numbers and fields to show
in the query before those of the body. Here they become one: a POST, with all of it in the body.
"""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from vecgate.domain.call import Json
from vecgate.domain.exchange import Raw
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
#: In which headers an interface says what it is, and where each keeps what is its own.
_ORIGINS: Final = frozenset({"x-opensearch-product-origin", "x-elastic-product-origin"})
_INTERFACES: Final = re.compile(r"dashboards|kibana")
_THEIRS: Final = (".kibana", ".opensearch_dashboards", ".opensearch-dashboards")
_INTERFACE: Final = (
    "OpenSearch Dashboards and Kibana ask for all indices at once and for all that was saved by anybody, under one login "
    "of their own; whoever looks through them is not known here"
)
_DIGITS: Final = re.compile(r"[0-9]{1,6}")
_NAMES: Final = re.compile(r"[\w.*-]{1,200}(?:,[\w.*-]{1,200}){0,63}")


def refuse_pages(raw: Raw) -> None:
    """Refuse what a web interface calls for itself, by name, whichever call it is. Raises CallRefused (`route.refused`).

    Dashboards and Kibana say in a header who they are, and keep what is theirs in indices of their own.
    """
    named = any(name.lower() in _ORIGINS and _INTERFACES.search(value.lower()) for name, value in raw.headers)
    first = unquote(raw.target.partition("?")[0][1:].partition("/")[0]).lower()
    if named or any(one.startswith(_THEIRS) for one in first.split(",")):
        raise CallRefused(refuse("route.refused", why=_INTERFACE))


def one_form(raw: Raw) -> Raw:
    """A request in the form in which it is read on."""
    path = raw.target.partition("?")[0]
    last = path.rpartition("/")[2]
    if path == _SCROLL and raw.method == "GET" and raw.body:
        return replace(raw, method="POST")
    if path == _SCROLL and raw.method == "DELETE" and not raw.body and "?" in raw.target:
        return replace(raw, headers=(*_bare(raw), ("content-type", "application/json")), body=b"{}")
    # A longer path names a record: `/people/_doc/_search` is the one of that id, and a POST would write it.
    if last not in _READS or path.count("/") > 2 or raw.method not in ("GET", "POST"):
        return raw
    if raw.method == "GET" and raw.body:
        return replace(raw, method="POST")
    if raw.method == "POST" and not raw.body and last in _ALONE:
        return replace(raw, headers=(*_bare(raw), ("content-type", "application/json")), body=b"{}")
    return raw


def _bare(raw: Raw) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in raw.headers if pair[0].lower() not in ("content-type", "content-length"))


def moved(raw: Raw) -> tuple[Raw, dict[str, Json]]:
    """A search without what its query says of its body, and that as members of a body; what cannot be one stays."""
    path, _, query = raw.target.partition("?")
    searches = path.rpartition("/")[2] == "_search" and path.count("/") <= 2 and raw.method in ("GET", "POST")
    if not query or not searches:
        return raw, {}
    found, shown, rest = dict[str, Json](), dict[str, Json](), list[str]()
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key in _NUMBERS and _DIGITS.fullmatch(value) and key not in found:
            found[key] = int(value)
        elif key in _SHOWN and (names := unquote(value)) and _NAMES.fullmatch(names) and _SHOWN[key] not in shown:
            shown[_SHOWN[key]] = [*names.split(",")]
        else:
            rest.append(pair)
    if shown:  # what the body says of that is overlooked by the server
        found["_source"] = shown
    return (replace(raw, target=f"{path}{'?' if rest else ''}{'&'.join(rest)}"), found) if found else (raw, {})
