"""Under which key are values hashed, renamed and encrypted? One secret that OpenBao keeps; of it, one per tenant.

The secret is an HMAC that the transit engine makes of a fixed text (`transit/hmac`): it is stored nowhere, and the
same after every restart, for every worker. HKDF with SHA-256 (RFC 5869) then makes a key for each tenant, and of
that one for each operator and entity: who holds one learns nothing of the others.

Marks are stored, so they are made under one version of the key, whatever it is rotated to: the first one, unless the
settings name another. Where that was moved on, values that are looked for are marked under the former ones, too, as
long as they are given out. Nothing has to be kept for that, and two gateways cannot come to two versions. When the
one that marks are made under is no longer given out, that is said, and not got round: what was stored under it would be
found by nobody. Tokens of every version that is given out still open.
"""

import asyncio
import base64
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol

from vecgate.domain.principal import Secret
from vecgate.domain.tenant import Tenant
from vecgate.masking.derived import KEY_BYTES, derived
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.masking import Masking
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import once_more

#: What the secret is the HMAC of. A policy may allow the gateway's token this one input.
LABEL: Final = base64.b64encode(b"vecgate masking 1").decode()
#: The version that marks are made under, unless the settings say another.
FIRST: Final = 1
#: So many versions back a value is looked for.
MOST_FORMER: Final = 100
#: After so many seconds it is asked anew which version is the newest: another gateway may have been moved on.
LOOK_AGAIN: Final = 60.0
_MADE: Final = re.compile(r"vault:v(\d{1,9}):([A-Za-z0-9+/]{43}=)")

log = logging.getLogger(__name__)


class Keys(Protocol):
    """Whoever has a key for each tenant."""

    async def of(self, tenant: Tenant) -> bytes:
        """The tenant's key, of 32 bytes. Raises Unavailable('masking key')."""

    async def older(self, tenant: Tenant, steps: int) -> bytes | None:
        """The tenant's key under the so many-th other version, newest first; None when there is none, or no longer."""

    def retired(self) -> int:
        """The newest version that was asked for and is no longer given out; 0: there is none."""

    async def former(self) -> "Mapping[int, Keys]":
        """By version, those under which marks may have been made before, newest first. Raises Unavailable."""


class LocalKeys:
    """Keys that are made of one secret at hand."""

    def __init__(self, secret: bytes) -> None:
        """Raises ValueError for a secret shorter than 32 bytes."""
        if len(secret) < KEY_BYTES:
            raise ValueError(f"the secret must have at least {KEY_BYTES} bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "LocalKeys(***)"

    async def of(self, tenant: Tenant) -> bytes:
        """The tenant's key."""
        return derived(self._secret, "tenant", *tenant)

    async def older(self, _tenant: Tenant, _steps: int) -> bytes | None:
        """None: there never was another secret."""
        return None

    def retired(self) -> int:
        """0: nothing can be taken away."""
        return 0

    async def former(self) -> Mapping[int, Keys]:
        """None: there never was another secret."""
        return {}


class VaultKeys:
    """Keys that are made of a secret which the server gives out."""

    def __init__(
        self,
        vault: VaultClient,
        own_token: Callable[[], Awaitable[Secret]],
        settings: Masking,
        forget: Callable[[Secret], None] = lambda _: None,
    ) -> None:
        """`forget` is told of a token that was refused, so that the next `own_token` is a new one."""
        self._vault = vault
        self._own_token = own_token
        self._settings = settings
        self._forget = forget
        self._turn = asyncio.Lock()
        self._pinned: int | None = None
        self._newest, self._looked = 0, 0.0
        self._retired = 0
        self._secrets: dict[int, bytes] = {}
        self._former: Mapping[int, Keys] | None = None

    def __repr__(self) -> str:
        return "VaultKeys(***)"

    def __reduce__(self) -> str:
        raise TypeError("keys are never serialised")

    async def of(self, tenant: Tenant) -> bytes:
        """The tenant's key. Raises Unavailable('masking key')."""
        return derived(self._secrets[await self._current()], "tenant", *tenant)

    async def older(self, tenant: Tenant, steps: int) -> bytes | None:
        """The tenant's key under the so many-th other version, newest first; None when there is none, or no longer."""
        pinned, newest = await self._current(), await self.newest()
        others = [version for version in range(newest, 0, -1) if version != pinned]
        if steps > len(others):
            return None
        version = others[steps - 1]
        if not await self._given_out(version, pinned):
            self._retired = max(self._retired, version)
            return None
        return derived(self._secrets[version], "tenant", *tenant)

    def retired(self) -> int:
        """The newest version that was asked for and is no longer given out; 0: there is none."""
        return self._retired

    async def former(self) -> Mapping[int, Keys]:
        """By version, those under which marks may have been made before, newest first. Raises Unavailable.

        What is retired at the start stays out until the next one; that is told in the log.
        """
        pinned = await self._current()
        if self._former is None:
            found = dict[int, Keys]()
            for version in range(pinned - 1, max(0, pinned - 1 - MOST_FORMER), -1):
                if not await self._given_out(version, pinned):  # nor are those before it
                    self._retired = max(self._retired, version)
                    log.warning("masking.key: version %s is retired; what is stored under it is not found", version)
                    break
                found[version] = _Version(self, self._secrets[version])
            self._former = found
        return self._former

    async def given_out(self) -> Mapping[int, Keys]:
        """By version, all that can be had, the one that marks are made under first. Raises Unavailable."""
        pinned = await self._current()
        found: dict[int, Keys] = {pinned: _Version(self, self._secrets[pinned]), **await self.former()}
        for version in range(await self.newest(), pinned, -1):
            if await self._given_out(version, pinned):
                found[version] = _Version(self, self._secrets[version])
        return found

    async def _given_out(self, version: int, pinned: int) -> bool:
        """Whether a former version can be had. Raises Unavailable where the one of now cannot be, either."""
        try:
            await self._have(version)
        except VaultDenied:
            try:
                await self._fetch(pinned)
            except VaultDenied as e:  # so it is not that version which is refused, but the gateway
                raise Unavailable(Part.MASKING_KEY, f"refused: {e.said or e}") from e
            return False
        return True

    async def newest(self) -> int:
        """The newest version there is; asked anew after a while. Raises Unavailable('masking key')."""
        if self._newest and time.monotonic() < self._looked + LOOK_AGAIN:
            return self._newest
        try:
            self._newest = await self._fetch(None)
        except VaultDenied as e:
            raise Unavailable(Part.MASKING_KEY, f"refused: {e.said or e}") from e
        self._looked = time.monotonic()
        return self._newest

    async def _current(self) -> int:
        if self._pinned is None:
            async with self._turn:
                if self._pinned is None:  # or another request asked while this one waited
                    self._pinned = await self._first()
        return self._pinned

    async def _first(self) -> int:
        version = self._settings.key_version or FIRST
        try:
            return await self._have(version)
        except VaultDenied as e:
            said = f"version {version} of masking.key is not given out: {e.said or e}"
            raise Unavailable(Part.MASKING_KEY, said) from e

    async def _have(self, version: int) -> int:
        return version if version in self._secrets else await self._fetch(version)

    async def _fetch(self, version: int | None) -> int:
        """Keeps a version's secret and tells which it is; None: the newest. Raises Unavailable, VaultDenied."""
        body = {"input": LABEL, "algorithm": "sha2-256"} | ({} if version is None else {"key_version": version})
        path = f"{self._settings.key_mount}/hmac/{self._settings.key}"
        ask = partial(self._vault.call, "POST", path, body=body)
        try:
            made = await once_more(self._own_token, self._forget, lambda token: ask(token=token))
        except Unavailable as e:
            raise Unavailable(Part.MASKING_KEY, str(e)) from e
        number, secret = _read(made)
        self._secrets[number] = secret
        return number


class _Version:
    """The same keys as they were under another version."""

    def __init__(self, now: VaultKeys, secret: bytes) -> None:
        self._now, self._secret = now, secret

    def __repr__(self) -> str:
        return "_Version(***)"

    def __reduce__(self) -> str:
        raise TypeError("keys are never serialised")

    async def of(self, tenant: Tenant) -> bytes:
        """The tenant's key."""
        return derived(self._secret, "tenant", *tenant)

    async def older(self, tenant: Tenant, steps: int) -> bytes | None:
        """The tenant's keys under all versions, the one that marks are made under now first."""
        return await self._now.of(tenant) if steps == 1 else await self._now.older(tenant, steps - 1)

    def retired(self) -> int:
        """See VaultKeys."""
        return self._now.retired()

    async def former(self) -> Mapping[int, Keys]:
        """None: it is one of them."""
        return {}


def _read(made: dict[str, Any]) -> tuple[int, bytes]:
    data = made.get("data")
    found = _MADE.fullmatch(str(data.get("hmac"))) if isinstance(data, dict) else None
    if found is None:
        raise Unavailable(Part.MASKING_KEY, "unreadable")
    return int(found[1]), base64.b64decode(found[2])


def keys_for(
    settings: Masking,
    vault: VaultClient,
    own_token: Callable[[], Awaitable[Secret]],
    forget: Callable[[Secret], None],
    hash_key: bytes,
) -> Keys:
    """Keys of the secret that the settings name, or of one that all workers of this gateway have."""
    return LocalKeys(hash_key) if settings.key is None else VaultKeys(vault, own_token, settings, forget)
