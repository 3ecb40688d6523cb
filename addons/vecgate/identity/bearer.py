"""Which of these headers is the token? One credential in one header, or none that is ours.

Clients put their token where they would put the database's own key: `Authorization: Bearer`, an everyday header such as
`Api-Key`, or one that a database brings (`Dialect.token_headers`), bare or with "Bearer" before it; or, where a client
knows nothing but `Authorization: Basic` (RFC 7617) or `Bearer USER:PASSWORD`, in the place of the password. Two at once
is refused, equal or not (RFC 6750 section 2).
"""

import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Final

from vecgate.domain.principal import Secret
from vecgate.refusals.errors import TokenInvalid

_KEY_HEADERS: Final = frozenset({"api-key", "x-api-key", "apikey"})
_TOKEN_HEADERS: Final = _KEY_HEADERS | {"authorization"}

#: Lower-case names that may carry a secret: each is taken off a request before anything else sees it.
CREDENTIAL_HEADERS: Final[frozenset[str]] = _TOKEN_HEADERS | {
    "authentication",
    "cookie",
    "cookie2",
    "dpop",
    "proxy-authorization",
    "x-access-token",
    "x-amz-security-token",
    "x-anthropic-api-key",
    "x-api-token",
    "x-apikey",
    "x-auth-token",
    "x-authorization",
    "x-aws-access-key",
    "x-aws-secret-key",
    "x-azure-api-key",
    "x-cohere-api-key",
    "x-csrf-token",
    "x-forwarded-access-token",
    "x-goog-api-key",
    "x-google-api-key",
    "x-huggingface-api-key",
    "x-jinaai-api-key",
    "x-mistral-api-key",
    "x-openai-api-key",
    "x-palm-api-key",
    "x-vault-token",
    "x-voyageai-api-key",
    "x-weaviate-api-key",
    "x-xsrf-token",
}

#: What stands before a token; that a bound one is proven is asked for whatever stands there (bound.py).
_SCHEMES: Final = ("bearer", "dpop")
_LOOKS_SECRET: Final = re.compile(r"api-?key|auth|cookie|credential|password|secret|token")
_B64TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 section 2.1


def is_credential(name: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a header may carry a secret: a listed one, one of `more`, or one that is named like it, in any case."""
    plain = name.lower().replace("_", "-")
    return plain in CREDENTIAL_HEADERS or plain in more or _LOOKS_SECRET.search(plain) is not None


def read(pairs: Iterable[tuple[str, Secret]], more: frozenset[str] = frozenset()) -> Secret | None:
    """The one token among (header name, value) pairs; None where there is no credential of our kind.

    `more`: the headers in which clients of the databases here put their keys, in lower case.

    Raises TokenInvalid: `identity.ambiguous` for two credentials, `identity.invalid` for a malformed one.
    """
    wanted = _TOKEN_HEADERS | more
    ours = [(name.lower(), value) for name, value in pairs if name.lower() in wanted]
    if len(ours) > 1:
        raise TokenInvalid("identity.ambiguous", "more than one credential")
    return _token(*ours[0]) if ours else None


def _password(encoded: str) -> Secret:
    """The password of Basic credentials, if it looks like a token; whom they name is not looked at: the token says."""
    try:
        password = b64decode(encoded, validate=True).partition(b":")[2].decode("ascii")
    except ValueError:
        password = ""
    if password.count(".") != 2 or _B64TOKEN.fullmatch(password) is None:
        raise TokenInvalid("identity.invalid", "it comes as Basic, where your login token must be the password")
    return Secret(password)


def _token(name: str, value: Secret) -> Secret | None:
    text = value.reveal().strip(" \t")
    scheme, _, rest = text.partition(" ")
    bearer = scheme.lower() in _SCHEMES
    if name == "authorization" and rest and scheme.lower() == "basic":
        return _password(rest.strip(" "))
    if name == "authorization" and rest and not bearer:
        return None  # Digest, Negotiate: not a token, and it goes no further
    token = rest.lstrip(" ") if bearer else text
    if bearer and ":" in token:  # clients of Milvus write `Bearer USER:PASSWORD`
        token = token.partition(":")[2]
        if token.count(".") != 2:
            raise TokenInvalid("identity.invalid", "it holds a user and a password, which must be your login token")
    if (name == "authorization" and not bearer) or _B64TOKEN.fullmatch(token) is None:
        raise TokenInvalid("identity.invalid", f"the header '{name}' does not hold one bearer token")
    return Secret(token)
