"""How is a database's admin API asked?"""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.minted.standing import Asked, Standing, over_tls
from vecgate.credentials.minted.admin import AdminApi, segment
from vecgate.domain.lease import Headers
from vecgate.refusals.errors import Unavailable, WireRefused

KEYS = Headers((("authorization", "Bearer of-the-admin"),))


class Fake(Standing):
    said: tuple[int, Any] = (200, {"fine": True})

    def answer(self, asked: Asked) -> tuple[int, Any]:
        return self.said


@pytest.fixture
def server() -> Fake:
    return Fake()


@pytest.fixture
def url(server: Fake, tmp_path: Path) -> Iterator[str]:
    with over_tls(server, tmp_path) as where:
        yield where


@pytest.fixture
async def admin(url: str, tmp_path: Path) -> AsyncIterator[AdminApi]:
    made = AdminApi(url, None, tmp_path / "ca.pem", 10, time.time)
    yield made
    await made.close()


async def test_a_call_is_json_with_the_secret_beside_it(admin: AdminApi, server: Fake) -> None:
    assert await admin.ask("POST", "/a/b?c=d&e=f", KEYS, {"x": 1}, more={"x-version": "7"}) == (200, {"fine": True})
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.query, asked.tree) == ("POST", "/a/b", {"c": "d", "e": "f"}, {"x": 1})
    assert asked.authorization == "Bearer of-the-admin"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-version"] == "7"


async def test_without_a_body_nothing_is_said_of_one(admin: AdminApi, server: Fake) -> None:
    server.said = (204, None)
    assert await admin.ask("DELETE", "/a", KEYS) == (204, None)
    assert "content-type" not in server.asked[0].headers


async def test_a_no_is_an_answer_and_what_is_no_json_is_nothing(admin: AdminApi, server: Fake) -> None:
    server.said = (403, {"error": "no"})
    assert await admin.ask("GET", "/", KEYS) == (403, {"error": "no"})
    server.said = (200, None)
    assert await admin.ask("GET", "/", KEYS) == (200, None)


async def test_two_secrets_share_no_connection(admin: AdminApi) -> None:
    await admin.ask("GET", "/", KEYS)
    await admin.ask("GET", "/", Headers((("authorization", "Bearer of-another"),)))
    assert len(admin._wire._links) == 2


async def test_nobody_there_is_an_outage(url: str, tmp_path: Path) -> None:
    for where in ("https://127.0.0.1:1", url.replace("127.0.0.1", "localhost")):  # the second has another name
        made = AdminApi(where, None, tmp_path / "ca.pem", 10, time.time)
        with pytest.raises(Unavailable, match="cannot be reached"):
            await made.ask("GET", "/", KEYS)
        await made.close()


async def test_the_secret_never_travels_in_the_clear(tmp_path: Path) -> None:
    made = AdminApi("http://127.0.0.1:1", None, None, 10, time.time)
    with pytest.raises(WireRefused):
        await made.ask("GET", "/", KEYS)
    await made.close()


@pytest.mark.parametrize(("name", "said"), [("a", "a"), ("a/b", "a%2Fb"), ("a?b#c", "a%3Fb%23c"), ("..", "..")])
def test_a_name_is_one_segment(name: str, said: str) -> None:
    assert segment(name) == said
