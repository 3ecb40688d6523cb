"""Which page is at which address, and who may see it? Whoever is logged in; everybody else is sent to log in."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from vecgate.background import Tasks
from vecgate.browsers.guard import Guard, Site
from vecgate.console import pages
from vecgate.console.asking import Api, Refused, Web, WebFailed
from vecgate.console.live import Live
from vecgate.console.login import LoginFailed, LoginService
from vecgate.console.places import Places
from vecgate.console.renewal import Renewal
from vecgate.console.sessions import Sessions
from vecgate.console.visit import TEMPLATES, Page, Row, Visit

#: A yes brings its enrolment along, and each sign of that may take three.
LONGEST_FORM: Final = 64 * 1024
#: Of a form: a box for each record that a yes can be to, and some words.
_FIELDS: Final = 300
#: So long a console that stops waits for the login service to end its logins.
LAST_SECONDS: Final = 5.0


class Console:
    """The console of one gateway and one login service. Raises SettingsError for a CA that cannot be read."""

    def __init__(self, places: Places, now: Callable[[], float]) -> None:
        self._places, self.sessions, self.live = places, Sessions(now), Live(now)
        self._webs = Web(places.gateway_ca, "--ca"), Web(places.issuer_ca, "--issuer-ca")
        self._api, self._login = Api(places.gateway, self._webs[0]), LoginService(places, self._webs[1])
        self._renewal = Renewal(self._login, now)
        # Cookies know no ports: of two consoles on one machine, each has its own, for its gateway.
        bound = sha256(f"{places.url} {places.gateway}".encode()).hexdigest()[:16]
        mark = "__Host-" if places.is_tls else ""
        self.cookie, self.way = f"{mark}vecgate-console-{bound}", f"{mark}vecgate-login-{bound}"
        self.app: ASGIApp = Guard(self._routes(), Site(places.url, "console", counted=("/login",)), now)

    def _routes(self) -> Starlette:
        static = StaticFiles(directory=str(files("vecgate.console") / "static"))
        more = Row("POST", "/logout", self._logged_out), Row("GET", "/live", self.live.page)
        routes = [
            Route("/login", self._leave, methods=["GET"]),
            Route("/login/back", self._return, methods=["GET"]),
            *(Route(row.path, self._visited(row), methods=[row.method]) for row in (*more, *pages.ROWS)),
            Mount("/static", static),
        ]
        return Starlette(routes=routes, lifespan=self._lifespan, exception_handlers={404: self._none, 405: self._none})

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        tasks = Tasks()
        tasks.start(self._renewal.watch(self.sessions), "console: sessions that are over")
        yield
        await tasks.close()
        with suppress(TimeoutError):  # nobody is logged in here any more: no refresh token is to outlive that
            async with asyncio.timeout(LAST_SECONDS):
                await self._renewal.end(*self.sessions.over(all_=True))
        for web in self._webs:
            await web.close()

    # logging in, and out

    async def _leave(self, request: Request) -> Response:
        back = request.query_params.get("back", "")
        name, login = self.sessions.leave(back if pages.is_one(back) else "/")
        try:
            answer = RedirectResponse(await self._login.address(login), 303)
        except LoginFailed as e:
            return self._failed(request, 502, str(e))
        self._set(answer, self.way, name)
        return answer

    async def _return(self, request: Request) -> Response:
        login = self.sessions.returned(request.cookies.get(self.way, ""), request.query_params.get("state", ""))
        code = request.query_params.get("code", "")
        if login is None or not code:
            return self._failed(request, 400, "That login was not begun here, or has taken too long. Begin again.")
        try:
            who = await self._login.redeem(login, code, request.query_params.get("iss"))
        except LoginFailed as e:
            return self._failed(request, 502, str(e))
        await self._ended(request)
        answer = RedirectResponse(login.back, 303)
        self._set(answer, self.cookie, self.sessions.begin(who.user, who.token, who.ends, who.renewal))
        answer.delete_cookie(self.way, path="/", secure=self._places.is_tls, httponly=True, samesite="lax")
        return answer

    async def _logged_out(self, visit: Visit) -> Response:
        await self._ended(visit.request)
        answer = TEMPLATES.TemplateResponse(visit.request, "out.html", {"session": None, "path": "/logout"})
        answer.delete_cookie(self.cookie, path="/", secure=self._places.is_tls, httponly=True, samesite="lax")
        return answer

    async def _ended(self, request: Request) -> None:
        if session := self.sessions.end(request.cookies.get(self.cookie, "")):
            await self._renewal.end(session)

    def _set(self, answer: Response, name: str, value: str) -> None:
        # Lax: a page that one comes to from the login service must be sent it.
        answer.set_cookie(name, value, path="/", secure=self._places.is_tls, httponly=True, samesite="lax")

    # who is logged in

    def _visited(self, row: Row) -> Callable[[Request], Awaitable[Response]]:
        async def visited(request: Request) -> Response:
            by_hand = request.headers.get("sec-fetch-dest") != "empty"  # as a browser says of what a script asks for
            session = self.sessions.of(request.cookies.get(self.cookie, ""), by_hand=by_hand)
            if session is None:
                return self._to_login(request)
            if not _is_page(request, row):
                return self._nowhere(request)
            form = await _form(request) if request.method == "POST" else {"form": session.form}
            if form is None or not secrets.compare_digest(form.get("form", "").encode(), session.form.encode()):
                return self._failed(request, 403, "That form is not one of yours; open its page anew.")
            return await self._shown(row.page, Visit(request, session, self._api, self._renewal, form))

        return visited

    async def _shown(self, page: Page, visit: Visit) -> Response:
        try:
            return await page(visit)
        except Refused as e:
            if e.status == 401:
                await self._ended(visit.request)
                return self._to_login(visit.request)
            return self._failed(visit.request, e.status if 400 <= e.status < 600 else 502, str(e))
        except WebFailed:
            return self._failed(visit.request, 502, "The gateway does not answer.")

    def _to_login(self, request: Request) -> Response:
        """A form that leads on to the login service is stopped by browsers (`form-action`): then it is a link."""
        if request.method == "POST":
            return self._failed(request, 401, "You are not logged in any more; nothing was done.")
        back = request.url.path if pages.is_one(request.url.path) else "/"
        return RedirectResponse(f"/login?back={back}", 303)

    async def _none(self, request: Request, _error: Exception) -> Response:
        """An address that is no page's, or no form's: told as one, to whoever reads pages."""
        return self._nowhere(request)

    def _nowhere(self, request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("There is no such page\n", 404)
        return self._failed(request, 404, "There is no such page.", "Nothing is here")

    def _failed(self, request: Request, status: int, words: str, title: str = "") -> Response:
        title = title or ("That was not done" if request.method == "POST" else "This cannot be shown")
        session = self.sessions.of(request.cookies.get(self.cookie, ""))
        shown = {"session": session, "path": request.url.path, "words": words, "heading": title}
        return TEMPLATES.TemplateResponse(request, "failed.html", shown, status_code=status)


def _is_page(request: Request, row: Row) -> bool:
    named = request.path_params
    return bool(re.fullmatch(row.id, named.get("id", "0"))) and (row.acts is None or named["act"] in row.acts)


async def _form(request: Request) -> dict[str, str] | None:
    """The words of a form; None: it is none, or too large."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return None
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > LONGEST_FORM:
            return None
    try:
        return dict(parse_qsl(raw.decode(), strict_parsing=True, max_num_fields=_FIELDS, keep_blank_values=True))
    except ValueError:
        return None
