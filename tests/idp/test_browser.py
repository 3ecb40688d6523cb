"""What a real browser makes of the way back to a program: it gets there, by the page's own policy, and framed by nobody."""

import threading
from collections.abc import Iterator

import pytest

from demo.stack import Stack
from support.consoles.login_stub import LoginStub
from support.consoles.people import Everybody
from support.logins.served import PASSWORD, SITE, Served, brought, request, running
from support.tools.served import Quiet, served

_FRAME = '<!doctype html><title>site</title><iframe id="frame" src="{}"></iframe>'


class Site(Quiet):
    """A program with a page of its own."""

    seen: list[str]
    frames: str
    turn = threading.Lock()

    def do_GET(self) -> None:
        with self.turn:
            type(self).seen.append(self.path)
        body = _FRAME.format(self.frames).encode() if self.path == "/framing" else b"<!doctype html><title>back</title>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    Site.seen, Site.frames = [], ""
    with served(Site) as url:
        yield url


@pytest.fixture(scope="module")
def login(stack: Stack, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    redirects = {SITE: [f"{site}/login/back"]}
    with running(stack, tmp_path_factory.mktemp("idp"), redirects=redirects) as made:
        yield made


def test_a_browser_gets_back_with_a_code_and_tells_nobody_where_from(
    everybody: Everybody, login: Served, site: str
) -> None:
    back = f"{site}/login/back"
    who = everybody.open(login.url + request(redirect_uri=back), "", LoginStub())
    try:
        who.page.fill("input[name=user]", "alice")
        who.page.fill("input[name=password]", PASSWORD)
        who.page.click("button")
        assert who.page.locator("dd", has_text=back).count() == 1
        with who.page.expect_request(f"{back}**") as sent:
            who.page.click("button[value=yes]")
        assert "referer" not in sent.value.headers
        who.page.wait_for_url(f"{back}**")
        assert who.page.title() == "back"
        said = brought(who.page.url)
        assert login.redeem(said["code"], redirect_uri=back).status_code == 200
        assert who.wrong == []
    finally:
        who.context.close()


def test_a_page_of_somebody_else_frames_nothing_of_it(everybody: Everybody, login: Served, site: str) -> None:
    Site.frames = login.url + request(redirect_uri=f"{site}/login/back").replace("&", "&amp;")
    who = everybody.open(f"{site}/framing", "", LoginStub())
    try:
        who.page.wait_for_load_state("networkidle")
        assert who.page.frame_locator("#frame").locator("input").count() == 0
    finally:
        who.context.close()
