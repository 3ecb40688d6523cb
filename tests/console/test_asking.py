"""The gateway is asked as the person whose token it is, and its no is told in its own words."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from support.consoles.api_stub import ApiStub
from vecgate.console import asking
from vecgate.console.asking import Api, Refused, Web, WebFailed
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import SettingsError


async def test_it_is_asked_with_the_token(api: ApiStub) -> None:
    line = Web(None, "--ca")
    assert (await Api(api.url, line).ask(Secret("tok"), "POST", "/requests/h1/deny", {"reason": "x"}))["id"] == "h1"
    await line.close()
    assert api.calls == [("POST", "/requests/h1/deny", "tok", {"reason": "x"})]


@pytest.mark.parametrize(
    ("status", "tree", "words"),
    [
        (
            403,
            {"error": "x", "message": "requests.not_approver: only data-owners"},
            "requests.not_approver: only data-owners",
        ),
        (403, {"status": {"error": "policy.denied: no"}}, "policy.denied: no"),
        (500, {"message": "odd"}, "The gateway answered with status 500."),
        (302, None, "The gateway answered with status 302."),
    ],
)
async def test_its_no_in_its_own_words(api: ApiStub, status: int, tree: object, words: str) -> None:
    api.answers["GET /whoami"] = (status, tree)
    line = Web(None, "--ca")
    with pytest.raises(Refused) as caught:
        await Api(api.url, line).ask(Secret("tok"), "GET", "/whoami")
    await line.close()
    assert (caught.value.status, str(caught.value)) == (status, words)


async def test_an_answer_in_many_parts_is_read_whole_and_an_endless_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async def parts(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        for part in (b'{"a": "', b"x" * 70_000, b'"}'):
            await answer.write(part)
            await asyncio.sleep(0.01)
        return answer

    app = web.Application()
    app.router.add_get("/", parts)
    async with TestServer(app) as server:
        line = Web(None, "x")
        assert (await line.ask("GET", str(server.make_url("/"))))[1] == {"a": "x" * 70_000}
        monkeypatch.setattr(asking, "LONGEST", 1000)
        with pytest.raises(WebFailed):
            await line.ask("GET", str(server.make_url("/")))
        await line.close()


async def test_nobody_there() -> None:
    line = Web(None, "--ca")
    with pytest.raises(WebFailed):
        await line.ask("GET", "http://127.0.0.1:1/")
    await line.close()


def test_a_ca_that_is_none() -> None:
    with pytest.raises(SettingsError):
        Web("/nowhere", "--ca")
