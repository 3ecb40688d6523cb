"""At which addresses do the identity provider and its browsers come to us? Metadata, the way back, and its logout.

What comes back is posted by a page of the provider, without our cookie (it is `Lax`). So it is checked, kept under a
word that is used once, and the browser sent on to an address of ours, where it shows its cookie: only the browser that
began a login finishes it.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from vecgate.idp.browsers import Browser, Browsers
from vecgate.idp.forms import form
from vecgate.idp.kept import Kept, mark, secret
from vecgate.idp.logins import Login
from vecgate.idp.pages import Page, page, told
from vecgate.idp.saml.provider import Provider
from vecgate.idp.saml.refused import SamlRefused

#: Posted to by pages of the provider.
PATHS = ("/saml/acs", "/saml/slo")
_SECONDS: float = 60.0
_log = logging.getLogger(__name__)


class SamlPages:
    """`come_back` goes on with a browser whose person has logged in."""

    def __init__(
        self,
        provider: Provider,
        browsers: Browsers,
        kept: Kept,
        come_back: Callable[[Browser, Login], Awaitable[Response]],
    ) -> None:
        self._provider, self._browsers, self._kept, self._come_back = provider, browsers, kept, come_back

    def routes(self) -> list[Route]:
        return [
            Route("/saml/metadata", self._metadata, methods=["GET"]),
            Route("/saml/login", _named(self._leave), methods=["GET"]),
            Route("/saml/acs", _named(self._answered), methods=["POST"]),
            Route("/saml/back", _named(self._back), methods=["GET"]),
            Route("/saml/slo", _named(self._logout), methods=["POST"]),
        ]

    async def _metadata(self, _request: Request) -> Response:
        return PlainTextResponse(self._provider.metadata(), media_type="application/samlmetadata+xml")

    async def _leave(self, request: Request) -> Response:
        browser = await self._browsers.of(request)
        if browser is None or not browser.is_asked:
            raise SamlRefused("saml.browser")
        return RedirectResponse(await self._provider.begin(browser.name), 303)

    async def _answered(self, request: Request) -> Response:
        words = await form(request)
        login, browser = await self._provider.answered(words.get("SAMLResponse", ""))
        once = secret()
        await self._kept.new("back", once, {"login": asdict(login), "browser": browser}, _SECONDS)
        return RedirectResponse(f"/saml/back?at={once}", 303)

    async def _back(self, request: Request) -> Response:
        found = await self._kept.take("back", request.query_params.get("at", ""))
        browser = await self._browsers.of(request)
        if found is None or browser is None or not secrets.compare_digest(mark(browser.name), found["browser"]):
            raise SamlRefused("saml.browser")
        return await self._come_back(browser, Login.of(found["login"]))

    async def _logout(self, request: Request) -> Response:
        words = await form(request)
        over = await self._provider.logged_out(words.get("SAMLRequest", ""), words.get("RelayState", "")[:80])
        _log.info("the identity provider ended %d logins", len(over.ended))
        if over.address:
            return RedirectResponse(over.address, 303)
        return page(request, "told.html", words="You are logged out.", code="")


def _named(of: Page) -> Page:
    """A refusal says its code, to its person and in the log; and nothing of what was sent."""

    async def answered(request: Request) -> Response:
        try:
            return await of(request)
        except SamlRefused as e:
            _log.warning("%s: %s", request.url.path, e.code)
            return page(request, "told.html", 403, words=str(e), code=e.code)

    return told(answered)
