"""What the README says of one's own login service is run as it stands, addresses and files alone being those of here."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.consoles.served import free_place
from support.logins.saml_stub import signer
from support.logins.served import running
from support.logins.town import Town
from support.servers.idp import Idp, running_idp
from support.tools.documents import ROOT, Block, blocks

README: Final = ROOT / "README.md"
_TEXT: Final = README.read_text("utf-8")
_FIRST: Final = _TEXT.count("\n", 0, _TEXT.index("### 5. use our own login service"))
_LAST: Final = _TEXT.count("\n", 0, _TEXT.index("At their desks people need no gateway"))
SECTION: Final = [b for b in blocks("yaml", "sh") if b.document == README and _FIRST < b.line < _LAST]
ENTITY: Final = "https://idp.example.com/saml"


def named(*words: str) -> list[Block]:
    """The blocks of that kind, in order."""
    return [block for block in SECTION if block.words == words]


def trees(*words: str) -> list[Any]:
    return [yaml.safe_load(block.text) for block in named(*words)]


@dataclass(frozen=True)
class World:
    """A gateway that is told all of it, and who gives its tokens."""

    gateway: Gateway
    staff: Idp
    town: Town
    agents: Idp
    cluster: Idp
    pods: Path

    def typed(self, line: str, **env: str) -> str:
        """What it prints."""
        tools = self.pods / "bin"
        tools.mkdir(exist_ok=True)
        (tools / "vecgate").write_text(f'#!/bin/sh\nexec {sys.executable} -m vecgate.cli "$@"\n')
        (tools / "vecgate").chmod(0o755)
        told = {
            "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.pods), "PYTHONPATH": str(ROOT / "addons"),
            "VECGATE_GATEWAY": self.gateway.url, "VECGATE_CA": str(self.gateway.ca), **env,
        }  # fmt: skip
        done = subprocess.run(["sh", "-euc", line], env=told, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def whoami(self, token: str) -> str:
        return self.typed("vecgate whoami", VECGATE_TOKEN=token)

    def person(self) -> str:
        """The token of somebody who logs in at the identity provider."""
        asked, visitor = self.town.served.begin(), self.town.served.visitor()
        groups = "<saml:AttributeValue>analysts</saml:AttributeValue>"
        more = f'<saml:AttributeStatement><saml:Attribute Name="memberOf">{groups}</saml:Attribute></saml:AttributeStatement>'
        self.town.log_in(visitor, asked["user_code"], entity=ENTITY, response_entity=ENTITY, more=more, user="sam")
        assert visitor.post("/confirm", {"answer": "yes"}).status_code == 200
        return str(self.town.served.poll(asked).json()["access_token"])


@pytest.fixture(scope="module")
def world(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, url = tmp_path_factory.mktemp("own"), free_place()
    with running_idp() as staff, running_idp() as agents, running_idp() as cluster:
        for one in (staff, cluster):
            one.withdraw(one.current)
            one.rotate("RS256")
        whole, exchange = trees("yaml", "login")
        (openid,), (saml,), (pods,) = (tree["issuers"] for tree in trees("yaml", "settings"))
        del pods["ca"]  # it is not over TLS here
        openid["issuer"], saml["issuer"], pods["issuer"] = staff.issuer, url, cluster.issuer
        assert saml["actor_issuers"] == [exchange["exchange"]["agents"][0]["issuer"]]
        saml["actor_issuers"] = [agents.issuer]
        (folder / "pod-token").write_text("of-the-gateway")
        pods["keys_token_file"] = str(folder / "pod-token")
        gateway = gateways.make({"issuers": [openid, saml, pods], "state": {"prefix": "own-login"}})

        by = signer(since=1e9, until=4e9)
        (folder / "idp.pem").write_text(by.pem)
        whole["saml"]["certificates"] = (folder / "idp.pem",)
        exchange["exchange"]["agents"][0]["issuer"] = agents.issuer
        told = [{**whole["gateways"][0], "url": f"{gateway.url}/.vecgate/v1/logout", "ca": gateway.ca}]
        more = {"saml": whole["saml"], "gateways": told, **exchange, "redirects": {}}
        with running(stack, folder, url=url, **more) as served:
            gateway.start()
            yield World(gateway, staff, Town(served, by), agents, cluster, folder)


def test_every_block_is_one_of_those_below() -> None:
    settings, login = ("yaml", "settings"), ("yaml", "login")
    assert [block.words for block in SECTION] == [
        settings, login, settings, login, ("sh", "login"), settings, ("sh", "login"),
    ]  # fmt: skip


def test_people_of_an_openid_connect_provider_are_known(world: World) -> None:
    token = world.staff.token("17", preferred_username="ann", realm_access={"roles": ["analysts"]})
    said = world.whoami(token)
    assert "user:       ann    from the claim 'preferred_username'" in said
    assert "groups:     analysts    from the claim 'realm_access.roles'" in said


def test_people_of_a_saml_provider_are_known_until_they_log_out(world: World) -> None:
    served = world.town.served
    asked = world.person()
    said = world.whoami(asked)
    assert ("user:       sam" in said, "groups:     analysts" in said) == (True, True)
    assert served.post("/revoke", token=asked).status_code == 200
    end = time.monotonic() + 30
    while world.gateway.ask("GET", "/.vecgate/v1/whoami", token=asked).status == 200:
        assert time.monotonic() < end, "its token still counts"
        time.sleep(0.05)


def test_an_agent_gets_a_token_for_one_database(world: World) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    line = named("sh", "login")[0].text.replace("https://login.example.com", world.town.served.url)
    agent = world.agents.token("ticket-helper", aud="vecgate-login")
    given = json.loads(world.typed(line, PERSON=world.person(), AGENT=agent))
    assert (given["scope"], given["token_type"]) == ("read", "Bearer")
    said = world.whoami(given["access_token"])
    assert "user:       sam" in said
    assert f"by agent:   {world.agents.issuer}#ticket-helper" in said
    assert "token for:  tickets-db" in said
    assert "token for:  read" in said


def test_a_service_account_is_a_caller(world: World) -> None:
    head = {"alg": "RS256", "kid": world.cluster.current}
    name = "system:serviceaccount:rag:indexer"
    claims = {
        "iss": world.cluster.issuer, "sub": name, "aud": ["vecgate"], "iat": int(time.time()), "exp": int(time.time()) + 600,
        "kubernetes.io": {"namespace": "rag", "serviceaccount": {"name": "indexer"}},
    }  # fmt: skip
    (world.pods / "token").write_text(world.cluster.sign(json.dumps(head).encode(), json.dumps(claims).encode()))
    line = named("sh", "login")[1].text.replace("/var/run/secrets/vecgate/token", str(world.pods / "token"))
    said = world.typed(line)
    assert f"user:       {name}" in said
    assert "groups:     rag    from the claim 'kubernetes.io.namespace'" in said
    assert world.cluster.asked_with == "Bearer of-the-gateway"
