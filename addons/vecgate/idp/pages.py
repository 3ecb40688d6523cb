"""What does a person see who answers a code, or a program? Log in, see who asks, and say yes or no. Nothing else.

No page takes an address to go on to: at its end is the terminal, or the address that `authorize.py` has checked.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from vecgate.domain.guards import Rate
from vecgate.idp.browsers import Browser, Browsers, is_own
from vecgate.idp.codes import Codes, Wants
from vecgate.idp.devices import Devices
from vecgate.idp.forms import NoForm, form
from vecgate.idp.logins import Login, LoginOver, Logins, TooManyLogins
from vecgate.idp.people import People
from vecgate.idp.redirects import with_answer
from vecgate.idp.told import LoginSettings
from vecgate.refusals.errors import SettingsError, Unavailable
from vecgate.settings.addresses import whose
from vecgate.state.rates import Rates

#: Passwords that are tried: for one name from one address, for one name from anywhere (more, so that nobody is locked
#: out by whoever knows their name), from one address for all names; and codes that are typed, from one address.
HERE: Final = Rate(10, 300)
ANYWHERE: Final = Rate(300, 3600)
BY_ADDRESS: Final = Rate(30, 300)
CODES: Final = Rate(20, 300)
_log = logging.getLogger(__name__)

type Page = Callable[[Request], Awaitable[Response]]


class Told(Exception):
    """A page that says why it goes no further."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        super().__init__(words)


def _templates() -> Jinja2Templates:
    made = Environment(loader=PackageLoader("vecgate.idp"), autoescape=True, undefined=StrictUndefined)
    return Jinja2Templates(env=made)


TEMPLATES: Final = _templates()


class Pages:
    """The pages; `people` is None where people log in at an identity provider."""

    def __init__(
        self,
        browsers: Browsers,
        devices: Devices,
        codes: Codes,
        logins: Logins,
        rates: Rates,
        people: People | None,
        settings: LoginSettings,
        now: Callable[[], float],
    ) -> None:
        self._browsers, self._devices, self._codes = browsers, devices, codes
        self._logins, self._rates = logins, rates
        self._people, self._told, self._now = people, settings, now

    def routes(self) -> list[Route]:
        pages: dict[str, tuple[Page, Page]] = {
            "/device": (self._ask_code, self._code),
            "/login": (self._ask_login, self._login),
            "/confirm": (self._ask_answer, self._answer),
        }
        gets = [Route(path, told(get), methods=["GET"]) for path, (get, _) in pages.items()]
        return gets + [Route(path, told(post), methods=["POST"]) for path, (_, post) in pages.items()]

    # the code

    async def _ask_code(self, request: Request) -> Response:
        browser = await self._browsers.of(request) or await self._browsers.new()
        typed = request.query_params.get("user_code", "")[:16]
        return self._browsers.tell(page(request, "device.html", form=browser.form, code=typed, wrong=""), browser)

    async def _code(self, request: Request) -> Response:
        browser, words = await self._own(request)
        await self._count(CODES, "code", _address(request))
        code = words.get("user_code", "")
        if await self._devices.asking(code) is None:
            wrong = "No terminal waits for that code. Codes end after ten minutes, and once they are answered."
            return page(request, "device.html", 400, form=browser.form, code="", wrong=wrong)
        browser = await self._browsers.goes_on(browser, code)
        return self._browsers.tell(RedirectResponse("/login", 303), browser)

    # who it is

    async def _ask_login(self, request: Request) -> Response:
        browser = await self._come(request)
        if self._people is None:  # a link: browsers stop forms that lead on to another site (`form-action`)
            return page(request, "away.html")
        return page(request, "login.html", form=browser.form, wrong="")

    async def _login(self, request: Request) -> Response:
        browser, words = await self._own(request)
        if self._people is None or not browser.is_asked:
            raise Told(404, "Nobody logs in here.")
        name, password = words.get("user", ""), words.get("password", "")
        # Before it is checked, so that many at once cannot all be tried.
        where = _address(request)
        for rate, who in ((BY_ADDRESS, where), (HERE, f"{where} {name[:64]}"), (ANYWHERE, name[:64])):
            await self._count(rate, "password", who)
        found = await self._people.check(name, password)
        if found is None:
            _log.warning("login failed from %s", where)
            return page(request, "login.html", 401, form=browser.form, wrong="That name and password do not fit.")
        now = self._now()
        return await self.come_back(browser, Login(name, found.groups, ("pwd",), now, now + self._told.login_seconds))

    async def come_back(self, browser: Browser, login: Login) -> Response:
        """After a login, wherever that was."""
        made = await self._browsers.logged_in(browser, login)
        return self._browsers.tell(RedirectResponse("/confirm", 303), made)

    # their answer

    async def _ask_answer(self, request: Request) -> Response:
        browser = await self._come(request)
        if browser.wants and browser.login:
            user = browser.login.user
            return page(request, "consent.html", form=browser.form, user=user, wants=browser.wants)
        asking = await self._devices.asking(browser.code)
        if browser.login is None or asking is None:
            raise Told(400, "That has ended. Begin again where you came from.")
        shown: dict[str, Any] = {
            "form": browser.form,
            "user": browser.login.user,
            "code": browser.code,
            "asking": asking,
        }
        return page(request, "confirm.html", **shown)

    async def _answer(self, request: Request) -> Response:
        browser, words = await self._own(request)
        if browser.login is None or words.get("answer") not in ("yes", "no"):
            raise Told(400, "Log in first; begin again where you came from.")
        await self._browsers.end(browser)
        says_yes = words["answer"] == "yes"
        try:
            sid = await self._logins.begin(browser.login) if says_yes else ""
        except TooManyLogins:
            raise Told(429, "You have too many logins; end some of them.") from None
        except LoginOver:
            raise Told(400, "You were logged out meanwhile. Begin again where you came from.") from None
        if browser.wants:
            return await self._back(request, browser.wants, sid)
        if not await self._devices.answer(browser.code, sid):
            await self._logins.end(sid)
            raise Told(400, "That code has ended. Begin again in the terminal.")
        return self._browsers.forget(page(request, "done.html", says_yes=says_yes))

    async def _back(self, request: Request, wants: Wants, sid: str) -> Response:
        """To the program that asked. A page leads there: browsers stop forms that lead on to another site."""
        said = {"code": await self._codes.give(wants, sid)} if sid else {"error": "access_denied"}
        place = with_answer(wants.back, self._told.url, said | {"state": wants.state})
        return self._browsers.forget(page(request, "back.html", place=place, says_yes=bool(sid)))

    # all of them

    async def _come(self, request: Request) -> Browser:
        browser = await self._browsers.of(request)
        if browser is None or not browser.is_asked:
            raise Told(400, "Begin with the code that your terminal shows, or at the page that sent you.")
        return browser

    async def _own(self, request: Request) -> tuple[Browser, dict[str, str]]:
        browser, words = await self._browsers.of(request), await form(request)
        if browser is None or not is_own(browser, words):
            raise Told(403, "That form is not one of yours. Begin again where you came from.")
        return browser, words

    async def _count(self, rate: Rate, what: str, name: str) -> None:
        if wait := await self._rates.take(name, f"idp {what}", rate):
            raise Told(429, f"Too often; wait {int(wait) + 1} seconds.")


def page(request: Request, name: str, status: int = 200, **shown: Any) -> Response:
    """A page; what is shown is escaped."""
    return TEMPLATES.TemplateResponse(request, name, shown, status_code=status)


def told(of: Page) -> Page:
    """The same page, which says what went wrong in words of its own."""

    async def answered(request: Request) -> Response:
        try:
            return await of(request)
        except Told as e:
            return page(request, "told.html", e.status, words=str(e), code="")
        except NoForm as e:
            return page(request, "told.html", 400, words=f"That cannot be read: {e}.", code="")
        except (Unavailable, SettingsError) as e:
            _log.warning("%s: %s", request.url.path, e)
            return page(request, "told.html", 503, words="Something that is needed is away. Try again.", code="")

    return answered


def _address(request: Request) -> str:
    return whose(request.client.host) if request.client else ""
