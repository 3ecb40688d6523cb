"""Is a call read in one way in every dialect, and is what is sent printed from what was read?

Every route of every dialect, with every kind of change to it: the tables alone say what is tried.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from support.tools.every import every
from support.tools.perturbed import example, sayable, spoilt, text_of
from vecgate import dialects
from vecgate.dialects import Route
from vecgate.dialects.base.routing import is_placeholder, parts_of
from vecgate.dialects.weaviate.schemas import OrEmpty
from vecgate.domain.call import Call, Json
from vecgate.domain.exchange import Raw
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Nothing, Spelled
from vecgate.parsing.lines import Lines
from vecgate.refusals.errors import CallRefused

JSON = (("content-type", "application/json"),)


#: Made once: there are tens of thousands of cases.
load = cache(dialects.load)


def rows() -> Iterator[tuple[str, Route]]:
    for name in dialects.names():
        for route in load(name).routes:
            if not route.refused and not route.grpc:
                yield name, route


def row_id(value: object) -> str:
    return f"{value.method} {value.path}" if isinstance(value, Route) else str(value)


ROWS = list(rows())
BODIES = [(name, route) for name, route in ROWS if route.body is not None and not isinstance(route.body, Nothing)]
every_row = every(("name", "route"), ROWS, ids=row_id)
every_body = every(("name", "route"), BODIES, ids=row_id)


def path_of(name: str, route: Route) -> str:
    """The row's path with something that fits at each placeholder, in its one form."""
    forms = load(name).path_forms
    parts = [
        str(forms[p[1:-1]].same[0][1]) if p[1:-1] in forms else "some-name" for p in map(_bare, parts_of(route.path))
    ]
    return "/" + "/".join(
        given if is_placeholder(p) else p for p, given in zip(parts_of(route.path), parts, strict=True)
    )


def _bare(part: str) -> str:
    return part if is_placeholder(part) else "{}"


def body_of(route: Route) -> bytes:
    return b"" if route.body is None or isinstance(route.body, Nothing) else text_of(route.body, example(route.body))


def read(name: str, route: Route, *, target: str = "", body: bytes | None = None, headers: Any = JSON) -> Call:
    raw = body_of(route) if body is None else body
    return load(name).read(Raw(route.method, target or path_of(name, route), headers if raw else (), raw))


def refused(name: str, route: Route, **changed: Any) -> str:
    with pytest.raises(CallRefused) as caught:
        read(name, route, **changed)
    return str(caught.value.refusal)


@every_row
def test_what_fits_is_read_and_is_in_its_one_form(name: str, route: Route) -> None:
    call = read(name, route)
    sent = load(name).outgoing(call)
    again = load(name).read(Raw(sent.method, sent.path, sent.headers, sent.body))
    assert (again.path, again.body, again.tree, again.query) == (call.path, call.body, call.tree, call.query)
    assert load(name).match(call).route == route


@every_body
def test_a_body_is_sent_as_it_was_understood_or_refused(name: str, route: Route) -> None:
    tried = 0
    assert route.body is not None
    for change in spoilt(route.body):
        if not sayable(route.body, change.value):
            continue
        tried += 1
        raw = text_of(route.body, change.value)
        if change.refused:
            assert refused(name, route, body=raw).startswith("body."), (change.how, change.value)
            continue
        call = read(name, route, body=raw)
        assert _but_the_paths(name, call, change.one) == change.one, (change.how, change.value)
        assert call.body == strict_json.dump(call.tree)
        again = read(name, route, body=load(name).outgoing(call).body)
        assert (again.tree, again.body) == (call.tree, call.body), change.how
    assert tried > 3


def _but_the_paths(name: str, call: Call, one: Json) -> Json:
    """What is sent, but for what stands in the path and goes out in the body as well, where nobody said it there."""
    if not isinstance(call.tree, dict) or not isinstance(one, dict):
        return call.tree
    twice = load(name).match(call).values.items() - {
        (key, value) for key, value in one.items() if isinstance(value, str)
    }
    return {key: value for key, value in call.tree.items() if not isinstance(value, str) or (key, value) not in twice}


def objects(text: str) -> Iterator[tuple[int, str]]:
    """Where each object of a JSON text that has a member begins, and its first key."""
    decoder = json.JSONDecoder()
    for at, letter in enumerate(text):
        if letter == "{" and text[at + 1 : at + 2] == '"':
            yield at, decoder.raw_decode(text[at + 1 :])[0]


@every_body
def test_two_members_of_one_name_are_refused_at_any_depth(name: str, route: Route) -> None:
    text = json.dumps(example(route.body), separators=(",", ":"))  # type: ignore[arg-type]
    for at, key in objects(text):
        escaped = "".join(f"\\u{ord(c):04x}" for c in key)
        for again in (json.dumps(key), f'"{escaped}"'):
            twice = f"{text[: at + 1]}{again}:null,{text[at + 1 :]}"
            assert "duplicate key" in refused(name, route, body=twice.encode()), twice


ODD_TEXTS = [
    ("a byte order mark", lambda raw: b"\xef\xbb\xbf" + raw),
    ("two documents", lambda raw: raw + raw),
    ("something after it", lambda raw: raw + b"x"),
    ("a comment", lambda raw: b"/**/" + raw),
    ("a comma too many", lambda raw: raw[:-1] + b",}"),
    ("UTF-16", lambda raw: raw.decode().encode("utf-16")),
    ("no UTF-8", lambda raw: raw[:-1] + b',"\xff":1}'),
    ("an array", lambda raw: b"[" + raw + b"]"),
    ("null", lambda raw: b"null"),
    ("NaN", lambda raw: raw[:-1] + b',"x":NaN}'),
]


@every_body
@every(("how", "odd"), ODD_TEXTS, ids=[how for how, _ in ODD_TEXTS])
def test_a_text_that_two_readers_take_differently_is_refused(name: str, route: Route, how: str, odd: Any) -> None:
    if how == "two documents" and isinstance(route.body, Lines):
        return  # that is what such a body is
    if how == "null" and isinstance(route.body, OrEmpty):
        return  # where it says nothing
    assert refused(name, route, body=odd(body_of(route))).startswith("body.unreadable"), how


@every_body
def test_a_body_that_is_packed_or_of_another_type_is_not_read_as_it_stands(name: str, route: Route) -> None:
    raw = body_of(route)
    for packed, coding in (
        (gzip.compress(raw), "gzip"),
        (zlib.compress(raw), "deflate"),
        (raw, "x"),
        (raw, "gzip, gzip"),
    ):
        said = refused(name, route, body=packed, headers=(*JSON, ("content-encoding", coding)))
        assert "it is compressed" in said
    for kind in (
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application/yaml",
    ):
        assert "content type" in refused(name, route, body=raw, headers=(("content-type", kind),))


#: Keys that stand without others that say a part of it.
ALONE = frozenset({"_source"})


@every_row
def test_a_query_is_made_of_the_routes_own_keys_each_once(name: str, route: Route) -> None:
    target, dialect = path_of(name, route), load(name)
    said = {key: value for key in route.query if (value := _value(dialect.query_forms, key)) is not None}
    for key, value in said.items():
        pair = f"{key}={value}"
        call = read(name, route, target=f"{target}?{pair}")
        assert dict(call.query)[key] == dialect.query_forced.get(key, value)
        assert refused(name, route, target=f"{target}?{pair}&{pair}").startswith("path.odd")
        assert refused(name, route, target=f"{target}?{key.upper()}={value}").startswith("path.odd")
        if key in dialect.query_forms:
            assert refused(name, route, target=f"{target}?{key}=~no~such~").startswith("path.odd")
    assert refused(name, route, target=f"{target}?vecgate_no_such=1").startswith("path.odd")
    pairs = [f"{key}={value}" for key, value in said.items() if key not in ALONE]
    forth, back = (read(name, route, target=f"{target}?{'&'.join(way)}") for way in (pairs, pairs[::-1]))
    assert forth.query == back.query
    forced = {key: value for key, value in dialect.query_forced.items() if key in route.query}
    assert forced.items() <= dict(read(name, route).query).items()


def _value(forms: Any, key: str) -> str | None:
    tried = ("true", "1", "weak", "majority", "queued", "index_only", "some")
    return next((value for value in tried if key not in forms or forms[key].fullmatch(value)), None)


@every_row
def test_a_path_has_one_spelling(name: str, route: Route) -> None:
    dialect, parts = load(name), parts_of(route.path)
    target = path_of(name, route)
    literal = next((part for part in parts if not is_placeholder(part)), "")
    if literal:
        escaped = target.replace(literal, f"%{ord(literal[0]):02x}{literal[1:]}", 1)
        assert read(name, route, target=escaped).path == read(name, route).path
    for part in filter(is_placeholder, parts):
        form = dialect.path_forms.get(part[1:-1])
        for spelled, one in form.same if isinstance(form, Spelled) else ():
            at = parts.index(part)
            pieces = target[1:].split("/")
            forms = [_join([*pieces[:at], given, *pieces[at + 1 :]], at) for given in (spelled, one)]
            if "%2E" not in forms[0]:
                assert read(name, route, target=forms[0]).path == read(name, route, target=forms[1]).path


def _join(pieces: list[Any], at: int) -> str:
    odd = "".join(
        c if c.isascii() and c.isalnum() else "".join(f"%{b:02X}" for b in c.encode()) if c not in "-_." else c
        for c in str(pieces[at])
    )
    return "/" + "/".join([*pieces[:at], odd, *pieces[at + 1 :]])


@every_row
def test_no_header_of_a_client_goes_on_that_its_route_does_not_list(name: str, route: Route) -> None:
    sent = (*JSON, ("x-anything", "1"), ("traceparent", "00-1"), ("x-forwarded-for", "1.2.3.4"), ("openai-api-key", "k"),
            ("x-qdrant-route-affinity", "1"), ("cookie", "a=b"), ("x-http-method-override", "DELETE"))  # fmt: skip
    call = load(name).read(Raw(route.method, path_of(name, route), sent, body_of(route)))
    assert {key for key, _ in call.headers} <= {"accept", "accept-encoding", "content-type", *route.headers}


@every_row
def test_reading_learns_nothing_from_what_came_before(name: str, route: Route) -> None:
    dialect = load(name)
    first = dialect.read(Raw(route.method, path_of(name, route), JSON, body_of(route)))
    with pytest.raises(CallRefused):
        dialect.read(Raw(route.method, path_of(name, route) + "?vecgate_no_such=1", JSON, body_of(route)))
    assert dialect.read(Raw(route.method, path_of(name, route), JSON, body_of(route))) == first
