"""Is this proof good for this call, this token and this moment? DPoP, RFC 9449 section 4.3.

It is a JWT that brings its own public key: that it is the one of the token says `jkt`. It names the method and the URL
it is for, holds the token's digest, and is young. That it was not used before, Valkey knows (state/tokens/proofs.py).
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeGuard
from urllib.parse import urlsplit

import jwt

from vecgate.domain.principal import Secret
from vecgate.identity.envelope import members, usable
from vecgate.identity.jwks import algorithms_of
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import TokenInvalid

LONGEST: Final = 8192
#: Members of its header; `jwk` is its point, and everything else would bring another key or change how it is read.
_HEADER: Final = frozenset(("alg", "jwk", "typ", "kid"))
#: What a private or a symmetric key has.
_SECRET: Final = frozenset(("d", "dp", "dq", "k", "oth", "p", "q", "qi"))
#: What a thumbprint is of, by kind of key (RFC 7638 section 3.2, RFC 8037 section 2).
_PRINTED: Final = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
_PORTS: Final = {"http": 80, "https": 443}
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_OPTIONS: Final[Any] = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False,
                        "verify_sub": False, "enforce_minimum_key_length": True}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a proof must be for; `seconds`: how old it may be, and `leeway` how far ahead."""

    method: str
    url: str
    token: Secret
    key: str
    seconds: float
    leeway: float


@dataclass(frozen=True, slots=True)
class Used:
    """A good proof: what no other one may be (SHA-256, hex), for how long, and the nonce it has; or none."""

    mark: str
    seconds: float
    nonce: str


def bad(why: str) -> TokenInvalid:
    """The error of a bad proof, in our own words."""
    return TokenInvalid("identity.proof", why)


def check(proof: Secret, asked: Asked, now: float) -> Used:
    """What it is, if it is good. `now` is in seconds since the epoch. Raises TokenInvalid."""
    text = proof.reveal().strip(" ")
    if len(text) > LONGEST or text.count(".") != 2:
        raise bad("it is no signed JWT of a usual length")
    try:
        head, said = members(text.split(".")[0], "header"), members(text.split(".")[1], "claims")
        jti = usable(said.get("jti"), "jti")
        nonce = usable(said["nonce"], "nonce") if "nonce" in said else ""
    except TokenInvalid as e:
        raise bad(str(e)) from None
    key = _key(head)
    if key != asked.key:
        raise bad("its key is not the one that the token is bound to")
    _proven(text, head)
    _fits(said, asked, now)
    return Used(sha256(f"{key} {jti}".encode()).hexdigest(), asked.seconds + 2 * asked.leeway, nonce)


def thumbprint(jwk: dict[str, Any]) -> str:
    """The SHA-256 of a public key in base64url. Raises KeyError, TypeError for what is none."""
    return _b64(sha256(dump({name: jwk[name] for name in sorted(_PRINTED[jwk["kty"]])})).digest())


def _key(head: dict[str, Any]) -> str:
    jwk = head.get("jwk")
    if str(head.get("typ")).lower() != "dpop+jwt":
        raise bad("its 'typ' is not 'dpop+jwt'")
    if other := sorted(head.keys() - _HEADER):
        raise bad(f"its header must not have '{other[0]}'" if other[0].isprintable() else "its header has too much")
    if not isinstance(jwk, dict) or not _SECRET.isdisjoint(jwk):
        raise bad("its 'jwk' is not one public key")
    if str(head.get("alg")) not in algorithms_of(jwk):
        raise bad("its 'alg' is not one for its key, or is symmetric, or none")
    try:
        return thumbprint(jwk)
    except (KeyError, TypeError):
        raise bad("its 'jwk' is not one public key") from None


def _proven(text: str, head: dict[str, Any]) -> None:
    algorithm = str(head["alg"])
    try:
        jwt.decode(text, jwt.PyJWK(head["jwk"], algorithm), algorithms=[algorithm], options=_OPTIONS)
    except jwt.PyJWTError:
        raise bad("its signature does not match, or its key is too short") from None


def _fits(said: dict[str, Any], asked: Asked, now: float) -> None:
    at, ends, begins, url = said.get("iat"), said.get("exp", now + 1), said.get("nbf", now), said.get("htu")
    if said.get("htm") != asked.method:
        raise bad("its 'htm' is another method")
    named = _plain(url) if isinstance(url, str) and url.isprintable() else None
    if named is None or named != _plain(asked.url):
        raise bad("its 'htu' is another URL")
    if not _is_time(at) or not now - asked.seconds - asked.leeway <= at <= now + asked.leeway:
        raise bad("its 'iat' is missing, too long ago or in the future")
    # It needs neither of these; where it has one, that holds, as in any JWT (RFC 7519 sections 4.1.4 and 4.1.5).
    if not _is_time(ends) or not _is_time(begins) or not begins - asked.leeway <= now < ends + asked.leeway:
        raise bad("its 'exp' is past, or its 'nbf' is to come")
    if said.get("ath") != _b64(sha256(asked.token.reveal().encode()).digest()):
        raise bad("its 'ath' is missing, or another token's")


def _is_time(said: object) -> TypeGuard[int | float]:
    return isinstance(said, int | float) and not isinstance(said, bool)


def _plain(url: str) -> tuple[str, str, int | None, str] | None:
    """A URL without what does not tell two apart (RFC 3986 section 6.2.2), nor what stands behind its path."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port, _ESCAPED.sub(_unescaped, parts.path) or "/"


def _unescaped(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else found[0].upper()


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
