"""What would this request be? Read by its dialect as in the gateway, but without any server to ask."""

import asyncio
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.errors import VecgateError

_BY_ID: Final = re.compile(r"/api/v2/tenants/([^/]+)/databases/([^/]+)/collections/by-id/([^/]+)")
_SOME_ID: Final = "00000000-0000-4000-8000-000000000000"
_BY_NAME: Final = re.compile(r"/api/v2/tenants/[^/]+/databases/[^/]+/collections/([^/]+)")


class NotOffline(VecgateError):
    """Only the server could tell."""


def _answer(call: Call, collection: str | None) -> Answer:
    if found := _BY_ID.fullmatch(call.path):
        if collection is None:
            raise NotOffline(f"only the server knows which collection {found[3]} is; say its name with --collection")
        tree = {"tenant": found[1], "database": found[2], "id": found[3], "name": collection}
        return Answer(200, body=strict_json.dump(dict(tree)))
    found = _BY_NAME.fullmatch(call.path)
    if found and found[1] == collection:
        return Answer(200, body=strict_json.dump({"id": _SOME_ID, "name": collection}))
    return Answer(404)


def target(url: str) -> str:
    """Path and query of a URL, or of what already is a path."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}" if parts.scheme else url


def reader(dialect: str) -> Callable[[str, str, bytes, str | None], Operation]:
    """A function that reads (method, URL, body, collection name) as an Operation.

    It raises CallRefused for what the gateway would refuse unread, and NotOffline when a collection that is
    addressed by its id was not named. Raises VecgateError for an unknown dialect.
    """
    try:
        dialects.load(dialect)
    except LookupError as e:
        raise VecgateError(str(e)) from e

    def read(method: str, url: str, body: bytes, collection: str | None) -> Operation:
        async def ask(call: Call) -> Answer:
            return _answer(call, collection)

        # A new dialect for each request: what one knows of names must not be used for the next.
        fresh = dialects.load(dialect)
        headers = (("content-type", "application/json"), ("content-length", str(len(body)))) if body else ()
        return asyncio.run(fresh.classify(fresh.read(Raw(method, target(url), headers, body)), ask))

    return read
