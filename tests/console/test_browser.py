"""What a browser makes of each page: nothing that axe objects to, no foreign script, no frame, no form of another page."""

from collections.abc import Iterator
from typing import Any

import pytest

from console.conftest import tell
from console.pages.test___init__ import PLACES, evil
from support.consoles.api_stub import ApiStub, running_api
from support.consoles.login_stub import running_login
from support.consoles.people import Everybody, Someone
from support.consoles.served import Served, running_console
from support.npm import MODULES, NoNode, fetched
from support.tools.served import Quiet, served

#: What axe looks for: what the law of many countries asks for, and what is plainly good.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", **PHONE},
}


@pytest.fixture(scope="module")
def api() -> Iterator[ApiStub]:
    with running_api() as made:
        yield made


@pytest.fixture(scope="module")
def console(api: ApiStub) -> Iterator[Served]:
    with running_login() as login, running_console(api.url, login) as made:
        yield made


@pytest.fixture(autouse=True)
def _told(api: ApiStub) -> None:
    tell(api)
    api.answers["GET /news/0"] = (200, {"mark": "m", "waiting": 2})
    api.calls.clear()


def bob(everybody: Everybody, console: Served, path: str, look: str = "light") -> Someone:
    console.console.app._logins.clear()  # type: ignore[attr-defined]
    return everybody.open(console.url + path, "bob", console.login, **LOOKS[look])


def objected(who: Someone) -> list[str]:
    """What axe objects to on the page that is open."""
    found = who.page.evaluate(f"{(MODULES / 'axe-core' / 'axe.min.js').read_text('utf-8')}\n;axe.run({_RULES})")
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture
def axe() -> None:
    try:
        fetched()
    except NoNode as e:
        pytest.skip(f"axe-core comes by npm, and {e}")


def wide(who: Someone) -> int:
    """By how much the page is wider than the screen."""
    return int(who.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize(
    ("path", "look"),
    [
        pytest.param(path, look, marks=() if (path, look) == ("/requests/h1", "light") else pytest.mark.long)
        for path in PLACES
        for look in LOOKS
    ],
)
def test_axe_objects_to_nothing(everybody: Everybody, console: Served, axe: None, path: str, look: str) -> None:
    who = bob(everybody, console, path, look)
    try:
        assert who.page.locator("h1").count() == 1
        assert objected(who) == []
        assert wide(who) <= 0
        assert who.wrong == []
    finally:
        who.context.close()


def test_what_people_wrote_runs_nowhere(everybody: Everybody, console: Served, api: ApiStub) -> None:
    """Names of collections, reasons and payloads that are scripts, in a real browser; also once a page has changed by itself."""
    api.answers = {asked: (status, evil(tree)) for asked, (status, tree) in api.answers.items()}
    api.answers["GET /news/0"] = (200, {"mark": "m", "waiting": 2})
    who = bob(everybody, console, "/")
    asked: list[str] = []
    who.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    for path in PLACES:
        if not path.startswith("/history/"):
            who.page.goto(console.url + path)
            assert who.page.locator("img").count() == 0
            assert who.page.locator("body script").count() <= 1
    assert asked == []
    assert who.wrong == []
    who.context.close()


#: A page of somebody else, which frames the console, posts its forms, and asks it with scripts.
_FOREIGN = """<!doctype html><title>foreign</title>
<iframe id="frame" src="{console}/requests/h1"></iframe>
<form id="form" method="post" action="{console}/requests/h1/approve" target="out"><input name="form" value="x"></form>
<iframe name="out" id="out"></iframe>
<script>
window.asked = fetch("{console}/requests/h1", {{credentials: "include"}}).then(() => "read", () => "stopped");
document.getElementById("form").submit();
</script>"""


def test_a_page_of_somebody_else_can_do_nothing(everybody: Everybody, console: Served, api: ApiStub) -> None:
    """It lies on the same machine, so a cookie that is lax goes along: what stops it is what the console asks of a form."""

    class Foreign(Quiet):
        def do_GET(self) -> None:
            body = _FOREIGN.format(console=console.url).encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body)

    who = bob(everybody, console, "/")
    with served(Foreign) as place:
        with who.page.expect_response("**/approve") as sent:
            who.page.goto(place)
        assert sent.value.status == 403
        assert who.page.evaluate("window.asked") == "stopped"
        assert who.page.frame_locator("#frame").locator("button").count() == 0
    assert [call for call in api.calls if call[0] == "POST"] == []
    who.context.close()


def test_a_script_that_gets_into_a_page_is_not_run(everybody: Everybody, console: Served) -> None:
    """Were some text not escaped one day, the policy is what is left."""
    who = bob(everybody, console, "/passkeys")
    for added in ("<img src=x onerror=\"window.ran = 1\">", "<a id=evil href='javascript:window.ran = 1'>x</a>", "<style>h1 {display: none}</style>"):  # fmt: skip
        who.page.evaluate("(text) => document.getElementById('main').insertAdjacentHTML('beforeend', text)", added)
    who.page.evaluate("() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1'; document.body.append(made); document.getElementById('evil').click(); }")  # fmt: skip
    who.page.wait_for_timeout(200)
    assert who.page.evaluate("window.ran") is None
    assert who.page.locator("h1").is_visible()
    who.context.close()


def test_pages_are_walked_by_keys_alone(everybody: Everybody, console: Served) -> None:
    who = bob(everybody, console, "/")
    who.page.keyboard.press("j")
    assert who.page.evaluate("document.activeElement.getAttribute('href')") == "/requests/h1"
    who.page.keyboard.press("Enter")
    who.page.wait_for_url("**/requests/h1")
    who.page.keyboard.press("g")
    who.page.keyboard.press("m")
    who.page.wait_for_url("**/mine")
    who.page.keyboard.press("Tab")
    assert who.page.evaluate("document.activeElement.textContent") == "To the content"
    who.context.close()
