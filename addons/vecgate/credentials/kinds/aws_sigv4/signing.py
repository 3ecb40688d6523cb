"""How is a call signed for AWS (Signature Version 4)? Its method, host, path, query and body, by a key of the day.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote

type Pairs = tuple[tuple[str, str], ...]

_SCHEME: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Short-lived keys, and what calls are signed for."""

    access: str = field(repr=False)
    secret: str = field(repr=False)
    session: str = field(repr=False)
    region: str
    service: str


def authorization(keys: SigningKeys, method: str, target: str, headers: Mapping[str, str], body: bytes) -> str:
    """The header of that name. `headers` are all that are signed, `host` and `x-amz-date` among them, in lower case."""
    at, names = headers["x-amz-date"], ";".join(sorted(headers))
    path, _, query = target.partition("?")
    canonical = "\n".join((
        method,
        quote(_plain(path), safe="/~"),  # as sent, and encoded once more: every service but S3
        "&".join(f"{name}={value}" for name, value in sorted(map(_pair, filter(None, query.split("&"))))),
        *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)),
        "",
        names,
        sha256(body).hexdigest(),
    ))  # fmt: skip
    scope = f"{at[:8]}/{keys.region}/{keys.service}/aws4_request"
    text = "\n".join((_SCHEME, at, scope, sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{keys.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return f"{_SCHEME} Credential={keys.access}/{scope}, SignedHeaders={names}, Signature={signature}"


def _plain(path: str) -> str:
    """Without empty segments, `.` and `..`, as AWS reads it."""
    kept: list[str] = []
    for one in path.split("/"):
        if one == "..":
            kept = kept[:-1]
        elif one not in ("", "."):
            kept.append(one)
    return f"/{'/'.join(kept)}{'/' if kept and path.endswith('/') else ''}"


def _pair(text: str) -> tuple[str, str]:
    """Name and value, encoded as AWS does: they are sorted by the name first, and a name alone has an empty value."""
    name, _, value = text.partition("=")
    return quote(unquote(name), safe="~"), quote(unquote(value), safe="~")


def signed(
    keys: SigningKeys, method: str, host: str, target: str, body: bytes, now: float
) -> tuple[tuple[str, str], ...]:
    """What goes with a call. `now`: seconds since the epoch."""
    headers = {
        "x-amz-content-sha256": sha256(body).hexdigest(),
        "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)),
    }
    if keys.session:
        headers["x-amz-security-token"] = keys.session
    said = authorization(keys, method, target, headers | {"host": host}, body)
    return ("authorization", said), *headers.items()
