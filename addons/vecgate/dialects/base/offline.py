"""What would this request be, and become? Read by its dialect as in the gateway, but without any server to ask."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from vecgate.dialects.base.dialect import Dialect
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import VecgateError


class NotOffline(VecgateError):
    """Only the server could tell."""


def target(url: str) -> str:
    """Path and query of a URL, or of what already is a path."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}" if parts.scheme else url


def raw(method: str, url: str, body: bytes) -> Raw:
    """A request as a client would send it."""
    headers = (("content-type", "application/json"), ("content-length", str(len(body)))) if body else ()
    return Raw(method, target(url), headers, body)


def reads(kind: type[Dialect]) -> Callable[[str, str, bytes, str | None], Operation]:
    """A function that reads (method, URL, body, collection name) as an Operation. It runs a loop of its own.

    It raises CallRefused for what the gateway would refuse unread, and NotOffline when a collection that is
    addressed by its id was not named.
    """

    def read(method: str, url: str, body: bytes, collection: str | None) -> Operation:
        # A new dialect for each request: what one knows of names must not be used for the next.
        fresh = kind()

        async def ask(call: Call) -> Answer:
            try:
                return fresh.offline(call, collection)
            except LookupError as e:
                raise NotOffline(str(e)) from e

        return asyncio.run(fresh.classify(fresh.read(raw(method, url, body)), ask))

    return read
