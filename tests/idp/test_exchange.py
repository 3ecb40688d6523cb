"""An agent's token for one database: who acts for whom, for what, for how long; and every way to get more, refused."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from demo.stack import Stack
from support.logins.served import Served, running
from support.servers.idp import Idp, running_idp
from support.tools.every import every
from support.tools.proofs import Agent

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
KIND = "urn:ietf:params:oauth:token-type:access_token"


@pytest.fixture(scope="module")
def agents() -> Iterator[Idp]:
    with running_idp() as made:
        yield made


@pytest.fixture(scope="module")
def shared(stack: Stack, agents: Idp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    issuer = {"audience": "vecgate", "jwks_url": agents.jwks_url, "timeout": 60}
    # The same keys under other names: one that holds its tokens to their `scp`, and one of many tenants.
    scoped = {**issuer, "issuer": f"{agents.issuer}/scoped", "scopes": {"claim": "scp", "read": ["Data.Read"]}}
    many = {**issuer, "issuer": f"{agents.issuer}/{{tenantid}}", "tenants": ["t1", "t2"]}
    exchange = {
        "agents": [{**issuer, "issuer": agents.issuer}, scoped, many],
        "databases": ["tickets-db", "other-db"],
        "scopes": ["read", "write"],
    }
    with running(stack, tmp_path_factory.mktemp("exchange"), exchange=exchange) as made:
        yield made


def asked(person: str, agent: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": GRANT, "subject_token": person, "subject_token_type": KIND, "actor_token": agent,
        "actor_token_type": KIND, "audience": "tickets-db",
    } | more  # fmt: skip


def test_an_agent_gets_a_token_for_one_database(served: Served, agents: Idp) -> None:
    person = served.log_in()["access_token"]
    answer = served.post("/token", **asked(person, agents.token("rag-bot"), scope="read admin")).json()
    assert (answer["issued_token_type"], answer["scope"]) == (KIND, "read")
    assert 290 <= answer["expires_in"] <= 300
    assert "refresh_token" not in answer
    said = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert said["sub"] == "alice"
    assert said["act"] == {"sub": "rag-bot", "iss": agents.issuer}
    assert (said["upstream"], said["scope"], said["groups"]) == ("tickets-db", "read", ["analysts"])
    assert said["sid"] == jwt.decode(person, options={"verify_signature": False})["sid"]


def test_it_lives_no_longer_than_either(served: Served, agents: Idp) -> None:
    person = served.log_in()["access_token"]
    short = agents.token("rag-bot", exp=int(served.clock()) + 40)
    assert served.post("/token", **asked(person, short)).json()["expires_in"] <= 40


def test_scope_is_what_all_have_in_common(served: Served, agents: Idp) -> None:
    person = served.log_in(scope="read")["access_token"]
    for scope, wanted, found in (
        (None, None, "read"),
        ("write", None, ""),
        ("read write", "write", ""),
        (["read"], None, ""),
    ):
        more = {"scope": wanted} if wanted else {}
        answer = served.post("/token", **asked(person, agents.token("rag-bot", scope=scope), **more)).json()
        assert answer.get("scope", "") == found
        assert answer.get("error", "invalid_scope" if not found else None) == (None if found else "invalid_scope")


_NO: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("invalid_target", {"audience": ""}, {}),
    ("invalid_target", {"audience": "vecgate"}, {}),
    ("invalid_target", {"audience": "tickets-db other-db"}, {}),
    ("invalid_request", {"resource": "https://x"}, {}),
    ("invalid_request", {"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, {}),
    ("invalid_request", {"actor_token_type": ""}, {}),
    ("invalid_request", {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, {}),
    ("invalid_scope", {"scope": "root"}, {}),
    ("invalid_scope", {"scope": ""}, {}),
    ("invalid_grant", {"subject_token": "x"}, {}),
    ("invalid_grant", {"actor_token": "x"}, {}),
    ("invalid_request", {}, {"sub": "alice"}),
    ("invalid_request", {}, {"sub": "\uff21lice"}),
    ("invalid_request", {}, {"sub": "ALICE"}),
    ("invalid_request", {}, {"preferred_username": "Alice"}),
    ("invalid_request", {}, {"sub": "9", "email": "alice"}),
    ("invalid_grant", {}, {"iss": "https://evil.example"}),
    ("invalid_grant", {}, {"aud": "other"}),
    ("invalid_grant", {}, {"exp": 1000000}),
    ("invalid_grant", {}, {"act": {"sub": "another"}}),
    ("invalid_grant", {}, {"cnf": {"jkt": "x"}}),
    # for other databases than the one asked for
    ("invalid_target", {}, {"upstream": "other-db"}),
    ("invalid_target", {}, {"upstream": []}),
    ("invalid_grant", {}, {"upstream": {"name": "tickets-db"}}),
    # held to a scope in another claim, by an issuer that says so
    ("invalid_scope", {}, {"iss": "scoped"}),
    ("invalid_scope", {}, {"iss": "scoped", "scp": "Data.Other"}),
    ("invalid_scope", {"scope": "write"}, {"iss": "scoped", "scp": "Data.Read"}),
    ("invalid_scope", {"scope": "write"}, {"iss": "scoped", "scp": "Data.Read", "scope": "write"}),
    # of a tenant that is none of ours
    ("invalid_grant", {}, {"iss": "t3"}),
    ("invalid_grant", {}, {"iss": "{tenantid}"}),
    ("invalid_grant", {}, {"iss": "t1", "tid": "t2"}),
]  # fmt: skip


@every("error, changed, agent", _NO)
def test_everything_else_is_refused(
    served: Served, agents: Idp, error: str, changed: dict[str, str], agent: dict[str, Any]
) -> None:
    if served.url not in PERSON:
        PERSON[served.url] = served.log_in()["access_token"]
    person = PERSON[served.url]
    agent = dict(agent)
    if not agent.get("iss", "https:").startswith("https:"):
        agent["iss"] = f"{agents.issuer}/{agent['iss']}"
    token = agents.token(agent.pop("sub", "rag-bot"), **agent)
    answer = served.post("/token", **(asked(person, token) | changed))
    assert (answer.status_code, answer.json()["error"]) == (400, error)


PERSON: dict[str, str] = {}


def test_an_agent_of_an_issuer_that_says_more_is_held_to_that(served: Served, agents: Idp) -> None:
    person = served.log_in()["access_token"]
    for more, scope in (
        ({"iss": f"{agents.issuer}/scoped", "scp": "Data.Read"}, "read"),
        ({"iss": f"{agents.issuer}/t2", "tid": "t2"}, "read write"),
        ({"upstream": ["other-db", "tickets-db"], "scope": "read"}, "read"),
    ):
        answer = served.post("/token", **asked(person, agents.token("rag-bot", **more))).json()
        assert answer.get("scope") == scope, answer


def test_an_agent_whose_token_is_bound_proves_it_and_so_is_what_it_gets(served: Served, agents: Idp) -> None:
    """A token that is bound to a key opens nothing alone, here neither: it would buy one that is bound to none."""
    person, ann, eve = served.log_in()["access_token"], Agent(), Agent()
    token, url = agents.token("rag-bot", cnf=ann.cnf), f"{served.url}/token"

    def answer(*proofs: str) -> dict[str, Any]:
        headers = [("dpop", one) for one in proofs]
        found: dict[str, Any] = served.line().post("/token", data=asked(person, token), headers=headers).json()
        return found

    good = ann.proof("POST", url, token)
    given = answer(good)
    said = jwt.decode(given["access_token"], options={"verify_signature": False})
    assert (given["token_type"], said["cnf"]) == ("DPoP", ann.cnf)
    for error, proofs in (
        ("invalid_grant", ()),
        ("invalid_grant", (ann.proof("POST", url, token), ann.proof("POST", url, token))),
        ("invalid_dpop_proof", (good,)),
        ("invalid_dpop_proof", (eve.proof("POST", url, token),)),
        ("invalid_dpop_proof", (ann.proof("GET", url, token),)),
        ("invalid_dpop_proof", (ann.proof("POST", f"{served.url}/revoke", token),)),
        ("invalid_dpop_proof", (ann.proof("POST", url, person),)),
        ("invalid_dpop_proof", (ann.proof("POST", url, token, iat=served.clock() - 600),)),
    ):
        assert answer(*proofs).get("error") == error
    certificate = agents.token("rag-bot", cnf={"x5t#S256": "A" * 43})  # no certificate is seen here
    assert served.post("/token", **asked(person, certificate)).json()["error"] == "invalid_grant"


def test_an_agent_does_not_log_its_person_out(served: Served, agents: Idp) -> None:
    person = served.log_in()
    given = served.post("/token", **asked(person["access_token"], agents.token("rag-bot"))).json()["access_token"]
    assert served.post("/revoke", token=given).json()["error"] == "unsupported_token_type"
    assert served.renew(person["refresh_token"]).status_code == 200


def test_what_was_exchanged_is_not_exchanged_again_and_a_person_is_no_agent(served: Served, agents: Idp) -> None:
    person = served.log_in()["access_token"]
    given = served.post("/token", **asked(person, agents.token("rag-bot"))).json()["access_token"]
    for first, second in (
        (given, agents.token("other-bot")),
        (agents.token("alice"), agents.token("rag-bot")),
        (person, given),
        (person, person),
    ):
        assert "error" in served.post("/token", **asked(first, second)).json()


def test_a_login_that_ended_is_exchanged_no_more(served: Served, agents: Idp) -> None:
    person = served.log_in()
    served.post("/revoke", token=person["refresh_token"])
    answer = served.post("/token", **asked(person["access_token"], agents.token("rag-bot")))
    assert answer.json()["error"] == "invalid_grant"


def test_an_agent_under_a_new_key_is_told_when_to_come_again(served: Served, agents: Idp) -> None:
    person = served.log_in()["access_token"]
    served.post("/token", **asked(person, agents.token("rag-bot", header={"kid": "made-up"})))
    known = agents.current
    agents.rotate()
    waits = served.post("/token", **asked(person, agents.token("rag-bot")))
    agents.current = known
    assert (waits.status_code, waits.json()["error"]) == (503, "temporarily_unavailable")
    assert 0 < int(waits.headers["retry-after"]) <= 10


def test_it_is_told_that_tokens_are_exchanged_here(served: Served) -> None:
    assert GRANT in served.line().get("/.well-known/oauth-authorization-server").json()["grant_types_supported"]
