"""How does a request become a call in its one form: path, query, headers, body (one JSON object)? By the tables of its database."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from vecgate.dialects.base.routing import Match, Route, is_placeholder, parts_of
from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import bodies, paths
from vecgate.parsing.forms import Spelled
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: The only headers an upstream gets from a call, but for those of the client's that its route lists.
HEADERS: Final = (("accept", "application/json"), ("accept-encoding", "identity"))
JSON_HEADERS: Final = (*HEADERS, ("content-type", "application/json"))
#: Characters of a value that no table says anything of.
_LONGEST: Final = 256


class Said(NamedTuple):
    """What a database's tables say of paths and queries: see `Dialect`."""

    query_forms: Mapping[str, re.Pattern[str]]
    query_forced: Mapping[str, str]
    path_forms: Mapping[str, Spelled]
    query_advice: Mapping[str, str]


def read(raw: Raw, match: Match, query: paths.Pairs, said: Said) -> Call:
    """The call that a request on this row is. Raises CallRefused."""
    route = match.route
    if route.grpc:
        raise CallRefused(refuse("route.unknown"))
    _look(query, route, said)
    body = bodies.read(raw.headers, raw.body, route.body)
    call = _made(match, query, body, said)
    return replace(call, headers=_passing(raw, route, call.headers)) if route.headers else call


def made(match: Match, query: paths.Pairs, tree: dict[str, Json], said: Said) -> Call:
    """The same of a body that came as something else than JSON, and is its tree by now. Raises CallRefused."""
    _look(query, match.route, said)
    return _made(match, query, bodies.of(tree, match.route.body), said)


def _look(query: paths.Pairs, route: Route, said: Said) -> None:
    advised = next((key for key, _ in query if key in said.query_advice and key not in route.query), None)
    if advised is not None:
        paths.odd_query(f"'{advised}' is not taken here: it {said.query_advice[advised]}")
    for key, value in paths.allow(query, route.query) if query else ():
        form = said.query_forms.get(key)
        if form.fullmatch(value) is None if form else ("*" in value or len(value) > _LONGEST):
            why = f": it {said.query_advice[key]}" if key in said.query_advice else ""
            paths.odd_query(f"'{key}' has a value that it cannot have{why}")


def _made(match: Match, query: paths.Pairs, body: bodies.Body, said: Said) -> Call:
    return Call(
        method=match.route.method,
        path=paths.join(_spelled(match, said.path_forms)),
        query=_ordered(query, match.route, said.query_forced),
        headers=HEADERS if body.tree is None else JSON_HEADERS,
        body=body.printed,
        tree=body.tree,
    )


def _ordered(query: paths.Pairs, route: Route, forced: Mapping[str, str]) -> paths.Pairs:
    """The query in the order of the route's own, with what is said whatever a client says."""
    if not query and not forced:
        return query
    said = {**dict(query), **{key: value for key, value in forced.items() if key in route.query}}
    return tuple((key, said[key]) for key in route.query if key in said)


def _spelled(match: Match, forms: Mapping[str, Spelled]) -> list[str]:
    """The segments of a path, with what stands at its placeholders in the one form of it."""
    segments = []
    for part in parts_of(match.route.path):
        if not is_placeholder(part):
            segments.append(part)
            continue
        value, form = match.values[part[1:-1]], forms.get(part[1:-1])
        try:
            segments.append(value if form is None else str(form.one(value)))
        except ValueError:
            paths.odd(f"{part} must be {form.words if form else 'something else'}")
    return segments


def _passing(raw: Raw, route: Route, own: paths.Pairs) -> paths.Pairs:
    """The headers of a call: ours, and of the client's those that its route lists."""
    return (*own, *((name.lower(), value) for name, value in raw.headers if name.lower() in route.headers))
