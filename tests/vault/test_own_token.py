"""The gateway's own token on a real OpenBao: one login for many, renewed in time, ended at close."""

import asyncio
from pathlib import Path

import pytest

from support.servers.issuing import Part
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.vault import Vault
from vecgate.vault.own_token import YOUNG, OwnToken, once_more

LOGIN = "auth/approle/login"
RENEW = "auth/token/renew-self"
LIFE = 20 * 60


def other(part: Part, **changed: Path) -> OwnToken:
    told: Vault = part.settings.vault.model_copy(update=changed)
    return OwnToken(part.vault, told, part.clock)


async def renewed(part: Part) -> None:
    assert part.own_token._renewal is not None
    await asyncio.wait({part.own_token._renewal})


async def is_good(part: Part, token: Secret) -> bool:
    try:
        await part.vault.call("POST", "transit/datakey/plaintext/vecgate-journal", token=token, body={})
    except VaultDenied:
        return False
    return True


async def test_without_its_files_it_is_unavailable(part: Part, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        await other(part, secret_id_file=tmp_path / "none").get()
    assert caught.value.part == "vault"


async def test_with_a_wrong_secret_id_it_is_denied(part: Part, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("8d6c3a52-0000-4b3f-9f52-000000000000")
    with pytest.raises(VaultDenied):
        await other(part, secret_id_file=wrong).get()


async def test_many_at_once_log_in_once(part: Part) -> None:
    tokens = await asyncio.gather(*(part.own_token.get() for _ in range(50)))
    assert len({id(token) for token in tokens}) == 1
    assert part.vault.count(LOGIN) == 1
    assert await is_good(part, tokens[0])


async def test_it_may_seal_recordings_but_never_open_them(part: Part) -> None:
    token = await part.own_token.get()
    key = await part.vault.call("POST", "transit/datakey/plaintext/vecgate-journal", token=token, body={})
    body = {"ciphertext": key["data"]["ciphertext"]}
    with pytest.raises(VaultDenied):
        await part.vault.call("POST", "transit/decrypt/vecgate-journal", token=token, body=body)


async def test_after_two_thirds_it_is_renewed_without_anybody_waiting(part: Part) -> None:
    token = await part.own_token.get()
    part.clock.ahead = LIFE * 0.7
    assert await part.own_token.get() is token
    await renewed(part)
    part.clock.ahead = LIFE * 1.2
    assert await part.own_token.get() is token
    assert (part.vault.count(RENEW), part.vault.count(LOGIN)) == (1, 1)


async def test_when_renewal_is_denied_it_logs_in_anew(part: Part) -> None:
    token = await part.own_token.get()
    await part.vault.call("POST", "auth/token/revoke-self", token=token)
    part.clock.ahead = LIFE * 0.7
    await part.own_token.get()
    await renewed(part)
    fresh = await part.own_token.get()
    assert fresh is not token
    assert await is_good(part, fresh)


async def test_while_it_cannot_log_in_anew_the_old_one_is_kept_until_its_end(part: Part, tmp_path: Path) -> None:
    (file := tmp_path / "secret-id").write_text(part.settings.vault.secret_id_file.read_text())  # type: ignore[union-attr]
    own = other(part, secret_id_file=file)
    token = await own.get()

    async def ended(*_: object) -> float:
        return 1.0  # near its longest life

    own._more = ended  # type: ignore[method-assign]
    kept, _ = file.read_text(), file.write_text("")
    part.clock.ahead = LIFE * 0.7
    assert await own.get() is token
    assert own._renewal is not None
    await asyncio.wait({own._renewal})
    assert isinstance(own._renewal.exception(), VaultDenied)
    assert await own.get() is token
    assert await is_good(part, token)
    file.write_text(kept)
    part.clock.ahead += 3
    await own.get()
    await asyncio.wait({own._renewal})
    assert await own.get() is not token
    await own.close()


async def test_when_openbao_is_away_the_old_one_is_kept_until_its_end(part: Part) -> None:
    token = await part.own_token.get()
    await asyncio.to_thread(part.stack.stop, "bao")
    try:
        part.clock.ahead = LIFE * 0.7
        await part.own_token.get()
        await renewed(part)
        assert await part.own_token.get() is token
        part.clock.ahead = LIFE + 1
        with pytest.raises(Unavailable):
            await part.own_token.get()
    finally:
        await asyncio.to_thread(part.stack.start, "bao")


async def test_one_that_was_refused_is_kept_where_it_is_good_and_changed_where_it_is_not(part: Part) -> None:
    token = await part.own_token.get()
    part.own_token.forget(Secret("another"))
    part.own_token.forget(token)
    assert await part.own_token.get() is token
    assert part.vault.count(LOGIN) == 1
    await part.vault.call("POST", "auth/token/revoke-self", token=token)
    part.own_token.forget(token)
    assert await is_good(part, await part.own_token.get())
    assert part.vault.count(LOGIN) == 2


async def test_a_good_one_that_is_older_is_changed_for_what_its_role_may_give_by_now_or_kept(
    part: Part, tmp_path: Path
) -> None:
    (file := tmp_path / "secret-id").write_text(part.settings.vault.secret_id_file.read_text())  # type: ignore[union-attr]
    own = other(part, secret_id_file=file)
    token = await own.get()
    part.clock.ahead = YOUNG + 1
    kept, _ = file.read_text(), file.write_text("used up")
    own.forget(token)
    assert await own.get() is token, "it is better than none"
    file.write_text(kept)
    own.forget(token)
    assert await own.get() is token, "not twice within a minute"
    part.clock.ahead += YOUNG + 1
    own.forget(token)
    assert await own.get() is not token
    await own.close()


async def test_at_close_it_ends_at_the_server(part: Part) -> None:
    token = await part.own_token.get()
    await part.own_token.close()
    assert not await is_good(part, token)


async def test_what_is_refused_is_asked_once_more_on_a_new_login_and_only_that_token_is_forgotten() -> None:
    """Two who are refused with one token at once: the second must not throw away what the first has brought about."""
    tokens, forgotten = [Secret("old"), Secret("new")], list[str]()
    current = [tokens[0]]

    async def get() -> Secret:
        return current[0]

    def forget(token: Secret) -> None:
        forgotten.append(token.reveal())
        if token is current[0]:
            current[0] = tokens[1]

    async def ask(token: Secret) -> str:
        await asyncio.sleep(0)
        if token is tokens[0]:
            raise VaultDenied("ended")
        return token.reveal()

    assert await asyncio.gather(*(once_more(get, forget, ask) for _ in range(3))) == ["new"] * 3
    assert forgotten == ["old"] * 3


async def test_that_the_gateway_may_not_log_in_is_no_answer_to_what_is_asked() -> None:
    async def get() -> Secret:
        raise VaultDenied("400 on auth/approle/login", "missing secret_id")

    async def ask(_: Secret) -> str:
        raise AssertionError("nobody is asked")

    with pytest.raises(Unavailable, match="own login is refused: 400 on auth/approle/login: missing secret_id"):
        await once_more(get, lambda _: None, ask)


async def test_a_second_no_is_a_no() -> None:
    asked: list[str] = []

    async def get() -> Secret:
        return Secret("any")

    async def ask(token: Secret) -> str:
        asked.append(token.reveal())
        raise VaultDenied("no")

    with pytest.raises(VaultDenied):
        await once_more(get, lambda _: None, ask)
    assert len(asked) == 2
