"""How a refusal reaches a client: status, headers, and the plain body."""

import json
from dataclasses import replace

import pytest

from support.tools.every import every
from vecgate.refusals.catalogue import CATALOGUE, refuse
from vecgate.refusals.rendering import plain, status_for

NO_VALUES = sorted(code for code, kind in CATALOGUE.items() if "{" not in kind.what + kind.todo)


@every("code", NO_VALUES)
def test_the_plain_body_holds_code_and_words(code: str) -> None:
    refusal = refuse(code, request_id="r1")
    shown = plain(refusal)
    assert shown.status == refusal.status
    assert json.loads(shown.body) == {
        "error": "VecgateRefusal",
        "message": f"{code}: {refusal.what} {refusal.todo}",
        "code": code,
        "request_id": "r1",
    }


def test_headers_follow_the_refusal() -> None:
    assert ("www-authenticate", "Bearer") in plain(refuse("identity.missing")).headers
    assert ("retry-after", "7") in plain(refuse("gate.starting", retry_after=7)).headers


@pytest.mark.parametrize(
    ("agent", "status"),
    [
        ("node", 422),
        ("undici", 422),
        ("node/24", 422),
        ("Deno/2.1", 422),
        ("Bun/1.2", 422),
        ("Mozilla/5.0", 422),
        ("python-httpx/0.28", 401),
        ("nodejs-client/1", 401),
        ("", 401),
    ],
)
def test_fetch_gets_a_status_whose_words_it_repeats(agent: str, status: int) -> None:
    assert status_for(refuse("identity.missing"), agent) == status
    assert status_for(refuse("gate.starting"), agent) == 503


def test_what_waits_is_linked_for_programs_and_where_there_is_a_console_for_people_first() -> None:
    waits = refuse("hold.pending", request_id="r1", id="r1", impact="x", approvers="dba")
    api = '</.vecgate/v1/requests/r1>; rel="status"'
    assert dict(plain(waits).headers)["link"] == api
    page = '<https://console.example/vecgate/requests/r1>; rel="status"; type="text/html"'
    for console in ("https://console.example/vecgate", "https://console.example/vecgate/"):
        assert dict(plain(replace(waits, console=console)).headers)["link"] == f'{page}, {api}; type="application/json"'
    assert "link" not in dict(plain(refuse("requests.unknown", request_id="r1")).headers)
