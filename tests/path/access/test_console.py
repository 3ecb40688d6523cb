"""A held call is answered in a browser: by who may, as on every other channel, with the gateway's own rules in force."""

import asyncio
import html
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from path.conftest import Factory
from support.consoles.login_stub import LoginStub, running_login
from support.consoles.served import Person, Served, running_console
from support.tools.askers import until
from support.tools.browser import Browser
from support.tools.direct import Collection, collection

REQUESTS = "/.vecgate/v1/requests"
RULES = """
version: 1
mask_profiles:
  no-states: {default: replace, fields: {"metadatas.status": drop}}
rules:
  - name: everyone-reads
    who: anyone
    where: anywhere
    operations: [read]
    effect: allow
    mask: unsafe-nothing
  - name: ask-first
    who: anyone
    where: {collections: ["console-*"]}
    operations: [delete_ids]
    effect: hold
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    wait: 60s
  - name: may-look
    who: {groups: [analysts]}
    where: {collections: ["console-*"]}
    operations: [list_scan]
    effect: request
    mask: unsafe-nothing
    approvers: {groups: [data-owners]}
    grant: {longest: 8h}
  - name: owners-lock
    who: {groups: [data-owners]}
    where: anywhere
    operations: [lock]
    effect: allow
    mask: unsafe-nothing
  - name: owners-review
    who: {groups: [data-owners]}
    where: anywhere
    operations: [sessions_read, policies_read]
    effect: allow
    mask: no-states
  - name: nobody-reviews-pay
    who: anyone
    where: {collections: ["console-pay*"]}
    operations: [sessions_read]
    effect: deny
"""


@dataclass(slots=True)
class World:
    stack: Stack
    gateway: Gateway
    login: LoginStub
    console: Served
    pool: ThreadPoolExecutor

    def browser_of(self, user: str) -> Person:
        self.login.user = user
        made = self.console.person()
        assert made.log_in().status_code == 303
        return made

    def delete(self, where: Collection, *ids: str) -> tuple[Future[Reply], str]:
        """A delete of alice's that is held, and its id."""
        before = {one["id"] for one in self.listed()}
        work = self.pool.submit(
            self.gateway.ask,
            "POST",
            f"{where.path}/delete",
            token=self.stack.token("alice"),
            body={"ids": [*ids]},
            timeout=90,
        )
        found: list[str] = []

        def there() -> bool:
            found[:] = [one["id"] for one in self.listed() if one["id"] not in before]
            return bool(found)

        until(there, "it is held")
        return work, found[0]

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.gateway.ask("GET", REQUESTS, token=self.stack.token("bob")).json["requests"]
        return found


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory) -> Iterator[World]:
    folder = gateways.folder / "console-policies"
    folder.mkdir()
    (folder / "p.yaml").write_text(RULES, "utf-8")
    made = gateways.make({"policies": str(folder), "state": {"prefix": "console-test"}})
    made.start()
    with running_login() as login, ThreadPoolExecutor(4) as pool:
        login.token = stack.token
        with running_console(made.url, login, gateway_ca=str(made.ca)) as console:
            yield World(stack, made, login, console, pool)


@pytest.fixture
def tickets(stack: Stack) -> Iterator[Collection]:
    with collection(stack, "console-tickets", 5) as made:
        yield made


def test_who_may_answers_and_who_may_not_does_not(world: World, tickets: Collection) -> None:
    work, id = world.delete(tickets, "r1")
    alice, bob = world.browser_of("alice"), world.browser_of("bob")
    refused = alice.post(f"/requests/{id}/approve")
    assert refused.status_code == 403
    assert "requests.not_approver" in refused.text
    assert world.browser_of("erin").open(f"/requests/{id}").status_code == 404  # it is none of hers
    shown = bob.open(f"/requests/{id}").text
    assert "delete_ids" in shown
    assert "console-tickets" in shown
    assert bob.post(f"/requests/{id}/deny", {"reason": "not today"}).status_code == 303
    assert work.result(90).code == "hold.denied"
    assert "not today" in bob.open("/requests/" + id).text
    assert id in bob.open("/history").text


def test_access_is_asked_for_granted_seen_and_revoked(world: World, tickets: Collection) -> None:
    alice, bob = world.browser_of("alice"), world.browser_of("bob")
    form = {
        "upstream": "tickets-db",
        "collections": tickets.name,
        "operations": "list_scan",
        "for": "2h",
        "reason": "INC-7",
    }
    asked = alice.post("/access", form)
    assert asked.status_code == 303, asked.text
    place = asked.headers["location"]
    assert place in bob.open("/").text
    assert bob.post(f"{place}/approve").status_code == 303
    assert place in alice.open("/mine").text
    assert bob.post(f"{place}/revoke", {"reason": "enough"}).status_code == 303
    assert "revoked by bob: enough" in alice.open(place).text


def test_a_yes_to_less_is_seen_beside_what_was_asked_and_its_debrief_is_read(world: World, tickets: Collection) -> None:
    alice, bob = world.browser_of("alice"), world.browser_of("bob")
    assert "may-look" in alice.open("/access").text
    form = {
        "upstream": "tickets-db",
        "collections": tickets.name,
        "operation:list_scan": "on",
        "for": "2h",
        "reason": "INC-9",
    }
    place = alice.post("/access", form).headers["location"]
    assert "may-look" in bob.open(place).text
    assert bob.post(f"{place}/approve", {"for": "3h"}).status_code == 403  # access.wider
    assert bob.post(f"{place}/approve", {"for": "30min"}).status_code == 303
    found = alice.open(place).text
    assert [word for word in ("Left of it", "30min", "2h", "8h") if word not in found] == []
    assert alice.post(f"{place}/end").status_code == 303
    assert "given back" in alice.open(place).text
    assert place in bob.open("/").text  # a debrief that he has not read
    assert bob.post(f"{place}/acknowledge").status_code == 303
    assert place not in bob.open("/").text
    assert "Read by" in alice.open(place).text


NO_SESSION = "20261123T141500-alice-8f3a"
#: What is done on a page, what that is at the API, and the no of who may not.
CHANNELS: list[tuple[str, dict[str, str], str, str, dict[str, Any], str]] = [
    ("/access/{id}/approve", {}, "POST", "/access/{id}/approve", {}, "access.not_approver"),
    ("/access/{id}/approve", {"for": "1h"}, "POST", "/access/{id}/approve", {"narrow": {"for": "1h"}}, "access.not_approver"),
    ("/access/{id}/deny", {}, "POST", "/access/{id}/deny", {}, "access.not_approver"),
    ("/access/{id}/end", {}, "POST", "/access/{id}/end", {}, "access.settled"),
    ("/access/{id}/acknowledge", {}, "POST", "/access/{id}/acknowledge", {}, "access.no_debrief"),
    ("/locks", {"what": "user", "name": "x", "sure": "on"}, "POST", "/locks", {"user": "x"}, "policy.no_rule"),
    ("/locks/lift", {"what": "user", "name": "x", "sure": "on"}, "POST", "/locks/lift", {"user": "x"}, "policy.no_rule"),
    ("/locks", {}, "GET", "/locks", {}, "policy.no_rule"),
    ("/sessions", {}, "POST", "/sessions", {}, "policy.no_rule"),
    ("/sessions?calls=1", {}, "POST", "/sessions/calls", {}, "policy.no_rule"),
    (f"/sessions/{NO_SESSION}", {}, "POST", "/sessions/replay", {"session": NO_SESSION}, "policy.no_rule"),
    ("/policies/rules", {}, "GET", "/policy", {}, "policy.no_rule"),
    ("/policies/rules", {}, "GET", "/policy/coverage", {}, "policy.no_rule"),
    ("/policies?ask=who&operation=read", {}, "POST", "/policy/who", {"operation": "read"}, "policy.no_rule"),
    ("/policies?ask=what&user=x", {}, "POST", "/policy/what", {"user": "x"}, "policy.no_rule"),
    ("/policies?ask=explain&user=x&operation=search", {}, "POST", "/policy/explain", {"user": "x", "operation": "search"}, "policy.no_rule"),
]  # fmt: skip


def test_who_may_not_is_told_the_same_on_a_page_and_by_the_api(world: World, tickets: Collection) -> None:
    alice = world.browser_of("alice")
    form = {
        "upstream": "tickets-db",
        "collections": tickets.name,
        "operation:list_scan": "on",
        "for": "2h",
        "reason": "r",
    }
    id = alice.post("/access", form).headers["location"].rpartition("/")[2]
    for page, said, method, path, body, code in CHANNELS:
        shown = alice.post(page.format(id=id), said) if said or page.startswith("/access") else alice.open(page)
        told = world.gateway.ask(
            method, f"/.vecgate/v1{path.format(id=id)}", token=world.stack.token("alice"), body=body or None
        )
        assert (page, told.code) == (page, code)
        assert (shown.status_code, told.code in shown.text) == (told.status, True)
    erin = world.browser_of("erin")  # of whom it is none of the business
    for page in (f"/access/{id}", f"/access/{id}/approve"):
        found = erin.open(page) if page.endswith(id) else erin.post(page)
        assert (found.status_code, "access.unknown" in found.text) == (404, True)
    assert alice.post(f"/access/{id}/withdraw").status_code == 303
    assert id in alice.open("/history?state=withdrawn").text


def test_a_group_is_locked_and_let_in_again(world: World) -> None:
    bob = world.browser_of("bob")
    assert bob.post("/locks", {"what": "group", "name": "interns", "reason": "INC-7", "sure": "on"}).status_code == 303
    assert [
        word for word in ("interns", "INC-7", "bob, by rule owners-lock") if word not in bob.open("/locks").text
    ] == []
    assert bob.post("/locks/lift", {"what": "group", "name": "interns", "sure": "on"}).status_code == 303
    assert "Nothing and nobody is locked." in bob.open("/locks").text


def test_who_may_looks_at_what_was_asked_and_answered_under_their_own_mask(
    world: World, stack: Stack, tickets: Collection
) -> None:
    token = stack.token("alice")
    with collection(stack, "console-pay", 2) as pay:
        for where in (tickets, pay):
            body = {"ids": ["r1"], "include": ["documents", "metadatas"]}
            answer = world.gateway.ask("POST", f"{where.path}/get", token=token, body=body)
            assert answer.json["metadatas"] == [{"status": "closed"}]
    alice, bob = world.browser_of("alice"), world.browser_of("bob")
    assert "policy.no_rule" in alice.open("/sessions").text
    assert "alice" in bob.open("/sessions").text
    listed = bob.open("/sessions?user=alice&collection=console-tickets&operation=read_ids").text
    id = re.findall(r'href="/sessions/([0-9]{8}T[^"]+)"', listed)[0]
    assert alice.open(f"/sessions/{id}").status_code == 403
    seen, place = "", f"/sessions/{id}"
    while place:
        found = bob.open(place).text
        seen += found
        more = re.search(r'rel="next" href="([^"]+)"', found)
        place = html.unescape(more[1]) if more else ""
    assert "on console-tickets" in seen
    assert "console-pay" not in seen
    assert "are not for you to see" in seen
    assert "closed" not in seen
    assert "ticket r1" in seen
    calls = bob.open("/sessions/json?collection=console-tickets&user=alice").json()["calls"]
    assert {call["user"] for call in calls} == {"alice"}
    assert bob.open("/sessions/json?collection=console-pay").json()["calls"] == []
    typed = [
        _typed(world, "bob", "list", "--calls", "--collection", "console-tickets"),
        _typed(world, "bob", "replay", id),
    ]
    assert all(done.returncode == 0 for done in typed), [done.stderr for done in typed]
    assert "console-tickets" in typed[0].stdout
    assert ("ticket r1" in typed[1].stdout, "are not for you to see" in typed[1].stdout) == (True, True)
    assert [word for word in ("closed", "console-pay") if word in typed[0].stdout + typed[1].stdout] == []
    assert "policy.no_rule" in _typed(world, "alice", "list").stderr
    mine = bob.open("/sessions/json?operation=session_replay").json()["calls"]
    assert {(call["user"], call["outcome"]) for call in mine} >= {("bob", "200"), ("alice", "policy.no_rule (403)")}


def _typed(world: World, user: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """What `vecgate sessions` says to somebody who has no file and no settings here, but the gateway's address."""
    gateway = "--gateway", world.gateway.url, "--ca", str(world.gateway.ca)
    told = {"VECGATE_TOKEN": world.stack.token(user), "VECGATE_SETTINGS": "/nowhere"}
    return subprocess.run(
        ["vecgate", "sessions", words[0], *gateway, *words[1:]],
        env={"PATH": os.environ["PATH"], **told}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_what_the_policies_say_of_oneself_and_of_others(world: World) -> None:
    alice, bob = world.browser_of("alice"), world.browser_of("bob")
    held = alice.open("/policies?ask=mine&operation=delete_ids&collection=console-x").text
    assert "hold, by rule ask-first" in held
    assert "owners-review" not in held
    assert "console-pay" not in held
    rules = bob.open("/policies/rules").text
    assert [word for word in ("console-pay*", "p.yaml:", "No tests were run") if word not in rules] == []
    assert "groups data-owners" in bob.open("/policies?ask=who&operation=lock").text
    why = bob.open("/policies?ask=explain&user=zoe&groups=interns&operation=lock").text
    assert "deny: no rule allows it" in why
    assert "groups: wants data-owners" in why
    assert bob.open(f"/sessions/{NO_SESSION}").status_code == 404


async def test_a_person_approves_a_held_call_in_a_browser(world: World, tickets: Collection, browser: Browser) -> None:
    work, id = await asyncio.to_thread(world.delete, tickets, "r2")
    world.login.user = "bob"
    async with browser(world.console.url) as page:
        await page.until(f"document.querySelector('a[href=\"/requests/{id}\"]') !== null")
        await page.click(f'a[href="/requests/{id}"]')
        await page.until("document.querySelector('button[data-act=approve]') !== null")
        assert "r2" in await page.run("document.querySelector('pre').innerText")
        await page.click("button[data-act=approve]")
        await page.until(
            "!document.querySelector('button[data-act=approve]') && document.querySelector('#state') !== null"
        )
        assert await page.run("document.querySelector('#state').innerText.split(' ')[0]") in (
            "approved",
            "spent",
            "used",
        )
    assert (await asyncio.wrap_future(work)).status == 200
