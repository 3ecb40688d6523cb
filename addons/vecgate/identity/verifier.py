"""Is this token genuine, ours, and good now? One token -> one Principal, or a reason why not.

The key store is chosen by the exact `iss`, so two issuers with one key id cannot be mixed up (RFC 8725
section 3.8). PyJWT proves signature, issuer and audience; what it leaves to its caller is checked in
`envelope.py` and `claims.py`. Proven tokens are remembered by hash, briefly, and only with their key.
"""

import asyncio
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import jwt
from jwt.types import Options

from vecgate.domain.principal import End, Principal, Secret
from vecgate.identity import claims, envelope, logout
from vecgate.identity.client_secret import Read, no_vault
from vecgate.identity.envelope import Envelope, invalid
from vecgate.identity.groups import are_elsewhere
from vecgate.identity.introspection import Introspector
from vecgate.identity.jwks import Key
from vecgate.identity.keys import IssuerKeys
from vecgate.identity.overage import Lookup
from vecgate.refusals.errors import SettingsError
from vecgate.settings.issuers import SPIFFE, Issuer
from vecgate.settings.limits import LONGEST_TOKEN

MEMORY_SECONDS: Final = 60.0
MEMORY_ENTRIES: Final = 4096

# Times are checked in claims.py on the clock we are given: PyJWT would use the machine's own.
_OPTIONS: Final[Options] = {
    "require": ["exp", "iat", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "enforce_minimum_key_length": True,
}
#: A JWT-SVID needs no `iss`, nor an `iat`: whose it is says its `sub` (claims.py).
_SVID: Final[Options] = {**_OPTIONS, "require": ["exp", "aud", "sub"]}
#: Where another claim than `aud` says for whom it is (claims.py).
_ELSEWHERE: Final[Options] = {**_OPTIONS, "require": ["exp", "iat", "iss", "sub"], "verify_aud": False}
_LOGOUT: Final[Options] = {**_OPTIONS, "require": ["iat", "iss", "aud", "jti"]}
_REASONS: Final = MappingProxyType(
    {
        jwt.InvalidSignatureError: "its signature does not match",
        jwt.InvalidIssuerError: "its 'iss' is not accepted",
        jwt.InvalidAudienceError: "its 'aud' is not this gateway",
        jwt.InvalidKeyError: "its key is too short",
    }
)


@dataclass(frozen=True, slots=True)
class _Proven:
    """A token that was proven: by which key, and between which times that may be relied on."""

    principal: Principal
    key: Key
    since: float
    until: float


class Verifier:
    """Checks tokens of the given issuers, of no more than `longest` bytes.

    `now` is in seconds since the epoch; `monotonic` ages the keys; with `read`, secrets come out of Vault.
    """

    def __init__(
        self,
        issuers: Sequence[Issuer],
        *,
        now: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
        longest: int = LONGEST_TOKEN,
    ) -> None:
        """Raises SettingsError for an issuer that is named twice, holds a `#`, or cannot be asked for keys."""
        _check_names([issuer.issuer for issuer in issuers])
        self._issuers = {issuer.issuer: (issuer, IssuerKeys(issuer, clock=monotonic)) for issuer in issuers}
        self.read: Read = no_vault
        read: Read = lambda path: self.read(path)  # noqa: E731
        opaque = [Introspector(one, one.introspection, read, now) for one in issuers if one.introspection is not None]
        if len(opaque) > 1:
            raise SettingsError(["issuers: 'introspection' is of one issuer only: nobody could tell whom to ask"])
        self._opaque = opaque[0] if opaque else None
        self._lookups = {one.issuer: Lookup(one, one.overage, read, now) for one in issuers if one.overage is not None}
        self._now = now
        self._longest = longest
        self._proven: dict[bytes, _Proven] = {}

    async def open(self) -> None:
        """Begin to fetch keys. Issuers that are away do not stop the start."""
        for _, keys in self._issuers.values():
            await keys.open()
        for beside in (self._opaque, *self._lookups.values()):
            if beside is not None:
                await beside.open()

    async def close(self) -> None:
        for beside in (self._opaque, *self._lookups.values()):
            if beside is not None:
                await beside.close()
        await asyncio.gather(*(keys.close() for _, keys in self._issuers.values()))

    def look(self) -> dict[str, bool]:
        """Whether each issuer's tokens can be checked now. Never waits; missing keys are fetched behind it."""
        return {name: keys.look() for name, (_, keys) in self._issuers.items()}

    async def check(self, token: Secret, address: str = "") -> Principal:
        """The owner of a token that came from a client's address.

        Raises TokenInvalid (`identity.expired`, `identity.invalid`, `identity.overage`), or Unavailable('issuer keys').
        """
        text = token.reveal()
        if self._opaque is not None and len(text) <= self._longest and envelope.is_opaque(text):
            return await self._opaque.check(text, address)
        mark = sha256(envelope.measure(text, self._longest)).digest()
        known = self._remembered(mark)
        if known is not None:
            return known
        letter = envelope.read(text)
        issuer, keys = self._accepted(letter)
        key = await keys.find(letter.key_id, letter.algorithm)
        now, told = self._now(), _prove(letter.claims, text, key, issuer, issuer.audiences)
        lookup = self._lookups.get(issuer.issuer)
        if lookup is not None and are_elsewhere(told, issuer.groups_claim):
            principal, until = await lookup.principal(told)
        else:
            principal, until = claims.principal(told, issuer, now), now + MEMORY_SECONDS
        self._remember(mark, _Proven(principal, key, now, min(principal.expires_at, now + MEMORY_SECONDS, until)))
        return principal

    async def logout(self, token: Secret) -> tuple[str, tuple[End, ...]]:
        """What a logout token ends, and what makes it one of its own. Raises TokenInvalid, Unavailable."""
        text = token.reveal()
        envelope.measure(text, self._longest)
        letter = envelope.read(text)
        issuer, keys = self._accepted(letter, logout.TYPES)
        if issuer.logout_audience is None:
            raise invalid("its issuer has no 'logout_audience'")
        key = await keys.find(letter.key_id, letter.algorithm)
        names = issuer.logout_audience
        told = _prove(letter.claims, text, key, issuer, (names,) if isinstance(names, str) else names, _LOGOUT)
        return logout.ends(told, issuer, self._now())

    def _accepted(self, letter: Envelope, types: Container[str] | None = None) -> tuple[Issuer, IssuerKeys]:
        """Whose it says it is, and their keys. `types`: in the place of those of the issuer. Raises TokenInvalid."""
        found = self._issuers.get(letter.issuer)
        if found is None:
            raise invalid("its 'iss' is not accepted")
        issuer = found[0]
        if letter.algorithm not in issuer.algorithms:
            raise invalid("its 'alg' is not accepted")
        # "none" in the settings stands for an absent typ, so a typ that says "none" is never accepted.
        if letter.type == "none" or (letter.type or "none") not in (types or issuer.types):
            raise invalid("its 'typ' is not accepted")
        return found

    def _remembered(self, mark: bytes) -> Principal | None:
        proven = self._proven.get(mark)
        if proven is None:
            return None
        keys = self._issuers[proven.principal.issuer][1]
        if keys.known(proven.key.key_id, proven.key.algorithm) == proven.key and (
            proven.since <= self._now() < proven.until
        ):
            return proven.principal
        del self._proven[mark]
        return None

    def _remember(self, mark: bytes, proven: _Proven) -> None:
        while len(self._proven) >= MEMORY_ENTRIES:
            del self._proven[next(iter(self._proven))]
        self._proven[mark] = proven


def _check_names(names: list[str]) -> None:
    problems = [f"issuers: {name}: named twice" for name in sorted({n for n in names if names.count(n) > 1})]
    # `Principal.key` joins issuer and subject with "#": one in the issuer could make two people one.
    problems += [f"issuers: {name}: an issuer holds no '#'" for name in names if "#" in name]
    if problems:
        raise SettingsError(problems)


def _prove(
    told: Mapping[str, Any], text: str, key: Key, issuer: Issuer, audiences: Sequence[str], options: Options = _OPTIONS
) -> dict[str, Any]:
    is_svid = options is _OPTIONS and "iss" not in told and issuer.issuer.startswith(SPIFFE)
    is_named_elsewhere = options is _OPTIONS and issuer.audience_claim != "aud"
    wanted = _SVID if is_svid else _ELSEWHERE if is_named_elsewhere else options
    try:
        proven = jwt.decode(
            text,
            key.public,
            algorithms=[key.algorithm],
            issuer=None if is_svid else issuer.issuer,
            audience=None if is_named_elsewhere else audiences,
            options=wanted,
        )
    except jwt.MissingRequiredClaimError as e:
        raise invalid(f"its '{e.claim}' is missing") from None
    except jwt.PyJWTError as e:
        raise invalid(_REASONS.get(type(e), "it is not well-formed")) from None
    if is_named_elsewhere and not claims.is_for(proven, issuer):
        raise invalid(f"its '{issuer.audience_claim}' is not this gateway")
    return proven
