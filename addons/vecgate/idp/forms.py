"""What did a program or a page send? One flat form of text, each word once, or nothing of it counts."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

#: A SAML response with many groups is the largest; tokens are smaller.
LONGEST: Final = 256 * 1024
_FIELDS: Final = 30


class NoForm(Exception):
    """It is none, is too large, or says something twice."""


async def form(request: Request) -> dict[str, str]:
    """Its words. Raises NoForm."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise NoForm("send a form (application/x-www-form-urlencoded)")
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > LONGEST:
            raise NoForm("the form is too large")
    try:
        words = parse_qsl(raw.decode(), strict_parsing=bool(raw), max_num_fields=_FIELDS, keep_blank_values=True)
    except ValueError as e:
        raise NoForm("the form cannot be read") from e
    found = dict(words)
    if len(found) != len(words):
        raise NoForm("the form says something twice")
    return found
