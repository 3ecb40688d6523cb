"""Each request is answered once, and each assertion counts once, however many come at the same time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.logins import saml_stub
from support.logins.saml_stub import BASE, Saying, Signer, logout, packed, signer
from support.servers.valkey import running_valkey
from vecgate.idp.kept import Kept, mark
from vecgate.idp.leaving import Leaving
from vecgate.idp.logins import Login, Logins
from vecgate.idp.saml.provider import Provider
from vecgate.idp.saml.refused import SamlRefused
from vecgate.idp.told import LoginSettings
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.state import State
from vecgate.state.store import Store

URL = "https://login.example"


@pytest.fixture
def by() -> Signer:
    return signer()


@pytest.fixture
async def provider(by: Signer, tmp_path: Path) -> AsyncIterator[Provider]:
    (tmp_path / "idp.pem").write_text(by.pem)
    with running_valkey() as valkey:
        state = State(url=valkey.url, timeout=30)
        saml = {"entity": saml_stub.ENTITY, "sso_url": saml_stub.SSO, "certificates": (tmp_path / "idp.pem",)}
        signing = {"url": "https://vault", "role_id_file": tmp_path, "secret_id_file": tmp_path}
        told = LoginSettings.model_validate({"url": URL, "signing": signing, "state": state, "saml": saml})
        store = Store(state)
        await store.open()
        kept = Kept(store)
        assert told.saml
        logins = Logins(kept, Leaving(URL, (), store, lambda: BASE), lambda: BASE)
        yield Provider(told.saml, told, kept, logins, lambda: BASE)
        await store.close()


async def asked(provider: Provider) -> str:
    from urllib.parse import parse_qs, urlsplit

    from support.logins.town import inflated

    query = parse_qs(urlsplit(await provider.begin("visitor")).query)
    return inflated(query["SAMLRequest"][0]).partition(' ID="')[2].partition('"')[0]


async def test_of_many_at_once_one_counts(provider: Provider, by: Signer) -> None:
    name = await asked(provider)
    text = packed(Saying(provider.us, provider.here, name).response(by))
    found = await asyncio.gather(*(provider.answered(text) for _ in range(6)), return_exceptions=True)
    good = [one for one in found if not isinstance(one, BaseException)]
    assert [(login.user, visitor) for login, visitor in good] == [("alice@example.com", mark("visitor"))]
    assert {one.code for one in found if isinstance(one, SamlRefused)} == {"saml.replayed"}
    assert isinstance(good[0][0], Login)


async def test_a_login_ends_with_the_providers_session_or_ours(provider: Provider, by: Signer) -> None:
    for n, (session, wanted) in enumerate(((3600.0, 3600.0), (None, 28800.0), (90_000.0, 28800.0))):
        told = Saying(provider.us, provider.here, await asked(provider), session=session, id=f"_number-{n}-012345")
        login, _ = await provider.answered(packed(told.response(by)))
        assert login.ends == BASE + wanted


async def test_a_response_that_came_too_early_is_not_tried_again(provider: Provider, by: Signer) -> None:
    text = packed(Saying(provider.us, provider.here, "_never-0123456789").response(by))
    for code in ("saml.unsolicited", "saml.replayed"):
        with pytest.raises(SamlRefused) as e:
            await provider.answered(text)
        assert e.value.code == code


async def test_a_logout_that_was_cut_short_counts_when_it_comes_again(
    provider: Provider, by: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Saying(provider.us, provider.here, await asked(provider))
    login, _ = await provider.answered(packed(told.response(by)))
    sid, logins = await provider._logins.begin(login), provider._logins
    text = packed(logout(by, provider.logout, now=BASE + 1))

    async def away(_: str) -> bool:
        raise Unavailable(Part.STATE, "away")

    monkeypatch.setattr(logins, "end", away)
    with pytest.raises(Unavailable):
        await provider.logged_out(text, "")
    monkeypatch.undo()
    assert await logins.of(sid)
    assert (await provider.logged_out(text, "")).ended == [sid]
    assert await logins.of(sid) is None
    with pytest.raises(SamlRefused) as e:
        await provider.logged_out(text, "")
    assert e.value.code == "saml.replayed"
