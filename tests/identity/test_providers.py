"""One suite, three real login services (OpenID Connect of npm and of Debian, SAML through `vecgate idp`), the same expectations."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import jwt
import pytest

from demo.stack import Stack
from support.providers import GROUP, USER, Provider, glewlwyd, oidc_provider, simplesamlphp
from support.servers.idp import GENERATE
from vecgate.desk import answer, device, service
from vecgate.desk.answer import Login
from vecgate.desk.places import DeskFailed
from vecgate.domain.principal import Secret
from vecgate.identity.verifier import Verifier
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

PROVIDERS: Final[dict[str, Callable[[Path, Stack], AbstractContextManager[Provider]]]] = {
    "oidc-provider": lambda folder, _: oidc_provider.running(folder),
    "glewlwyd": lambda folder, _: glewlwyd.running(folder),
    "simplesamlphp": simplesamlphp.running,
}

type Opens = Callable[..., Awaitable[Verifier]]


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    with PROVIDERS[request.param](tmp_path_factory.mktemp(request.param), stack) as made:
        yield made


@pytest.fixture(scope="module")
def login(provider: Provider) -> Login:
    return log_in(provider)


def log_in(provider: Provider) -> Login:
    """As `vecgate login` does, with alice in a browser elsewhere."""
    shown: list[device.Shown] = []
    pauses = 0

    def pause(seconds: float) -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 1:
            provider.agree(shown[0].complete)
        time.sleep(min(seconds, 2.0))

    return device.login(service.found(provider.client.issuer), provider.client, shown.append, sleep=pause)


def renewed(provider: Provider, refresh: Secret | None) -> Login:
    assert refresh is not None
    form = {"grant_type": "refresh_token", "refresh_token": refresh.reveal(), **device.for_whom(provider.client)}
    found = service.found(provider.client.issuer)
    return answer.login(found, provider.client, answer.ask(found, provider.client, form))


@pytest.fixture
async def verify(provider: Provider) -> AsyncIterator[Opens]:
    """The gateway's own check, with other settings where a test says so, and a clock that a test may move."""
    opened: list[Verifier] = []

    async def made(later: float = 0.0, **more: Any) -> Verifier:
        told = Issuer.model_validate({**provider.told, "keys_cooldown": 0.05, "timeout": 30, **more})
        one = Verifier([told], now=lambda: time.time() + later, monotonic=time.monotonic)
        opened.append(one)
        await one.open()
        return one

    yield made
    for one in opened:
        await one.close()


async def test_a_login_is_taken_with_its_claims_and_groups(login: Login, provider: Provider, verify: Opens) -> None:
    found = await (await verify()).check(login.token)
    assert (found.issuer, found.user, found.groups) == (provider.told["issuer"], USER, {GROUP})
    assert found.expires_at == pytest.approx(login.ends, abs=60)
    assert login.refresh is not None


async def test_it_expires(login: Login, verify: Opens) -> None:
    with pytest.raises(TokenInvalid) as no:
        await (await verify(later=3600)).check(login.token)
    assert no.value.code == "identity.expired"


async def test_it_is_for_its_audience_alone(login: Login, verify: Opens) -> None:
    with pytest.raises(TokenInvalid, match="'aud'") as no:
        await (await verify(audience="other")).check(login.token)
    assert no.value.code == "identity.invalid"


async def test_a_key_that_the_service_does_not_publish_signs_nothing(login: Login, verify: Opens) -> None:
    """The very token, signed by another: under the service's own key id, and under one that nobody knows."""
    text = login.token.reveal()
    head, claims = jwt.get_unverified_header(text), jwt.decode(text, options={"verify_signature": False})
    gate = await verify()
    for kid, why in ((head["kid"], "signature"), ("nobodys", "key")):
        forged = jwt.encode(claims, GENERATE["ES256"](), "ES256", {**head, "kid": kid})
        with pytest.raises(TokenInvalid, match=why) as no:
            await gate.check(Secret(forged))
        assert no.value.code == "identity.invalid"


async def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_login(
    provider: Provider, verify: Opens
) -> None:
    first = log_in(provider)
    second = renewed(provider, first.refresh)
    assert (await (await verify()).check(second.token)).user == USER
    assert second.token.reveal() != first.token.reveal()
    for used in (first, second):
        with pytest.raises(DeskFailed, match=r"invalid_|status 400"):  # glewlwyd says no without a word
            renewed(provider, used.refresh)


def test_who_logs_out_is_renewed_no_more(provider: Provider) -> None:
    made = log_in(provider)
    provider.log_out(made)
    with pytest.raises(DeskFailed):
        renewed(provider, made.refresh)


async def test_tokens_of_a_key_that_came_later_are_taken(provider: Provider, verify: Opens) -> None:
    gate, before = await verify(), log_in(provider)
    assert (await gate.check(before.token)).user == USER
    provider.rotate()
    after = log_in(provider)
    names = [jwt.get_unverified_header(one.token.reveal())["kid"] for one in (before, after)]
    assert names[0] != names[1]
    assert (await gate.check(after.token)).user == USER
