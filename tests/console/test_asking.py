"""The gateway is asked as the person whose token it is, and its no is told in its own words."""

import pytest

from support.consoles.api_stub import ApiStub
from vecgate.console.asking import Api, Refused, Web, WebFailed
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import SettingsError


async def test_it_is_asked_with_the_token(api: ApiStub) -> None:
    web = Web(None, "--ca")
    assert (await Api(api.url, web).ask(Secret("tok"), "POST", "/requests/h1/deny", {"reason": "x"}))["id"] == "h1"
    await web.close()
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
    web = Web(None, "--ca")
    with pytest.raises(Refused) as caught:
        await Api(api.url, web).ask(Secret("tok"), "GET", "/whoami")
    await web.close()
    assert (caught.value.status, str(caught.value)) == (status, words)


async def test_nobody_there() -> None:
    web = Web(None, "--ca")
    with pytest.raises(WebFailed):
        await web.ask("GET", "http://127.0.0.1:1/")
    await web.close()


def test_a_ca_that_is_none() -> None:
    with pytest.raises(SettingsError):
        Web("/nowhere", "--ca")
