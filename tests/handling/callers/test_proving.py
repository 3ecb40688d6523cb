"""Has whoever sent a token proven to hold its key? Of which URL, with which issuer's terms, and once."""

import hashlib
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.tools.proofs import Agent
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.principal import Principal, Secret
from vecgate.gate import Gate
from vecgate.handling.callers.proving import certificate, proven
from vecgate.refusals.errors import CallRefused, TokenInvalid
from vecgate.settings.issuers import Issuer

ANN, TOKEN = Agent(), "a.b.c"


class Told:
    """In the place of what all workers know."""

    def __init__(self, said: str) -> None:
        self.said, self.asked = said, list[Any]()

    async def once(self, *asked: Any) -> tuple[str, str]:
        self.asked.append(asked)
        return self.said, "n-2"


def asked(said: str, url: str, *, nonce: bool = False, secure: bool = True) -> tuple[Any, Told]:
    told = Told(said)
    issuer = Issuer(issuer="i", audience="vecgate", jwks_url="https://x", proof_nonce=nonce)
    gate = SimpleNamespace(settings=SimpleNamespace(issuers=(issuer,)), guards=SimpleNamespace(proofs=told))
    raw = Raw("GET", "/a?b=1", (("host", "vdb.test:8443"),))
    proof = ANN.proof("GET", url, TOKEN, nonce="n-1")
    exchange = Exchange("1", 0.0, "", "", raw, credentials=(("dpop", Secret(proof)), ("api-key", Secret(TOKEN))))
    who = Principal("i", "s", "ann", frozenset(), 9e9, {"cnf": ANN.cnf}, "wanted")
    return proven(cast(Gate, gate), exchange, who, Secret(TOKEN), secure=secure, certificate=""), told


async def test_the_url_is_the_one_that_was_called() -> None:
    work, told = asked("ok", "https://vdb.test:8443/a")
    assert (await work).proof == "dpop"
    assert told.asked[0][2] is None  # no nonce is wanted
    work, _ = asked("ok", "http://vdb.test:8443/a", secure=False)
    assert (await work).proof == "dpop"
    for url, secure in (
        ("http://vdb.test:8443/a", True),
        ("https://vdb.test/a", True),
        ("https://vdb.test:8443/b", True),
    ):
        work, told = asked("ok", url, secure=secure)
        with pytest.raises(TokenInvalid):
            await work
        assert told.asked == []


async def test_one_that_was_used_is_refused() -> None:
    work, _ = asked("used", "https://vdb.test:8443/a")
    with pytest.raises(TokenInvalid) as refused:
        await work
    assert refused.value.code == "identity.replayed"


async def test_whoever_lacks_the_nonce_is_told_it() -> None:
    work, told = asked("nonce", "https://vdb.test:8443/a", nonce=True)
    with pytest.raises(CallRefused) as refused:
        await work
    assert (refused.value.refusal.code, refused.value.refusal.nonce) == ("identity.nonce", "n-2")
    assert told.asked[0][2] == "n-1"


def test_a_certificate_is_written_as_tokens_have_it() -> None:
    assert certificate(hashlib.sha256(b"").digest()) == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
