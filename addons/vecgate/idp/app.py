"""Which parts make up the login service, and which address is whose? Opened in order, closed in turn."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from vecgate.browsers.guard import Guard, Site
from vecgate.idp import authorize, programs
from vecgate.idp.authorize import Authorize
from vecgate.idp.browsers import Browsers
from vecgate.idp.codes import Codes
from vecgate.idp.devices import Devices
from vecgate.idp.exchange import Exchanges
from vecgate.idp.kept import Kept
from vecgate.idp.keys import SigningKeys
from vecgate.idp.leaving import Leaving
from vecgate.idp.logins import Logins
from vecgate.idp.pages import Pages
from vecgate.idp.people import People
from vecgate.idp.programs import Programs
from vecgate.idp.saml import pages as saml_pages
from vecgate.idp.saml.pages import SamlPages
from vecgate.idp.saml.provider import Provider
from vecgate.idp.tokens import Tokens
from vecgate.idp.told import LoginSettings
from vecgate.state.rates import Rates
from vecgate.state.store import Store


class LoginService:
    """All of it. Raises SettingsError for files that cannot be used. Clock: seconds since the epoch."""

    def __init__(self, told: LoginSettings, now: Callable[[], float]) -> None:
        self._told, self._now = told, now
        self._people = People(told.people) if told.people else None
        self._store = Store(told.state)
        self._kept = Kept(self._store)
        self._leaving = Leaving(told.url, told.gateways, self._store, now)
        self._logins, self._devices = Logins(self._kept, self._leaving, now), Devices(self._kept, now)
        self._provider = Provider(told.saml, told, self._kept, self._logins, now) if told.saml else None
        foreign = (*programs.PATHS, *(saml_pages.PATHS if told.saml else ()))
        site = Site(told.url, "login service", foreign, ("/login", "/device", "/saml", "/confirm", authorize.PATH))
        self._starlette = Starlette(lifespan=self._lifespan, exception_handlers={404: _none, 405: _none})
        self.app: ASGIApp = Guard(self._starlette, site, now)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        keys = SigningKeys(self._told.signing, self._now)
        tokens = Tokens(self._told, keys, self._kept, self._logins, self._now)
        exchanges = Exchanges(self._told, tokens, self._kept, self._now)
        await self._store.open()
        await exchanges.open()
        await self._leaving.open(keys)
        self._starlette.router.routes[:] = self._routes(keys, tokens, exchanges)
        try:
            yield
        finally:
            await self._leaving.close()
            await exchanges.close()
            await keys.close()
            await self._store.close()

    def _routes(self, keys: SigningKeys, tokens: Tokens, exchanges: Exchanges) -> list[BaseRoute]:
        browsers, codes, rates = (
            Browsers(self._kept, self._told.url),
            Codes(self._kept, self._logins),
            Rates(self._store),
        )
        waiting = self._devices, codes, self._logins, rates
        pages = Pages(browsers, *waiting, self._people, self._told, self._now)
        found: list[BaseRoute] = [
            *Programs(self._told, keys, self._devices, codes, tokens, exchanges).routes(),
            *pages.routes(),
            *Authorize(self._told, browsers).routes(),
            Mount("/static", StaticFiles(directory=str(files("vecgate.idp") / "static"))),
        ]
        if self._provider:
            found += SamlPages(self._provider, browsers, self._kept, pages.come_back).routes()
        return found


async def _none(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Nothing is here\n", 404)
