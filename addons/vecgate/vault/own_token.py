"""With what does the gateway itself come to Vault/OpenBao? A token of its own login, kept alive while it runs.

By AppRole, by the JWT of its pod or workload, or with what Vault Agent keeps in a file (`settings/vault.py`). Renewed
at two thirds of its life; when that fails, a new login. A token of a file is read anew then: the agent renews it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vecgate.background import Tasks
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.vault import VaultServer
from vecgate.vault.client import VaultClient

RENEW_AT: Final = 2 / 3
RETRY_SECONDS: Final = 2.0
#: Where Kubernetes puts the token of a pod's service account.
SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
#: How long a token that has no end is taken for good, before it is looked at again.
UNENDING: Final = 3600.0
#: A token that is good is not changed for another sooner than that: each login may use up a secret id.
YOUNG: Final = 60.0


async def once_more[T](
    get: Callable[[], Awaitable[Secret]], forget: Callable[[Secret], None], ask: Callable[[Secret], Awaitable[T]]
) -> T:
    """What is asked on the gateway's own token; where it is refused, once more on a new login: it may have ended early.

    The refused token is doubted, and no other: many who are refused at once cause one login, and none where it is the
    call that is refused and not the token. Raises VaultDenied for what is refused; that the gateway may not log in is
    nobody else's no: Unavailable('vault').
    """
    token = await _logged_in(get)
    try:
        return await ask(token)
    except VaultDenied as e:
        if not e.may_be_token:
            raise
        forget(token)
        if (other := await _logged_in(get)) is token:
            raise
    return await ask(other)


async def _logged_in(get: Callable[[], Awaitable[Secret]]) -> Secret:
    try:
        return await get()
    except VaultDenied as e:
        raise Unavailable(Part.VAULT, f"the gateway's own login is refused: {e}: {e.said}") from e


@dataclass(slots=True)
class _Held:
    token: Secret
    life: float
    since: float
    renew_at: float
    ends_at: float
    is_doubted: bool = False


class OwnToken:
    """The gateway's own token; `get` is cheap. Clock: seconds since the epoch."""

    def __init__(self, vault: VaultClient, settings: VaultServer, now: Callable[[], float]) -> None:
        self._vault = vault
        self._settings = settings
        self._now = now
        self._held: _Held | None = None
        self._login_turn = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    async def get(self) -> Secret:
        """A token that is good now. Raises Unavailable('vault'), or VaultDenied when the login is refused."""
        held = self._usable()
        if held is None or held.is_doubted:
            return await self._log_in()
        if self._now() >= held.renew_at and (self._renewal is None or self._renewal.done()):
            self._renewal = self._tasks.start(self._renew(held), "renew own token")
        return held.token

    def forget(self, token: Secret) -> None:
        """It was refused: the next `get` asks whether it is good, and where it is not, or is old, it logs in anew."""
        if self._held is not None and self._held.token is token:
            self._held.is_doubted = True

    async def read(self, path: str) -> dict[str, Any]:
        """What is at a path, on this token. Raises Unavailable('vault'), VaultDenied."""
        return await once_more(self.get, self.forget, lambda token: self._vault.call("GET", path, token=token))

    async def close(self) -> None:
        """End the token at the server, if it can be reached; one that others use too goes on."""
        await self._tasks.close()
        held, self._held = self._usable(), None
        if held is not None and self._settings.login != "token_file":
            try:
                await self._vault.call("POST", "auth/token/revoke-self", token=held.token)
            except (Unavailable, VaultDenied):
                return  # it ends by itself

    def _usable(self) -> _Held | None:
        return self._held if self._held is not None and self._now() < self._held.ends_at else None

    def _keep(self, token: Secret, life: float) -> Secret:
        now = self._now()
        self._held = _Held(token, life, now, now + life * RENEW_AT, now + life)
        return token

    async def _log_in(self) -> Secret:
        async with self._login_turn:
            held = self._usable()  # another request may have done it while this one waited
            if held is None or (held.is_doubted and not await self._is_good(held)):
                return self._keep(*await self._fresh())
            if held.is_doubted and self._now() - held.since > YOUNG:  # its role may give more than it did then
                held.since = self._now()
                with suppress(Unavailable, VaultDenied):
                    return self._keep(*await self._fresh())
            held.is_doubted = False
            return held.token

    async def _is_good(self, held: _Held) -> bool:
        try:
            await self._vault.call("GET", "auth/token/lookup-self", token=held.token)
        except VaultDenied:
            return False
        return True

    async def _fresh(self) -> tuple[Secret, float]:
        told = self._settings
        if told.login == "token_file":
            token = Secret(_read(told.token_file))
            found = await self._vault.call("GET", "auth/token/lookup-self", token=token)
            try:
                return token, float(found["data"]["ttl"]) or UNENDING
            except (KeyError, TypeError, ValueError):
                raise Unavailable(Part.VAULT, "unreadable token") from None
        if told.login == "approle":
            body = {"role_id": _read(told.role_id_file), "secret_id": _read(told.secret_id_file)}
        else:
            body = {"role": told.login_role or "", "jwt": _read(told.jwt_file or SERVICE_ACCOUNT)}
        return await self._vault.login(told.login_path, body)

    async def _more(self, token: Secret) -> float:
        """Its life from now on, in seconds; 0: the agent has another by now, or it is no use to ask."""
        if self._settings.login == "token_file":
            return 0.0
        auth = (await self._vault.call("POST", "auth/token/renew-self", token=token))["auth"]
        return float(auth["lease_duration"])

    async def _renew(self, held: _Held) -> None:
        try:
            life = await self._more(held.token)
        except Unavailable:
            held.renew_at = self._now() + RETRY_SECONDS
            return
        except (VaultDenied, KeyError, TypeError, ValueError):
            life = 0.0
        if life >= held.life / 2:
            self._keep(held.token, life)
        else:  # near its longest life, or gone: a new login, before requests need it
            await self._log_in_before_its_end(held)

    async def _log_in_before_its_end(self, held: _Held) -> None:
        """It is kept until there is another: what the gateway logs in with may be away for a moment."""
        async with self._login_turn:
            if self._held is not held:  # it was refused meanwhile, and whoever asked has another
                return
            try:
                self._keep(*await self._fresh())
            except (Unavailable, VaultDenied):
                held.renew_at = self._now() + RETRY_SECONDS
                raise


def _read(path: Path | None) -> str:
    if path is None:
        raise Unavailable(Part.VAULT, "no file to log in with")
    try:
        return path.read_text("utf-8").strip()
    except OSError as e:
        raise Unavailable(Part.VAULT, f"{path.name}: {e.strerror}") from e
