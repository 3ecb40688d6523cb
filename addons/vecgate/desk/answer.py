"""What did a login service answer (tokens, errors of RFC 6749)? Taken only where it is about us, and for us."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import jwt

from vecgate.desk import web
from vecgate.desk.places import DeskFailed
from vecgate.desk.service import Service
from vecgate.desk.told import Client
from vecgate.domain.principal import Secret

_SIGNED_BY: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY: Final = 15  # seconds that two clocks may differ
_LONGEST_WORDS: Final = 200
#: Of a token whose life nobody says.
_LIFE: Final = 300.0


class NotNow(DeskFailed):
    """The login service said no. `code` is its word (RFC 6749 section 5.2, RFC 8628 section 3.5)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Login:
    """A login as it is kept: which token the gateway gets, until when, and what a new one is had for.

    `ends` is in seconds since the epoch; `life` is for how long the token was given, in seconds; 0: not known.
    """

    client: Client
    token: Secret
    ends: float
    user: str = ""
    subject: str = ""
    refresh: Secret | None = None
    id_token: Secret | None = field(default=None, repr=False)
    life: float = 0.0


def ask(service: Service, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
    """What the token endpoint gives. Raises NotNow for its no, DeskFailed for no answer."""
    status, tree = web.ask(service.token_endpoint, {"client_id": client.client_id, **form}, ca=client.ca)
    return understood(service, status, tree)


def understood(service: Service, status: int, tree: Any) -> dict[str, Any]:
    """The members of a yes. Raises NotNow for a no, Away where it is broken."""
    if status == 200 and isinstance(tree, dict) and "error" not in tree:
        return tree
    if status == 429:
        raise web.Away(f"{service.issuer} was asked too often from here (status 429); try again in a minute")
    if status >= 500:
        raise web.Away(f"{service.issuer} is not well: it answered with status {status}")
    if isinstance(tree, dict) and isinstance(code := tree.get("error"), str):
        said = printable(tree.get("error_description", ""))
        raise NotNow(printable(code), f"{service.issuer} said no: {printable(code)}{f' ({said})' if said else ''}")
    raise DeskFailed(f"{service.issuer} answered with status {status}, and not as a login service does")


def printable(said: Any) -> str:
    """What others wrote, fit for a terminal, and not long."""
    text = said if isinstance(said, str) else ""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_LONGEST_WORDS])


def login(
    service: Service, client: Client, tree: Mapping[str, Any], *, nonce: str = "", before: Login | None = None
) -> Login:
    """The login that an answer is worth; `before`: what it takes the place of. Raises DeskFailed."""
    if str(tree.get("token_type", "")).lower() != "bearer":
        raise DeskFailed(f"{service.issuer} gave no bearer token, and no other kind is known here")
    text = _text(tree, client.token)
    if not text:
        raise DeskFailed(f"{service.issuer} gave no {client.token}")
    id_token, renewed = _text(tree, "id_token"), refresh(tree)
    claims = _proven(service, client, id_token, nonce) if id_token else {}
    if before is not None and before.subject and claims and claims["sub"] != before.subject:
        raise DeskFailed(f"{service.issuer} gave a token of somebody else: it is not used")
    if not claims and nonce and "openid" in client.scope.split():
        raise DeskFailed(f"{service.issuer} does not say whose login it is: there is no ID token")
    ends, known = _ends(tree, text), (before.user, before.subject) if before else ("", "")
    made = Login(client, Secret(text), ends, *known, life=max(0.0, ends - time.time()))
    if claims:
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        made = replace(made, user=printable(name), subject=claims["sub"], id_token=Secret(id_token))
    return replace(made, refresh=renewed or (before.refresh if before else None))


def refresh(tree: Mapping[str, Any]) -> Secret | None:
    """The refresh token of an answer, if there is one. Raises DeskFailed."""
    text = _text(tree, "refresh_token")
    return Secret(text) if text else None


def _text(tree: Mapping[str, Any], name: str) -> str:
    """A token; empty where there is none. Raises DeskFailed for what cannot stand in a header."""
    found = tree.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or not found.isascii() or not found.isprintable() or " " in found or not found:
        raise DeskFailed(f"the {name} that was given is none")
    return found


def _ends(tree: Mapping[str, Any], token: str) -> float:
    """When a token ends: by its own word, and by the answer's, whichever is sooner."""
    life, now = tree.get("expires_in"), time.time()
    ends = [now + life] if isinstance(life, int | float) and not isinstance(life, bool) and life > 0 else []
    own = peeked(token).get("exp")
    if isinstance(own, int | float) and not isinstance(own, bool):
        ends.append(float(own))
    return min(ends, default=now + _LIFE)


def peeked(token: str) -> dict[str, Any]:
    """The claims of a token that looks like a JWT, unproven; the gateway proves it. Nothing of any other."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        tree = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _proven(service: Service, client: Client, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that is this login service's, about this login, and for us. Raises DeskFailed."""
    if not service.jwks_uri:
        raise DeskFailed(f"{service.issuer} publishes no keys: its ID token cannot be proven")
    status, keys = web.ask(service.jwks_uri, ca=client.ca)
    if status != 200:
        raise web.Away(f"{service.issuer} does not give its keys (status {status}), which prove who you are")
    try:
        claims = _claims(service, client, token, _usable(keys, jwt.get_unverified_header(token)))
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as e:
        raise DeskFailed(f"what {service.issuer} says of you cannot be proven: {type(e).__name__}") from e
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", client.client_id) != client.client_id or (several and "azp" not in claims):
        raise DeskFailed(f"what {service.issuer} says is for another program than {client.client_id}")
    if nonce and claims.get("nonce") != nonce:
        raise DeskFailed(f"what {service.issuer} says is about another login")
    return claims


def _usable(keys: Any, head: Mapping[str, Any]) -> list[jwt.PyJWK]:
    """Those of a JWK Set that may have signed what has this head; what is odd, or for another use, is left out."""
    found, algorithm = list[jwt.PyJWK](), head.get("alg")
    for one in keys["keys"] if algorithm in _SIGNED_BY else ():
        if one.get("use", "sig") != "sig" or one.get("alg", algorithm) != algorithm or "d" in one:
            continue
        if "kid" not in head or one.get("kid") == head["kid"]:
            with suppress(jwt.PyJWTError):
                found.append(jwt.PyJWK(one, algorithm))
    return found


def _claims(service: Service, client: Client, token: str, keys: Sequence[jwt.PyJWK]) -> dict[str, Any]:
    """What one of the keys proves. Raises PyJWTError."""
    for key in keys:
        with suppress(jwt.InvalidSignatureError):
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=client.client_id,
                issuer=service.issuer,
                leeway=_LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
    raise jwt.InvalidSignatureError
