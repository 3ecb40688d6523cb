"""Too many groups to list: the directory is asked that the settings name, for a token that counts, and for all of them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from support.fakes.clock import Clock
from support.providers.graph_stub import SECRET, GraphStub, graph
from support.servers.idp import Idp, issuer_of
from support.tools.every import every
from vecgate.domain.principal import Secret
from vecgate.identity import overage
from vecgate.identity.verifier import Verifier
from vecgate.refusals.errors import TokenInvalid, Unavailable
from vecgate.settings.issuers import Issuer, Overage

NOW = float(int(time.time()))
#: As Entra writes it; where it says that groups are is somebody else's address here.
EVIL = "http://127.0.0.1:9/evil/getMemberObjects"
ELSEWHERE: dict[str, Any] = {
    "oid": "1111-ann",
    "_claim_names": {"groups": "src1"},
    "_claim_sources": {"src1": {"endpoint": EVIL}},
}


@pytest.fixture
def directory() -> Iterator[GraphStub]:
    with graph() as made:
        made.groups["1111-ann"] = ["g-analysts", "g-support"]
        yield made


@pytest.fixture
def told(directory: GraphStub, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    return {"overage": Overage(**directory.settings(secret_file=file, cache=120))}


def token(idp: Idp, **over: Any) -> Secret:
    return Secret(idp.token("ann", **{"iat": int(NOW), "exp": int(NOW) + 3000} | ELSEWHERE | over))


async def test_their_groups_are_asked_for_once_and_kept(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any]
) -> None:
    clock = Clock(NOW)
    verifier = await open_verifier(clock, **told)
    tokens = [token(idp) for _ in range(10)]
    people = await asyncio.gather(*(verifier.check(one) for one in tokens))
    assert {one.groups for one in people} == {frozenset({"g-analysts", "g-support"})}
    assert people[0].claims["_claim_names"] == {"groups": "src1"}
    assert directory.calls == [("/v1.0/users/1111-ann/getMemberObjects", {"securityEnabledOnly": True})]
    assert directory.logins == [{"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}]
    directory.groups["1111-ann"] = []
    clock.at += 121
    assert (await verifier.check(token(idp, iat=int(clock.at)))).groups == frozenset()
    assert len(directory.logins) == 1, "its own token is kept"


async def test_an_answer_counts_as_long_as_is_set_for_the_same_token_too(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    how = Overage(**directory.settings(secret_file=tmp_path / "secret", cache=10))
    clock, one = Clock(NOW), token(idp)
    verifier = await open_verifier(clock, overage=how)
    await verifier.check(one)
    directory.groups["1111-ann"] = []
    clock.at += 9
    assert (await verifier.check(one)).groups == {"g-analysts", "g-support"}
    clock.at += 2
    assert (await verifier.check(one)).groups == frozenset()


async def test_who_has_few_groups_is_not_asked_about(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    few = Secret(idp.token("ann", ["support"], iat=int(NOW), exp=int(NOW) + 60, oid="1111-ann"))
    assert (await verifier.check(few)).groups == {"support"}
    assert directory.calls == []


async def test_without_the_setting_it_is_refused(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await open_verifier(Clock(NOW))
    with pytest.raises(TokenInvalid) as said:
        await verifier.check(token(idp))
    assert said.value.code == "identity.overage"


@every("over", [
    {"exp": NOW - 60}, {"iat": NOW + 600}, {"sub": ""}, {"aud": "other"}, {"iss": "https://evil.example"}, {"oid": None},
    {"oid": ""}, {"oid": "."}, {"oid": ".."}, {"oid": "../x"}, {"oid": "a/b"}, {"oid": "a?b"}, {"oid": "a#b"}, {"oid": "a%2fb"},
    {"oid": "a\\b"}, {"oid": "a b"}, {"oid": "a\nb"}, {"oid": "é"}, {"oid": ["1111-ann"]}, {"oid": 1111}, {"oid": "x" * 300},
    {"oid": {"x": 1}}, {"act": {"sub": "ann"}}, {"_claim_names": []}, {"events": {}},
])  # fmt: skip
async def test_for_a_token_that_does_not_count_nobody_is_asked(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any], over: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    with pytest.raises(TokenInvalid):
        await verifier.check(token(idp, **over))
    assert directory.calls == directory.logins == []


async def test_a_forged_one_asks_nobody(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    head, _, _ = token(idp).reveal().split(".")
    _, body, signature = token(idp, oid="2222-boss").reveal().split(".")
    with pytest.raises(TokenInvalid):
        await verifier.check(Secret(f"{head}.{body}.{signature[:-6]}AAAAAA"))
    assert directory.calls == []


@every("over", [
    (500, {}), (403, {"error": {}}), (429, {}), (302, {}), (200, b""), (200, b"{"), (200, []), (200, {}), (200, {"value": None}),
    (200, {"value": "g"}), (200, {"value": [1]}), (200, {"value": [""]}), (200, {"value": [["g"]]}), (200, {"value": {"g": 1}}),
    (200, b'{"value":["a"],"value":["b"]}'), (200, {"value": ["g"], "@odata.nextLink": "https://graph.example/next"}),
    (200, {"value": ["g"] * (overage.MOST + 1)}), (200, b" " * (overage.LONGEST + 1)), (401, {}),
])  # fmt: skip
async def test_where_not_all_of_them_are_told_nobody_is_let_in(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any], over: tuple[int, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    directory.over = over
    with pytest.raises(Unavailable):
        await verifier.check(token(idp))
    directory.over = None
    assert (await verifier.check(token(idp))).groups == {"g-analysts", "g-support"}, "a failure is not kept"


@every("over", [
    (401, {"error": "invalid_client"}), (500, {}), (200, {}), (200, {"access_token": 1, "expires_in": 60}), (302, {}),
    (200, {"access_token": "a\nb", "expires_in": 60}), (200, {"access_token": "a", "expires_in": True}), (200, b"x"),
])  # fmt: skip
async def test_without_a_token_of_our_own_nobody_is_asked(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any], over: tuple[int, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    directory.token_over = over
    with pytest.raises(Unavailable):
        await verifier.check(token(idp))
    assert directory.calls == []


async def test_a_token_of_ours_that_ended_early_is_replaced(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    await verifier.check(token(idp))
    directory.token, directory.groups["2222-bob"] = "graph-token-2", ["g-owners"]
    assert (await verifier.check(token(idp, oid="2222-bob"))).groups == {"g-owners"}
    assert len(directory.logins) == 2


async def test_somebody_whom_the_directory_does_not_know_is_told_so(
    idp: Idp, open_verifier: Callable[..., Any], directory: GraphStub, told: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told)
    with pytest.raises(TokenInvalid) as said:
        await verifier.check(token(idp, oid="3333-nobody"))
    assert said.value.code == "identity.overage"


async def test_a_directory_that_is_away_lets_nobody_in(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    how = Overage(**GraphStub("http://127.0.0.1:1").settings(secret_file=tmp_path / "secret"))
    verifier = await open_verifier(Clock(NOW), overage=how)
    with pytest.raises(Unavailable):
        await verifier.check(token(idp))


def test_one_of_many_tenants_is_asked_at_its_own(directory: GraphStub) -> None:
    how = GraphStub("https://graph.example").settings(secret_path="secret/data/graph")
    how |= {"token_url": "https://login.example/{tenantid}/token"}
    one = Issuer(
        issuer="https://login.example/{tenantid}", tenants=("t-1", "t-2"), audience="vecgate", overage=Overage(**how)
    )
    found = [each.overage for each in one.each()]
    assert [made.token_url for made in found if made] == [f"https://login.example/t-{n}/token" for n in (1, 2)]
    assert [made.url for made in found if made] == ["https://graph.example/v1.0/users/{oid}/getMemberObjects"] * 2


@every("over", [
    {"url": "http://graph.example/{oid}"}, {"token_url": "http://login.example/token"}, {"url": "https://{oid}.example/x"},
    {"url": "https://graph.example"}, {"url": "https://graph.example/x?id={oid}"}, {"url": "https://a@graph.example/{oid}"},
    {"secret_file": "x", "secret_path": "secret/data/x"}, {"secret_path": None}, {"secret_path": "/x"}, {"secret_path": "a b/c"},
])  # fmt: skip
def test_what_cannot_be_meant_is_told(over: dict[str, Any]) -> None:
    how = GraphStub("https://graph.example").settings(secret_path="secret/data/graph") | over
    with pytest.raises(ValidationError):
        Issuer(issuer="https://login.example", audience="vecgate", overage=Overage(**how))


def test_a_ca_that_is_not_there_is_told(idp: Idp, tmp_path: Path, directory: GraphStub) -> None:
    from vecgate.refusals.errors import SettingsError

    how = Overage(**directory.settings(secret_path="secret/data/graph", ca=tmp_path / "none.pem"))
    with pytest.raises(SettingsError, match=r"none\.pem"):
        Verifier([issuer_of(idp, overage=how)], now=time.time)
