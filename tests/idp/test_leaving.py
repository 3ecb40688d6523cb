"""Who is told that a login has ended? Each gateway, again until it knows, whichever process began with it."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
from pydantic import ValidationError

from demo.stack import Stack
from support.consoles.served import free_place
from support.logins.served import Served, running
from support.tools.served import Quiet, served
from vecgate.identity.logout import EVENT


class Gateway(Quiet):
    """Away at first, then there; keeps what it was told."""

    answers: list[int]
    told: list[str]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).told.append(parse_qs(raw)["logout_token"][0])
        self.send_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def leaving(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(Gateway) as url:
        gateways = [{"url": f"{url}/.vecgate/v1/logout", "audience": "of-the-gateway"}]
        with running(stack, tmp_path_factory.mktemp("idp"), gateways=gateways) as made:
            yield made


def until(count: int) -> list[str]:
    end = time.monotonic() + 60
    while len(Gateway.told) < count and time.monotonic() < end:
        time.sleep(0.02)
    return Gateway.told


def sid(answer: dict[str, str]) -> str:
    return str(jwt.decode(answer["access_token"], options={"verify_signature": False})["sid"])


def test_a_gateway_is_told_until_it_knows(leaving: Served) -> None:
    Gateway.answers, Gateway.told = [503, 502, 200], []
    given = leaving.log_in()
    assert leaving.post("/revoke", token=given["refresh_token"]).status_code == 200
    told = until(3)
    assert len(told) == 3
    keys = jwt.PyJWKSet.from_dict(leaving.line().get("/jwks").json())
    for token in told:
        head = jwt.get_unverified_header(token)
        claims = jwt.decode(token, keys[head["kid"]].key, ["ES256"], audience="of-the-gateway", issuer=leaving.url)
        assert (head["typ"], claims["sid"], claims["events"]) == ("logout+jwt", sid(given), {EVENT: {}})
        assert "nonce" not in claims
        assert "sub" not in claims  # other logins of that person go on
    assert len({jwt.decode(token, options={"verify_signature": False})["jti"] for token in told}) == 3


def test_one_that_says_no_is_not_asked_again_and_each_end_is_told_once(leaving: Served) -> None:
    Gateway.answers, Gateway.told = [400], []
    given, other = leaving.log_in(), leaving.log_in("bob")
    for _ in range(2):
        leaving.post("/revoke", token=given["refresh_token"])
    assert leaving.renew(other["refresh_token"]).status_code == 200
    assert leaving.renew(other["refresh_token"]).status_code == 400  # it came twice: its login has ended
    told = until(2)
    assert [jwt.decode(one, options={"verify_signature": False})["sid"] for one in told] == [sid(given), sid(other)]


def test_another_process_goes_on_where_one_was_ended(stack: Stack, tmp_path: Path) -> None:
    Gateway.answers, Gateway.told = [503], []
    with served(Gateway) as url:
        same = {
            "url": free_place(),
            "gateways": [{"url": f"{url}/.vecgate/v1/logout", "audience": "of-the-gateway"}],
            "state": {"url": stack.valkey_url, "prefix": f"idp-{uuid.uuid4().hex[:8]}", "timeout": 30},
        }
        with running(stack, tmp_path, **same) as first:
            given = first.log_in()
            first.post("/revoke", token=given["refresh_token"])
            until(2)
        before, Gateway.answers = len(Gateway.told), [200]
        with running(stack, tmp_path, **same) as second:
            told = until(before + 1)
            later = second.log_in("bob")
            second.post("/revoke", token=later["refresh_token"])
            told = until(before + 2)
    found = [jwt.decode(one, options={"verify_signature": False})["sid"] for one in told]
    assert (len(told), set(found[:-1]), found[-1]) == (before + 2, {sid(given)}, sid(later))  # and each once more


def test_nobody_is_told_of_a_login_that_was_refused(leaving: Served) -> None:
    Gateway.answers, Gateway.told = [200], []
    asked = leaving.begin()
    leaving.visitor().answer(asked["user_code"], answer="no")
    assert leaving.poll(asked).json()["error"] == "access_denied"
    given = leaving.log_in()
    leaving.post("/revoke", token=given["refresh_token"])
    assert len(until(1)) == 1


def test_what_it_is_told_must_be_an_address(stack: Stack, tmp_path: Path) -> None:
    with (
        pytest.raises(ValidationError, match="https://"),
        running(stack, tmp_path, gateways=[{"url": "http://gateway.example/x"}]),
    ):
        pass
