"""People with a real browser each, driven by Playwright: Debian's Chromium, and passkeys that it keeps in software."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from support.consoles.login_stub import LoginStub
from support.tools.browser import SECONDS, chromium

#: An authenticator that is built in, knows its person, and says yes at once.
_KEEPER: Final[dict[str, Any]] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(slots=True)
class Someone:
    """One person, in a profile of their own. `wrong`: what their pages' scripts complained of."""

    context: BrowserContext
    page: Page
    line: CDPSession
    keeper: str
    wrong: list[str]

    def verified(self, *, yes: bool) -> None:
        """Whether their device knows who they are."""
        told = {"authenticatorId": self.keeper, "isUserVerified": yes}
        self.line.send("WebAuthn.setUserVerified", told)


@dataclass(slots=True)
class Everybody:
    """All who have a browser. `open`: one of them more, logged in."""

    chromium: Chromium

    def open(self, url: str, user: str, login: LoginStub, **how: Any) -> Someone:
        context = self.chromium.new_context(**how)
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        line = context.new_cdp_session(page)
        line.send("WebAuthn.enable")
        keeper = line.send("WebAuthn.addVirtualAuthenticator", {"options": _KEEPER})["authenticatorId"]
        login.user = user
        page.goto(url)
        return Someone(context, page, line, keeper, wrong)


@contextmanager
def opened() -> Iterator[Everybody]:
    """One Chromium for all of them. Playwright has a loop of its own: no test beside it may be asynchronous."""
    with sync_playwright() as playwright:
        words = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        running = playwright.chromium.launch(executable_path=chromium(), args=words)
        try:
            yield Everybody(running)
        finally:
            running.close()
