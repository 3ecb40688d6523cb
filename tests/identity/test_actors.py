"""Who acts for a token's owner? Every way to widen, loop, forge or hide in `act` is refused by name, of signed tokens."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from support.servers.idp import AUDIENCE, Idp
from support.tools.every import every
from vecgate.domain.people import chain
from vecgate.domain.principal import Secret
from vecgate.identity.claims import principal
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

ME, OTHER = "https://idp.example", "https://agents.example"
NOW = 1_000_000.0


def issuer(**more: Any) -> Issuer:
    return Issuer(**{"issuer": ME, "audience": AUDIENCE} | more)


def row(*names: Any) -> dict[str, Any]:
    """These in a row, whoever acts now first."""
    made: dict[str, Any] | None = None
    for name in reversed(names):
        one = {"sub": name} if isinstance(name, str) else dict(name)
        made = one if made is None else one | {"act": made}
    return made or {}


CHAINS: list[tuple[dict[str, Any], Any, tuple[str, ...]]] = [
    ({}, {"sub": "helper"}, ("helper",)),
    ({}, row("helper", "planner"), ("helper", "planner")),
    ({}, row("a", "b", "c", "d"), ("a", "b", "c", "d")),
    ({"actors": 1}, row("a"), ("a",)),
    ({"actors": 8}, row(*"abcdefgh"), (*"abcdefgh",)),
    ({}, {"sub": "helper", "iss": ME}, ("helper",)),
    ({"actor_issuers": (OTHER,)}, {"sub": "helper", "iss": OTHER}, (f"{OTHER}#helper",)),
    # one name at two issuers is two
    ({"actor_issuers": (OTHER,)}, row("helper", {"sub": "helper", "iss": OTHER}), ("helper", f"{OTHER}#helper")),
    ({}, {"sub": "9", "client_id": "helper", "email": "h@x.test", "sub_profile": "ai_agent"}, ("9",)),
]

BAD: list[tuple[dict[str, Any], Any]] = [
    # no object
    ({}, None),
    ({}, "bob"),
    ({}, 7),
    ({}, True),
    ({}, []),
    ({}, [{"sub": "helper"}]),
    ({}, {"sub": "helper", "act": None}),
    ({}, {"sub": "helper", "act": "bob"}),
    ({}, {"sub": "helper", "act": ["bob"]}),
    # nobody, or who cannot be read
    ({}, {}),
    ({}, {"iss": ME}),
    ({}, {"sub": ""}),
    ({}, {"sub": None}),
    ({}, {"sub": ["helper"]}),
    ({}, {"sub": "helper\nbob"}),
    ({}, {"sub": "help\u200ber"}),
    ({}, {"sub": "a" * 257}),
    ({}, {"client_id": "helper"}),
    ({}, {"sub": "helper", "client_id": 7}),
    ({}, {"sub": "helper", "email": ["bob@x.test"]}),
    ({}, {"sub": "helper", "preferred_username": {"name": "bob"}}),
    ({}, {"sub": "helper", "iss": 7}),
    ({}, {"sub": "helper", "iss": ""}),
    ({}, row("a", {"sub": "b", "username": None})),
    # forged: vouched for by who may not
    ({}, {"sub": "helper", "iss": OTHER}),
    ({}, {"sub": "helper", "iss": f"{ME}/"}),
    ({}, {"sub": "helper", "iss": ME.upper()}),
    ({"actor_issuers": (OTHER,)}, row("a", {"sub": "b", "iss": "https://evil.example"})),
    # loops
    ({}, {"sub": "alice"}),
    ({}, {"sub": "ALICE"}),
    ({}, {"sub": "alice", "iss": ME}),
    ({}, {"sub": "\uff41lice"}),
    ({}, row("helper", "helper")),
    ({}, row("helper", "planner", "helper")),
    ({}, row("helper", "planner", "Planner")),
    ({}, row("helper", "alice")),
    ({"actor_issuers": (OTHER,)}, row({"sub": "x", "iss": OTHER}, "y", {"sub": "X", "iss": OTHER})),
    # too many
    ({}, row(*"abcde")),
    ({}, row(*map(str, range(40)))),
    ({"actors": 1}, row("a", "b")),
    ({"actors": 0}, row("a")),
    # wider: what counts at the top alone
    *(({}, {"sub": "helper", name: value}) for name, value in [
        ("groups", ["data-owners"]), ("roles", ["admin"]), ("scope", "admin"), ("scp", "admin"), ("aud", AUDIENCE),
        ("exp", 9e9), ("nbf", 0), ("iat", 0), ("cnf", {"jkt": "x"}), ("may_act", {"sub": "bob"}),
        ("authorization_details", []),
    ]),
    ({}, row("helper", {"sub": "planner", "groups": ["data-owners"]})),
    *(({}, {"sub": "helper", name: value}) for name, value in [
        ("entitlements", ["x"]), ("permissions", ["write"]), ("realm_access", {"roles": ["admin"]}), ("wids", ["x"]),
        ("resource_access", {"x": {"roles": ["admin"]}}), ("upstream", "other-db"), ("hasgroups", True), ("active", True),
        ("_claim_names", {"groups": "src1"}), ("events", {}),
    ]),
    # wider: what this issuer's settings read at the top
    ({"groups_claim": "cognito:groups"}, {"sub": "helper", "cognito:groups": ["data-owners"]}),
    ({"groups_claim": "app.teams"}, {"sub": "helper", "app": {"teams": ["data-owners"]}}),
    ({"groups_claim": "app.teams"}, {"sub": "helper", "app.teams": ["data-owners"]}),
    ({"upstream_claim": "db"}, {"sub": "helper", "db": "other-db"}),
    ({"scopes": {"claim": "may"}}, {"sub": "helper", "may": "write"}),
    ({"scopes": {"claim": "may"}}, row("helper", {"sub": "planner", "may": "write"})),
    # loops in another spelling, and by the name that records and policies know
    ({}, {"sub": " alice"}),
    ({}, {"sub": "alice "}),
    ({}, {"sub": "a\ufe0flice"}),
    ({}, row("helper", {"sub": "  Alice"})),
    ({"user_claim": "name"}, {"sub": "al.1"}),
    ({"user_claim": "name"}, {"sub": "AL.1", "iss": ME}),
    ({"user_claim": "name"}, {"sub": "9", "email": "Al.1"}),
    ({"user_claim": "name"}, row("helper", {"sub": "9", "client_id": "al.1"})),
    ({}, {"sub": "9", "preferred_username": "alice"}),
    ({"user_claim": "name"}, {"sub": "9", "name": "AL.1"}),
    ({"user_claim": "name"}, row("helper", {"sub": "9", "name": "al.1"})),
    ({}, {"sub": "9", "unique_name": "alice"}),
    *(({}, {"sub": "9", client: "alice"}) for client in ("azp", "appid", "cid")),
    ({}, row("helper", {"sub": "9", "azp": 7})),
    ({"user_claim": "cognito:username"}, {"sub": "9", "cognito:username": "bob"}),
    ({"user_claim": "cognito:username"}, row("helper", {"sub": "9", "cognito:username": "al.1"})),
    ({"user_claim": "app.who"}, {"sub": "9", "app": {"who": "bob"}}),
    ({}, {"sub": "helper", "name": "bob\u202e"}),
    # forged: what stands for one of another issuer
    ({"actor_issuers": (OTHER,)}, {"sub": f"{OTHER}#helper"}),
    ({"actor_issuers": (OTHER,)}, {"sub": f"{ME}#helper", "iss": OTHER}),
    ({}, {"sub": f"{ME}#bob"}),
    ({"actor_issuers": (OTHER,)}, row({"sub": "helper", "iss": OTHER}, {"sub": f"{OTHER}#helper"})),
    ({}, {"sub": "help\ud800er"}),
    ({}, {"sub": "helper", "iss": [ME]}),
    ({}, {"sub": "helper", "iss": f"{ME} "}),
    ({}, False),
    ({}, row("a", {"sub": "b", "act": {}})),
]  # fmt: skip


def owner(settings: dict[str, Any], act: Any) -> Any:
    claims = {
        "iss": ME,
        "sub": "alice",
        "name": "al.1",
        "cognito:username": "al.1",
        "iat": NOW,
        "exp": NOW + 60,
        "act": act,
    }
    claims |= {"groups": ["a"], "app": {"teams": [], "who": "al.1"}, "may": "read"}
    return principal(claims, issuer(**settings), NOW)


@every(("settings", "act", "names"), CHAINS)
def test_a_chain_is_read_in_full(settings: dict[str, Any], act: Any, names: tuple[str, ...]) -> None:
    who = owner(settings, act)
    assert chain(who) == names
    assert (who.user, who.groups) == ("alice", {"a"})  # nothing of an actor is anything of its person


@every(("settings", "act"), BAD)
def test_a_chain_that_widens_loops_forges_or_hides_is_refused(settings: dict[str, Any], act: Any) -> None:
    with pytest.raises(TokenInvalid) as refused:
        owner(settings, act)
    assert refused.value.code == "identity.chain"
    assert "helper" not in str(refused.value)
    assert "bob" not in str(refused.value)


async def test_of_signed_tokens_too(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await open_verifier(time.time, actor_issuers=(OTHER,))
    good = idp.token("alice", act={"sub": "helper", "iss": OTHER})
    assert chain(await verifier.check(Secret(good))) == (f"{OTHER}#helper",)
    twice = idp.sign(b'{"alg":"ES256","typ":"at+jwt","kid":"%s"}' % idp.current.encode(),
                     b'{"iss":"%s","aud":"vecgate","sub":"a","iat":1,"exp":2,"act":{"sub":"x","sub":"y"}}'
                     % idp.issuer.encode())  # fmt: skip
    spelled = idp.sign(b'{"alg":"ES256","typ":"at+jwt","kid":"%s"}' % idp.current.encode(),
                       b'{"iss":"%s","aud":"vecgate","sub":"a","iat":1,"exp":2,"act":{"sub":"x"},"\\u0061ct":{"sub":"y"}}'
                       % idp.issuer.encode())  # fmt: skip
    for token, code in [
        (spelled, "identity.invalid"),
        (idp.token("alice", act={"sub": "helper", "iss": "https://evil.example"}), "identity.chain"),
        (idp.token("alice", act={"sub": "alice"}), "identity.chain"),
        (idp.token("alice", act=row(*map(str, range(9)))), "identity.chain"),
        (twice, "identity.invalid"),
        (good[:-8] + "AAAAAAAA", "identity.invalid"),
    ]:
        with pytest.raises(TokenInvalid) as refused:
            await verifier.check(Secret(token))
        assert refused.value.code == code
