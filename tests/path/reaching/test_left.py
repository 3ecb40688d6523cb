"""Who logs out at `vecgate idp` is out at the gateway: no token of that login counts any more, and other logins go on."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.consoles.served import free_place
from support.logins.served import CLIENT, Served, running
from vecgate.handling.callers.logout import PATH


@dataclass(slots=True)
class Town:
    """Both, each of which knows the other."""

    gateway: Gateway
    service: Served

    def code(self, token: str) -> str:
        said = self.gateway.ask("GET", "/.vecgate/v1/whoami", token=token)
        return "" if said.status == 200 else said.code

    def until(self, token: str, code: str) -> str:
        """What is said in the end."""
        end = time.monotonic() + 60
        while (found := self.code(token)) != code and time.monotonic() < end:
            time.sleep(0.1)
        return found


@pytest.fixture(scope="module")
def town(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = free_place()
    told = {"issuer": url, "audience": "vecgate", "algorithms": ["ES256"], "types": ["at+jwt"], "keys_cooldown": 0.1}
    made = gateways.make({"issuers": [told | {"logout_audience": CLIENT}], "state": {"prefix": "left-test"}})
    made.start()
    known = [{"url": f"{made.url}{PATH}", "ca": str(made.ca)}]
    with running(stack, tmp_path_factory.mktemp("idp"), url=url, gateways=known) as service:
        yield Town(made, service)


def test_who_logs_out_is_out(town: Town) -> None:
    mine, other = town.service.log_in(), town.service.log_in()
    assert town.until(mine["access_token"], "") == ""
    assert town.service.post("/revoke", token=mine["refresh_token"]).status_code == 200
    assert town.until(mine["access_token"], "identity.logged_out") == "identity.logged_out"
    assert town.code(other["access_token"]) == ""


def test_a_refresh_token_that_came_twice_ends_what_was_given_before(town: Town) -> None:
    first = town.service.log_in("bob")
    second = town.service.renew(first["refresh_token"]).json()
    assert town.until(second["access_token"], "") == ""
    assert town.service.renew(first["refresh_token"]).status_code == 400
    for one in (first, second):
        assert town.until(one["access_token"], "identity.logged_out") == "identity.logged_out"
