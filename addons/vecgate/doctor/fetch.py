"""What does an HTTPS server answer? One bounded GET, without proxies or redirects, and why it failed in plain words."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import Part, Unavailable

LONGEST: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status, its Date header (or the empty string) and its body."""

    status: int
    date: str
    body: bytes = field(repr=False)


def why(error: BaseException) -> str:
    """A connection's failure in plain words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    cause = error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    elif isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate does not verify ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed ({getattr(cause, 'reason', None) or type(cause).__name__})"
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"  # asyncio puts the address into the text; what we say names it already
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return type(cause).__name__


async def get(url: str, ca: Path | None, seconds: float) -> Fetched:
    """Raises Unavailable with the reason in plain words."""
    try:
        trust = trusting(ca)
    except OSError as e:
        raise Unavailable(Part.FETCH, f"the CA file {ca} cannot be used") from e
    try:
        async with (
            aiohttp.ClientSession(
                trust_env=False,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(ssl=trust),
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as session,
            session.get(url, headers={"Accept-Encoding": "identity"}, allow_redirects=False) as reply,
        ):
            body = bytearray()
            async for chunk in reply.content.iter_chunked(65536):
                body += chunk
                if len(body) > LONGEST:
                    raise Unavailable(Part.FETCH, f"its answer is longer than {LONGEST} bytes")
            return Fetched(reply.status, reply.headers.get("Date", ""), bytes(body))
    except (aiohttp.ClientError, ValueError, OSError) as e:
        raise Unavailable(Part.FETCH, why(e)) from e
