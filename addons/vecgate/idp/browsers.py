"""Which browser is this, how far has it come, and is that form its own? A cookie for ten minutes, new after a login.

Nobody stays logged in here: a browser comes to answer one code, or one program that sent it. Others may remember their
people; we do not.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vecgate.idp.codes import Wants
from vecgate.idp.kept import Kept, secret
from vecgate.idp.logins import Login

LIFE: float = 600.0


@dataclass(frozen=True, slots=True)
class Browser:
    """`form` stands in each of its forms; `login`, once its person has logged in.

    It came to answer either a terminal's `code`, or the program that `wants` a code of ours.
    """

    name: str
    form: str
    code: str = ""
    login: Login | None = None
    wants: Wants | None = None

    @property
    def is_asked(self) -> bool:
        """Whether it came to answer anything."""
        return bool(self.code or self.wants)


class Browsers:
    """Raises Unavailable('state')."""

    def __init__(self, kept: Kept, url: str) -> None:
        self._kept, self._is_tls = kept, url.startswith("https:")
        self.cookie = "__Host-vecgate-idp" if self._is_tls else "vecgate-idp"

    async def of(self, request: Request) -> Browser | None:
        name = request.cookies.get(self.cookie, "")
        found = await self._kept.get("browser", name) if name else None
        return _read(name, found) if found else None

    async def new(self, code: str = "", login: Login | None = None, wants: Wants | None = None) -> Browser:
        made = Browser(secret(), secrets.token_urlsafe(24), code, login, wants)
        await self._kept.new("browser", made.name, _document(made), LIFE)
        return made

    async def goes_on(self, was: Browser, code: str) -> Browser:
        """The same one, with another code to answer, and nobody logged in."""
        made = replace(was, code=code, login=None, wants=None)
        is_kept = await self._kept.swap("browser", was.name, _document(was), _document(made))
        return made if is_kept else await self.new(code)

    async def logged_in(self, was: Browser, login: Login) -> Browser:
        """Under a new name: whoever knew the old one, or put it there, is not logged in by it."""
        await self.end(was)
        return await self.new(was.code, login, was.wants)

    async def end(self, browser: Browser) -> None:
        await self._kept.end("browser", browser.name)

    def tell(self, answer: Response, browser: Browser) -> Response:
        # Lax: a page that one comes to from the identity provider must be sent it.
        answer.set_cookie(self.cookie, browser.name, path="/", secure=self._is_tls, httponly=True, samesite="lax")
        return answer

    def forget(self, answer: Response) -> Response:
        answer.delete_cookie(self.cookie, path="/", secure=self._is_tls, httponly=True, samesite="lax")
        return answer


def is_own(browser: Browser, words: dict[str, str]) -> bool:
    """Whether a form is one that this browser was given."""
    return secrets.compare_digest(words.get("form", "").encode(), browser.form.encode())


def _document(browser: Browser) -> dict[str, Any]:
    login = asdict(browser.login) if browser.login else None
    wants = asdict(browser.wants) if browser.wants else None
    return {"form": browser.form, "code": browser.code, "login": login, "wants": wants}


def _read(name: str, found: dict[str, Any]) -> Browser:
    login = Login.of(found["login"]) if found["login"] else None
    wants = Wants(**found["wants"]) if found.get("wants") else None
    return Browser(name, found["form"], found["code"], login, wants)
