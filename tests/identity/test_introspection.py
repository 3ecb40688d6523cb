"""Whose is a token that says nothing itself? As its issuer answers, kept for a while, and nobody's where it does not."""

import asyncio
import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.fakes.clock import Clock
from support.servers.idp import Idp, issuer_of
from support.tools.every import every
from vecgate.domain.principal import Secret
from vecgate.identity.strangers import BURST
from vecgate.identity.verifier import Verifier
from vecgate.refusals.errors import SettingsError, TokenInvalid, Unavailable
from vecgate.settings.issuers import Introspection, Issuer

NOW = float(int(time.time()))
SAID: dict[str, Any] = {"active": True, "sub": "ann", "aud": "vecgate", "exp": NOW + 300, "groups": ["support"]}


def told(idp: Idp, folder: Path, **more: Any) -> dict[str, Any]:
    file = folder / "secret"
    file.write_text("s/e:cret\n")
    how = Introspection(url=f"{idp.issuer}/introspect", client_id="vecgate", secret_file=file, cache=30)
    return {"introspection": how} | more


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


async def test_its_owner_is_as_the_issuer_says_and_it_is_asked_once(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, clock: Clock
) -> None:
    verifier = await open_verifier(clock, **told(idp, tmp_path))
    idp.opaque["opaque-1"] = SAID
    people = await asyncio.gather(*(verifier.check(Secret("opaque-1")) for _ in range(20)))
    assert {(one.key, one.groups) for one in people} == {(f"{idp.issuer}#ann", frozenset({"support"}))}
    assert idp.introspected == [("opaque-1", "Basic " + base64.b64encode(b"vecgate:s%2Fe%3Acret").decode())]
    assert (
        await verifier.check(Secret(idp.token("bob", iat=int(NOW), exp=int(NOW) + 60)))
    ).user == "bob"  # JWTs as ever
    assert len(idp.introspected) == 1


async def test_one_that_was_revoked_counts_no_longer_than_an_answer(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, clock: Clock
) -> None:
    verifier = await open_verifier(clock, **told(idp, tmp_path))
    idp.opaque["opaque-1"] = SAID
    await verifier.check(Secret("opaque-1"))
    del idp.opaque["opaque-1"]
    clock.at += 29
    assert (await verifier.check(Secret("opaque-1"))).user == "ann"
    clock.at += 2
    with pytest.raises(TokenInvalid, match="not active"):
        await verifier.check(Secret("opaque-1"))


@every(
    "over",
    [
        {"active": False},
        {"active": None},
        {"active": "true"},
        {"active": 1},
        {"iss": "https://evil.example"},
        {"aud": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": {"vecgate": True}},
        {"sub": None},
        {"sub": ""},
        {"exp": None},
        {"exp": "soon"},
        {"exp": NOW - 60},
        {"exp": NOW + 10 * 86400},
        {"iat": NOW + 60},
        {"groups": 7},
        {"act": {"sub": "ann"}},
        {"cnf": {"kid": "x"}},
        {"events": {}},
        {"token_type": "refresh_token"},
        {"token_type": "N_A"},
        {"token_type": 7},
        {"token_type": "DPoP"},  # to which key?
    ],
)
async def test_what_is_not_clearly_somebodys_is_nobodys(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, over: dict[str, Any]
) -> None:
    verifier = await open_verifier(Clock(NOW), **told(idp, tmp_path))
    idp.opaque["opaque-1"] = SAID | over
    with pytest.raises(TokenInvalid):
        await verifier.check(Secret("opaque-1"))


@every("document", [b"", b"null", b"[]", b"{", b'{"active":true,"active":false}', b'"x"', b" " * 300_000])
async def test_an_answer_that_cannot_be_read_lets_nobody_in(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, document: bytes
) -> None:
    verifier = await open_verifier(Clock(NOW), **told(idp, tmp_path))
    idp.opaque["opaque-1"] = document
    with pytest.raises((TokenInvalid, Unavailable)):
        await verifier.check(Secret("opaque-1"))


@every("behaviour", ["fail", "redirect", "away", "no secret"])
async def test_where_nobody_can_be_asked_nobody_is_let_in(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, behaviour: str
) -> None:
    verifier = await open_verifier(Clock(NOW), **told(idp, tmp_path))
    idp.opaque["opaque-1"] = SAID
    if behaviour == "no secret":
        (tmp_path / "secret").unlink()
    elif behaviour == "away":
        idp.stop()
    else:
        idp.behaviour = behaviour
    try:
        with pytest.raises(Unavailable):
            await verifier.check(Secret("opaque-1"))
    finally:
        idp.behaviour = "ok"
        idp.start() if behaviour == "away" else None


async def test_what_is_too_long_or_nobodys_to_ask_about_is_refused(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path
) -> None:
    verifier = await open_verifier(Clock(NOW), **told(idp, tmp_path))
    plain = await open_verifier(Clock(NOW))
    for one, text in ((verifier, "x" * 40_000), (plain, "opaque-1")):
        with pytest.raises(TokenInvalid):
            await one.check(Secret(text))
    assert idp.introspected == []


def test_one_issuer_alone_is_asked_and_over_tls(idp: Idp, tmp_path: Path) -> None:
    one, other = (issuer_of(idp, issuer=f"{idp.issuer}/{n}", **told(idp, tmp_path)) for n in "ab")
    with pytest.raises(SettingsError, match="one issuer only"):
        Verifier([one, other], now=time.time)
    with pytest.raises(ValueError, match="https"):
        Issuer(issuer="https://idp.example", audience="vecgate", **told(idp, tmp_path))


async def test_an_address_of_many_wrong_tokens_is_asked_for_no_more_and_others_go_on(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, clock: Clock
) -> None:
    verifier = await open_verifier(clock, **told(idp, tmp_path))
    idp.opaque |= {"opaque-1": SAID, "opaque-2": SAID | {"sub": "bob"}}
    assert (await verifier.check(Secret("opaque-1"), "10.0.0.1")).user == "ann"
    for number in range(int(BURST)):
        with pytest.raises(TokenInvalid, match="not active"):
            await verifier.check(Secret(f"guess-{number}"), "10.0.0.1")
    asked = len(idp.introspected)
    for number in range(100, 200):
        with pytest.raises(Unavailable, match="too many wrong tokens"):
            await verifier.check(Secret(f"guess-{number}"), "10.0.0.1")
    assert len(idp.introspected) == asked
    assert (await verifier.check(Secret("opaque-2"), "10.0.0.2")).user == "bob", "from elsewhere"
    clock.at += 31  # what was answered counts no more, and the bucket holds ten
    assert (await verifier.check(Secret("opaque-1"), "10.0.0.1")).user == "ann", "known to have been good"
    asked = len(idp.introspected)
    for number in range(300, 320):
        with pytest.raises((TokenInvalid, Unavailable)):
            await verifier.check(Secret(f"guess-{number}"), "10.0.0.1")
    assert len(idp.introspected) == asked + 10
    assert (await verifier.check(Secret("opaque-1"), "10.0.0.1")).user == "ann"


async def test_what_strangers_ask_at_once_leaves_room_for_who_was_let_in_before(
    idp: Idp, open_verifier: Callable[..., Any], tmp_path: Path, clock: Clock
) -> None:
    verifier = await open_verifier(clock, **told(idp, tmp_path))
    idp.opaque["opaque-1"] = SAID
    await verifier.check(Secret("opaque-1"), "10.0.0.1")
    clock.at += 31
    flood = [verifier.check(Secret(f"guess-{number}"), f"10.0.1.{number}") for number in range(100)]
    *said, found = await asyncio.gather(*flood, verifier.check(Secret("opaque-1"), "10.0.0.1"), return_exceptions=True)
    assert found.user == "ann"
    assert sum(isinstance(one, Unavailable) for one in said) == 100 - 24
