"""A login service: its discovery document, its keys, its clock."""

import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.fakes.clock import Clock
from support.servers.doors import all_ok, open_context, problems
from support.servers.idp import AUDIENCE, Idp, running_idp
from vecgate.doctor.checks import issuers
from vecgate.settings.issuers import Issuer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def tls(folder: Path) -> ssl.SSLContext:
    return open_context(folder)


@pytest.fixture
def idp(tls: ssl.SSLContext) -> Iterator[Idp]:
    with running_idp(tls) as idp:
        yield idp


def told(idp: Idp, folder: Path, **more: Any) -> Issuer:
    return Issuer(issuer=idp.issuer, audience=AUDIENCE, ca=folder / "ca.pem", **more)


async def said(issuer: Issuer) -> str:
    (found,) = problems(await issuers.check(issuer, time.time))
    return found


async def test_one_that_is_away_is_a_problem(idp: Idp, folder: Path) -> None:
    idp.stop()
    assert "discovery document cannot be fetched: connection refused" in await said(told(idp, folder))


async def test_one_in_order(idp: Idp, folder: Path) -> None:
    assert all_ok(await issuers.check(told(idp, folder), time.time))
    assert all_ok(await issuers.check(told(idp, folder, jwks_url=idp.jwks_url), time.time))
    assert idp.discoveries == 1, "with a jwks_url nothing is discovered, as in the gateway"


async def test_its_certificate_must_verify(idp: Idp) -> None:
    assert "does not verify" in await said(Issuer(issuer=idp.issuer, audience=AUDIENCE))


@pytest.mark.parametrize("behaviour", ["fail", "redirect"])
async def test_another_answer_is_a_problem(idp: Idp, folder: Path, behaviour: str) -> None:
    idp.behaviour = behaviour
    assert "status" in await said(told(idp, folder))


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"issuer": "https://someone.else"}, "another issuer's"),
        ({"issuer": None}, "another issuer's"),
        ({"jwks_uri": None}, "no 'jwks_uri'"),
        ({"jwks_uri": "http://127.0.0.1/keys"}, "not https"),
        ({"jwks_uri": "file:///keys"}, "no 'jwks_uri'"),
    ],
)
async def test_discovery_must_be_of_this_issuer_and_usable(
    idp: Idp, folder: Path, metadata: dict[str, Any], words: str
) -> None:
    idp.metadata = metadata
    assert words in await said(told(idp, folder))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "cannot be read"),
        (b'{"keys":[],"keys":[]}', "cannot be read"),
        (b"[]", "cannot be read"),
        (b'{"keys":[]}', "no usable key"),
        (json.dumps({"keys": [{"kty": "oct", "kid": "1", "k": "AA"}]}).encode(), "no usable key"),
    ],
)
async def test_its_keys_must_be_usable(idp: Idp, folder: Path, document: bytes, words: str) -> None:
    idp.document = document
    assert words in await said(told(idp, folder))


async def test_keys_of_algorithms_that_are_not_accepted_are_not_counted(idp: Idp, folder: Path) -> None:
    assert "no usable key for RS256" in await said(told(idp, folder, algorithms=("RS256",)))


async def test_clocks_that_differ_are_a_problem(idp: Idp, folder: Path) -> None:
    (found,) = problems(await issuers.check(told(idp, folder), Clock(time.time() + 600)))
    assert "ahead of that of issuer" in found


async def test_keys_fetched_in_the_clear_are_a_problem_unless_nothing_is_on_the_way() -> None:
    (found, *_) = await issuers.check(Issuer(issuer="http://login.example", audience=AUDIENCE), time.time)
    assert (found.level, "fetched in the clear." in found.found) == ("problem", True)
    with running_idp() as idp:
        (found, *rest) = await issuers.check(Issuer(issuer=idp.issuer, audience=AUDIENCE), time.time)
    assert (found.level, "from this host itself" in found.found) == ("warning", True)
    assert all_ok(rest)
