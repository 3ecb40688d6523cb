"""With what does a program send a browser here to log in? One request of the code flow with PKCE, read in full or not.

RFC 6749 section 4.1.1, RFC 7636, RFC 9207. Where client or address are not known, nobody is sent anywhere: a page says
so. Everything else that is wrong goes back to that address, which is one of the settings, with our name (`iss`).
"""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from vecgate.idp import scopes
from vecgate.idp.browsers import Browsers
from vecgate.idp.codes import Wants
from vecgate.idp.pages import Told, told
from vecgate.idp.redirects import is_one, with_answer
from vecgate.idp.tokens import NotGranted
from vecgate.idp.told import LoginSettings

PATH: Final = "/authorize"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_WORD: Final = re.compile(r"[\x20-\x7e]{0,1024}")
_LONGEST: Final = 8192
#: Ways to say the same that are not read here.
_UNREAD: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


class Authorize:
    """The page that programs send browsers to. It shows nothing, and asks nobody: it leads on to the login."""

    def __init__(self, settings: LoginSettings, browsers: Browsers) -> None:
        self._told, self._browsers = settings, browsers

    def routes(self) -> list[Route]:
        return [Route(PATH, told(self._begin), methods=["GET"])] if self._told.redirects else []

    async def _begin(self, request: Request) -> Response:
        words = _words(request)
        client, back = words.get("client_id", ""), words.get("redirect_uri", "")
        if client not in self._told.redirects:
            raise Told(400, "The program that sent you is not known here (client_id). You were led nowhere.")
        if not is_one(back, self._told.redirects[client]):
            raise Told(400, "That program may not have you sent back there (redirect_uri). You were led nowhere.")
        try:
            wants = self._wants(words)
        except NotGranted as e:
            state = words.get("state", "")
            said = {"error": e.error, "error_description": str(e), "state": state if _is_word(state) else ""}
            return RedirectResponse(with_answer(back, self._told.url, said), 303)
        # A browser of its own: what it came to answer before, and whoever knew its cookie, are not part of this.
        browser = await self._browsers.new(wants=wants)
        return self._browsers.tell(RedirectResponse("/login", 303), browser)

    def _wants(self, words: dict[str, str]) -> Wants:
        for name, error in _UNREAD.items():
            if name in words:
                raise NotGranted(error, f"'{name}' is not read here")
        state, nonce = words.get("state", ""), words.get("nonce", "")
        if not _is_word(state) or not _is_word(nonce):
            raise NotGranted("invalid_request", "'state' and 'nonce' are up to 1024 printable characters")
        if words.get("response_type") != "code":
            raise NotGranted("unsupported_response_type", "only 'code' is answered")
        if words.get("response_mode", "query") != "query":
            raise NotGranted("invalid_request", "answers are in the query of the address")
        if words.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(words.get("code_challenge", "")):
            raise NotGranted("invalid_request", "send a 'code_challenge' by 'S256' (RFC 7636); 'plain' is none")
        if "none" in words.get("prompt", "").split():
            raise NotGranted("login_required", "nobody stays logged in here")
        asked = words.get("scope", "")
        scope = scopes.given(self._told, asked)
        open_ = "openid" in asked.split()
        return Wants(words["client_id"], words["redirect_uri"], scope, words["code_challenge"], state, nonce, open_)


def _words(request: Request) -> dict[str, str]:
    if len(request.url.query) > _LONGEST:
        raise Told(400, "That request is too long. You were led nowhere.")
    words = request.query_params.multi_items()
    found = dict(words)
    if len(found) != len(words):
        raise Told(400, "That request says something twice. You were led nowhere.")
    return found


def _is_word(text: str) -> bool:
    return bool(_WORD.fullmatch(text))
