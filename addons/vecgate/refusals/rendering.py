"""How does a refusal reach a client? Its status, its headers, and a body for where no database is known yet.

A dialect's `render` puts it into the database's own error shape, with status and headers from here.
"""

import re
from dataclasses import dataclass, field
from typing import Final

import orjson

from vecgate.refusals.catalogue import Refusal

_ALGORITHMS: Final = 'algs="ES256 ES384 ES512 EdDSA PS256 RS256"'
#: RFC 9449 section 7.1.
_CHALLENGES: Final = {
    "identity.unproven": f"DPoP {_ALGORITHMS}",
    "identity.proof": f'DPoP error="invalid_dpop_proof", {_ALGORITHMS}',
    "identity.replayed": f'DPoP error="invalid_dpop_proof", {_ALGORITHMS}',
    "identity.nonce": f'DPoP error="use_dpop_nonce", {_ALGORITHMS}',
}
_NOT_SHOWN: Final = frozenset({401, 403, 404, 409, 421, 429})
#: Programs that speak HTTP by `fetch`, as they call themselves: Node, Deno, Bun and browsers.
_FETCH: Final = re.compile(r"(?:node|undici)(?:[/ ]|$)|(?:Deno|Bun|Mozilla)/")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A refusal in a database's own error shape."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(default=b"")


def status_for(refusal: Refusal, agent: str) -> int:
    """The status a client gets: 422 in place of one for which a program in JavaScript shows words of its own.

    Node's `fetch` sends what is answered 421 again, and the official client for it keeps code and reason of the others
    to itself; what it is answered 422 it repeats.
    """
    return 422 if refusal.status in _NOT_SHOWN and _FETCH.match(agent) else refusal.status


def plain(refusal: Refusal, agent: str = "") -> Rendered:
    """The shape used where no database is known yet; the same members as most databases' own."""
    body = {"error": "VecgateRefusal", "message": str(refusal), "code": refusal.code}
    if refusal.request_id is not None:
        body["request_id"] = refusal.request_id
    return Rendered(status_for(refusal, agent), http_headers(refusal), orjson.dumps(body))


def http_headers(refusal: Refusal) -> tuple[tuple[str, str], ...]:
    """The headers every refusal carries (RFC 9110 section 10.2.3, RFC 6750 section 3)."""
    headers = [("content-type", "application/json"), ("cache-control", "no-store")]
    if refusal.retry_after is not None:
        headers.append(("retry-after", str(refusal.retry_after)))
    if refusal.code.startswith("hold.") and refusal.request_id is not None:  # RFC 8288: where it stands
        headers.append(("link", _where_it_stands(refusal.request_id, refusal.console)))
    if refusal.status == 401:
        headers.append(("www-authenticate", _CHALLENGES.get(refusal.code, "Bearer")))
    if refusal.nonce is not None:
        headers.append(("dpop-nonce", refusal.nonce))
    return tuple(headers)


def _where_it_stands(id: str, console: str | None) -> str:
    """The page for people, where there is a console, and the API's own address for programs."""
    api = f'</.vecgate/v1/requests/{id}>; rel="status"'
    if console is None:
        return api
    page = f'<{console.rstrip("/")}/requests/{id}>; rel="status"; type="text/html"'
    return f'{page}, {api}; type="application/json"'
