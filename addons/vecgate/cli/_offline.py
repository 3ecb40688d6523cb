"""What would this request be? Read by its dialect as in the gateway, but without any server to ask."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from vecgate import dialects
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


def known(name: str) -> dialects.Dialect:
    """The dialect of that name. Raises VecgateError, with the names that there are."""
    try:
        return dialects.load(name)
    except LookupError as e:
        raise VecgateError(str(e)) from e


def reader(dialect: str) -> Callable[[str, str, bytes, str | None], Operation]:
    """A function that reads (method, URL, body, collection name) as an Operation.

    It raises CallRefused for what the gateway would refuse unread, and NotOffline when a collection that is
    addressed by its id was not named. Raises VecgateError for an unknown dialect.
    """
    kind = type(known(dialect))

    def read(method: str, url: str, body: bytes, collection: str | None) -> Operation:
        # A new dialect for each request: what one knows of names must not be used for the next.
        fresh = kind()

        async def ask(call: Call) -> Answer:
            try:
                return fresh.offline(call, collection)
            except LookupError as e:
                raise NotOffline(str(e)) from e

        headers = (("content-type", "application/json"), ("content-length", str(len(body)))) if body else ()
        return asyncio.run(fresh.classify(fresh.read(Raw(method, target(url), headers, body)), ask))

    return read
