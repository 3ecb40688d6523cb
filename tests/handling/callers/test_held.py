"""Is a call within what its token says itself? Each part of it, and what the gateway answers without a rule."""

from types import SimpleNamespace
from typing import Any, cast

from support.tools.every import every
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.handling.callers.held import beyond, beyond_oneself, elsewhere

HERE, THERE = frozenset({"db"}), frozenset({"other"})


def exchange(upstreams: Any = None, scope: Any = None, method: str = "GET", target: str = "/") -> Exchange:
    words = None if scope is None else frozenset(scope.split())
    who = Principal("i", "s", "ann", frozenset(), 9e9, upstreams=upstreams, scope=words)
    made = Exchange("1", 0.0, "", "", Raw(method, target, ()))
    made.principal, made.upstream = who, cast(Any, SimpleNamespace(name="db"))
    return made


def operation(kind: str, *also: str) -> Operation:
    return Operation("chroma", kind, kind, 0, also=tuple(operation(one) for one in also))


@every(
    ("scope", "kinds", "code"),
    [
        (None, ["auth_admin"], ""),
        ("read", ["search"], ""),
        ("read", ["scan"], ""),
        ("read", ["inference"], ""),
        ("read", ["search", "upsert"], "identity.scope"),
        ("write", ["search", "upsert"], "identity.scope"),
        ("read write", ["search", "upsert"], ""),
        ("write", ["delete_filter"], ""),
        ("write", ["upsert", "collection_read"], ""),  # a handshake tells nothing of records
        ("write", ["search"], "identity.scope"),
        ("read write", ["collection_create"], "identity.scope"),
        ("read write", ["snapshot_read"], "identity.scope"),
        ("read write", ["unmask"], "identity.scope"),
        ("read write", ["a_kind_of_tomorrow"], "identity.scope"),
        ("admin", ["collection_drop"], ""),
        ("admin", ["search"], "identity.scope"),
        ("", ["health"], "identity.scope"),
        ("read", ["health"], ""),
    ],
)
def test_each_part_of_a_call_takes_its_word(scope: str | None, kinds: list[str], code: str) -> None:
    found = beyond(exchange(scope=scope), [operation(kinds[0], *kinds[1:])])
    assert (found.code if found else "") == code


@every(
    ("upstreams", "kind", "code"),
    [
        (None, "search", ""),
        (HERE, "search", ""),
        (HERE | THERE, "search", ""),
        (THERE, "search", "identity.elsewhere"),
        (frozenset(), "search", "identity.elsewhere"),
        (HERE, "lock", "identity.elsewhere"),
        (HERE, "sessions_read", "identity.elsewhere"),
        (HERE, "policies_read", "identity.elsewhere"),
        (HERE, "unmask", ""),
    ],
)
def test_it_is_for_its_databases_alone(upstreams: Any, kind: str, code: str) -> None:
    found = beyond(exchange(upstreams), [operation(kind)])
    assert (found.code if found else "") == code
    at_the_door = elsewhere(exchange(upstreams))
    assert (at_the_door is not None) == (upstreams is not None and "db" not in upstreams)


OWN = "/.vecgate/v1"


@every(
    ("asked", "codes"),
    [
        (("GET", "/whoami"), ("", "", "", "")),
        (("GET", "/requests/abc1"), ("", "", "", "")),
        (("GET", "/requests/abc1/wait"), ("", "", "", "")),
        (("GET", "/access/abc1"), ("", "", "", "")),
        (("GET", "/news/abc1"), ("", "", "", "")),
        (("POST", "/whoami"), ("", "identity.scope", "", "identity.elsewhere")),
        (("GET", "/requests"), ("", "identity.scope", "", "identity.elsewhere")),
        (("GET", "/access/abc1/debrief"), ("", "identity.scope", "", "identity.elsewhere")),
        (("POST", "/requests/abc1/approve"), ("", "identity.scope", "", "identity.elsewhere")),
        (("POST", "/access"), ("", "identity.scope", "", "identity.elsewhere")),
    ],
)
def test_without_a_rule_it_sees_what_is_its_own(asked: tuple[str, str], codes: tuple[str, ...]) -> None:
    method, target = asked[0], f"{OWN}{asked[1]}"
    told: list[tuple[Any, Any]] = [(None, None), (None, "read write"), (None, "admin"), (HERE, "read write admin")]
    found = [beyond_oneself(exchange(upstreams, scope, method, target)) for upstreams, scope in told]
    assert tuple(one.code if one else "" for one in found) == codes
