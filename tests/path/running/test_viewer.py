"""What all workers do, in one read-only mitmweb beside them: who, what, which rule, what was masked; and no button."""

import contextlib
import json
import os
import signal
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import pytest

from demo import seed
from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.tools.askers import Asker, asker, assert_refused, assert_served, readable, until
from support.tools.browser import Browser
from support.tools.workers import below

VIEWER: Final = b"vecgate.viewer.live"
PASSWORD: Final = "of-the-viewer"
SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class Web:
    """The viewer of a gateway."""

    gateway: Gateway

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.gateway.listen.web_port}"

    def get(self, path: str, method: str = "GET", password: str = PASSWORD) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {password}", "Cookie": "_mitmproxy_xsrf=d", "X-XSRFToken": "d"}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.read()

    def flows(self) -> list[dict[str, Any]]:
        try:
            return list(json.loads(self.get("/flows")[1]))
        except OSError:  # it is being started anew
            return []

    def comments(self) -> list[str]:
        return [flow["comment"] for flow in self.flows()]

    def everything(self) -> bytes:
        """Each flow with its bodies."""
        raw = b""
        for flow in self.flows():
            raw += json.dumps(flow).encode()
            for side in ("request", "response"):
                if flow.get(side):
                    raw += self.get(f"/flows/{flow['id']}/{side}/content.data")[1]
        return raw


@pytest.fixture(scope="module")
def web(gateways: Factory) -> Web:
    password = gateways.folder / "web-password"
    password.write_text(PASSWORD, "utf-8")
    over = {"listen": {"web_password_file": str(password), "web_flows": SHOWN}, "state": {"prefix": "viewer-test"}}
    made = gateways.make(over, workers=2, web=True, cold=True)
    made.start()
    until(lambda: bool(Web(made).flows()), "the viewer shows the first question")
    return Web(made)


@pytest.fixture
def alice(stack: Stack, web: Web) -> Asker:
    return asker(stack, web.gateway, "alice")


def test_every_workers_exchanges_are_there_with_their_story(web: Web, alice: Asker) -> None:
    with ThreadPoolExecutor(8) as pool:
        for reply in pool.map(lambda _: alice.search(), range(8)):
            assert_served(reply)
    assert alice.gateway.ask("GET", "/api/v2/everything", token=alice.token).code == "route.unknown"
    until(lambda: sum("collection_query on tickets" in one for one in web.comments()) == 8, "all searches are shown")
    search = next(one for one in web.comments() if "collection_query" in one)
    for part in ("alice", "allow by analysts-read-tickets", "200", "records 3", "masked ", "PERSON", "lease "):
        assert part in search
    until(lambda: any("route.unknown (403)" in one for one in web.comments()), "refusals are shown")
    marks = {flow["comment"].split(" · ")[0]: flow["marked"] for flow in web.flows()}
    assert marks["collection_query on tickets"] == "\N{SQUARE ROOT}", "a sign that every font has"


def test_a_body_is_shown_under_its_story_with_vectors_collapsed(web: Web, alice: Asker) -> None:
    assert_served(alice.search())
    until(lambda: any("collection_query" in one for one in web.comments()), "it is shown")
    flow = next(flow["id"] for flow in web.flows() if "collection_query" in flow["comment"])
    shown = {
        side: json.loads(web.get(f"/flows/{flow}/{side}/content/auto.json")[1]) for side in ("request", "response")
    }
    for one in shown.values():
        assert one["view_name"] == "vecgate"
        rows = dict(line[2:].split(maxsplit=1) for line in one["text"].splitlines() if line.startswith("# "))
        assert rows["who"] == "alice"
        assert rows["operation"] == "collection_query on tickets"
        assert rows["decision"] == "allow by analysts-read-tickets"
        assert rows["records"] == "3"
        assert {"masked", "lease", "outcome", "time"} <= set(rows)
    assert "<vector dim=" in shown["request"]["text"]
    assert "<PERSON>" in shown["response"]["text"]


def test_a_held_request_is_shown_while_it_waits_and_then_as_what_became_of_it(web: Web, alice: Asker) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(alice.delete_closed)
        until(lambda: any("request.held" in one for one in web.comments()), "it is shown while it waits")
        held = next(flow for flow in web.flows() if "request.held" in flow["comment"])
        assert held["marked"] == "\N{HORIZONTAL ELLIPSIS}"
        assert f"impact {seed.CLOSED} of {seed.TICKETS} in tickets" in held["comment"]
        assert_refused(waiting.result(60), "hold.pending")
    until(lambda: not any("request.held" in one for one in web.comments()), "it has ended")
    after = [flow for flow in web.flows() if flow["id"] == held["id"]]
    assert [flow["marked"] for flow in after] == ["\N{MULTIPLICATION SIGN}"], "it is still one flow"
    assert "approval " in after[0]["comment"]


def test_only_the_newest_are_kept(web: Web, alice: Asker) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: alice.gateway.ask("GET", "/api/v2/heartbeat", token=alice.token), range(SHOWN + 10)))
    until(lambda: len(web.flows()) == SHOWN, "older ones have gone")
    assert_served(alice.search())
    until(lambda: "collection_query" in web.flows()[-1]["comment"], "the newest is the last")
    assert len(web.flows()) == SHOWN


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/options"),
        ("POST", "/commands/replay.client"),
        ("POST", "/clear"),
        ("PUT", "/flows/ID"),
        ("DELETE", "/flows/ID"),
        ("POST", "/flows/ID/replay"),
        ("POST", "/flows/ID/resume"),
        ("POST", "/flows/ID/kill"),
        ("POST", "/flows/ID/duplicate"),
        ("POST", "/flows/resume"),
    ],
)
def test_nothing_can_be_done_with_them(web: Web, method: str, path: str) -> None:
    before = web.flows()
    assert web.get(path.replace("ID", before[0]["id"]), method)[0] in (404, 405)
    assert web.get("/flows", password="another")[0] == 403
    assert [flow["id"] for flow in web.flows()] == [flow["id"] for flow in before]


def test_no_secret_and_nothing_personal_passes_through_it(stack: Stack, web: Web, alice: Asker) -> None:
    assert_served(alice.search())
    alice.gateway.ask("GET", f"/api/v2/{alice.token}", token=alice.token)
    until(lambda: "route.unknown" in (web.comments() or [""])[-1], "it is shown")
    raw = web.everything()
    assert len(raw) > 1000
    assert readable(raw) == []
    assert alice.token.encode() not in raw
    assert alice.token.split(".")[1].encode() not in raw


def test_a_viewer_that_hangs_or_is_gone_makes_no_difference_to_a_request(web: Web, alice: Asker) -> None:
    (viewer,) = below(web.gateway, VIEWER)
    try:
        os.kill(viewer, signal.SIGSTOP)
        for _ in range(5):
            assert_served(alice.search())
        os.kill(viewer, signal.SIGKILL)
        assert_served(alice.search())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(viewer, signal.SIGKILL)
    until(lambda: below(web.gateway, VIEWER) not in ([], [viewer]), "it is started anew")
    assert_served(alice.search())
    until(lambda: any("collection_query" in one for one in web.comments()), "it shows what comes now")


_ROWS: Final = "document.querySelectorAll('tr.has-request').length"


async def test_a_person_sees_the_flows_and_no_button_that_would_do_nothing(
    web: Web, alice: Asker, browser: Browser
) -> None:
    assert_served(alice.search())
    until(lambda: any("collection_query" in one for one in web.comments()), "it is shown")
    flow = next(flow["id"] for flow in web.flows() if "collection_query" in flow["comment"])
    async with browser(f"{web.url}/?token={PASSWORD}#/flows/{flow}/response") as page:
        await page.until(f"{_ROWS} > 0 && document.querySelector('.contentview pre')?.innerText.includes('who')")
        seen = await page.seen()
        texts = {text.strip() for tag, _, text in seen if tag in ("a", "button")}
        assert texts <= {
            "",
            "Flow List",
            "Flow",
            "Request",
            "Response",
            "Connection",
            "Timing",
            "Comment",
            "Copy",
            "View: auto",
        }
        marks = await page.run("[...document.querySelectorAll('.marker')].filter(e => e.offsetWidth > 5).length")
        assert marks == await page.run(_ROWS), "every flow is seen to be marked"
        assert any("collection_query on tickets · alice" in text for _, name, text in seen if "col-comment" in name)
        widest = await page.run("Math.max(...[...document.querySelectorAll('td.col-path')].map(e => e.offsetWidth))")
        assert widest < 60, "beside a body there is room for who and what only"
        times = "[...document.querySelectorAll('td.col-timestamp')].map(e => e.textContent)"
        await page.until(f"(t => t.length > 1 && t.every((x, i) => !i || t[i - 1] >= x))({times})")
        assert "allow by analysts-read-tickets" in next(text for tag, _, text in seen if tag == "pre")
        assert "Read-only" in await page.run(
            "getComputedStyle(document.querySelector('.flow-menu'), '::before').content"
        )
        await page.run("[...document.querySelectorAll('.nav-tabs-lg a')].find(a => a.innerText == 'Flow List').click()")
        await page.until("!!document.querySelector('.main-menu')")
        fields = [text for tag, _, text in await page.seen() if tag == "input"]
        assert fields == ["Search", "Highlight"], "no field to intercept with"
        await page.run("document.querySelector('tr.selected')?.click()")


async def test_the_list_begins_with_now_and_shows_where_paths_end(web: Web, alice: Asker, browser: Browser) -> None:
    assert_served(alice.search())
    assert alice.gateway.ask("GET", "/api/v2/everything", token=alice.token).code == "route.unknown"
    until(lambda: "route.unknown" in (web.comments() or [""])[-1], "it is shown")
    async with browser(f"{web.url}/?token={PASSWORD}") as page:
        await page.until(f"{_ROWS} > 1 && !!document.querySelector('th.col-timestamp.sort-desc')")
        first = "document.querySelector('tr.has-request')"
        assert "route.unknown" in await page.run(f"{first}.querySelector('.col-comment').innerText")
        path = await page.run(
            f"(s => [s.direction, s.textOverflow, s.textAlign])(getComputedStyle({first}.querySelector('.col-path')))"
        )
        assert path == ["rtl", "ellipsis", "left"], "what does not fit is cut off at the beginning"
        marks = await page.run("[...document.querySelectorAll('.marker')].map(e => e.innerText).join('')")
        assert marks
        assert all(ord(sign) < 0x2600 for sign in marks), "no emoji, which some systems have no font for"
