"""How does the console ask the gateway, and the login service? With JSON, over TLS, as the person whose token it is."""

from typing import Any, Final

import aiohttp
import orjson

from vecgate.domain.principal import Secret
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import SettingsError
from vecgate.refusals.told import refusals

LONGEST: Final = 16 * 1024 * 1024
_API: Final = "/.vecgate/v1"


class WebFailed(Exception):
    """There was no answer that can be read."""


class Refused(Exception):
    """The gateway's no, in its own words; `status` as it came."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Web:
    """Connections that trust one CA. No redirect is followed, no cookie kept, no proxy of the environment asked."""

    def __init__(self, ca: str | None, named: str) -> None:
        try:
            self._trust = trusting(ca)
        except OSError as e:
            raise SettingsError([f"{named}: {ca} cannot be read, or holds no certificates"]) from e
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, method: str, url: str, **words: Any) -> tuple[int, Any]:
        """The status, and the JSON; None where it is none. Raises WebFailed."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=30)
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout)
        try:
            async with self._session.request(method, url, ssl=self._trust, allow_redirects=False, **words) as answer:
                raw, status = bytearray(), answer.status
                async for part in answer.content.iter_any():
                    raw += part
                    if len(raw) > LONGEST:
                        raise WebFailed("too long")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as e:
            raise WebFailed(type(e).__name__) from e
        try:
            return status, orjson.loads(raw)
        except ValueError:
            return status, None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class Api:
    """The gateway's own API."""

    def __init__(self, gateway: str, web: Web) -> None:
        self._gateway, self._web = gateway, web

    async def ask(self, token: Secret, method: str, path: str, body: Any = None) -> Any:
        """What it answers this person. Raises Refused, WebFailed."""
        headers = {"authorization": f"Bearer {token.reveal()}", "accept": "application/json"}
        words: dict[str, Any] = {}
        if body is not None:
            headers["content-type"] = "application/json"
            words["data"] = orjson.dumps(body)
        status, tree = await self._web.ask(method, f"{self._gateway}{_API}{path}", headers=headers, **words)
        if status == 200:
            return tree
        raise Refused(status, next(refusals(tree), f"The gateway answered with status {status}."))
