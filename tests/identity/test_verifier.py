"""Genuine, ours, and good now? Everything that is not all three is refused, by its own check."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.fakes.clock import Clock, until
from support.servers.idp import AUDIENCE, Idp, issuer_of, running_idp, segment
from vecgate.domain.principal import Secret
from vecgate.identity.verifier import MEMORY_ENTRIES, Verifier
from vecgate.refusals.errors import Part, SettingsError, TokenInvalid, Unavailable
from vecgate.settings.issuers import Issuer

type OpenVerifier = Callable[..., Any]
type Forge = Callable[[Idp], str]

ALL = ("ES256", "ES384", "RS256", "PS256", "EdDSA")
NOW = int(time.time()) - 3000  # any moment but the present one: no check may look at another clock


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.servers.idp.now", lambda: NOW)


def head(idp: Idp, **members: Any) -> bytes:
    return json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": idp.current} | members).encode()


def body(idp: Idp, **members: Any) -> bytes:
    claims = {"iss": idp.issuer, "aud": AUDIENCE, "sub": "alice", "iat": NOW, "exp": NOW + 300}
    return json.dumps(claims | members).encode()


def unsigned(idp: Idp, **header: Any) -> str:
    return f"{segment(head(idp, **header))}.{segment(body(idp))}."


def by_public_key(idp: Idp, form: serialization.Encoding) -> str:
    """Signed with HMAC, the issuer's public key taken for the secret."""
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = idp.keys[idp.current][1].public_key().public_bytes(form, kind)
    text = f"{segment(head(idp, alg='HS256'))}.{segment(body(idp))}"
    return f"{text}.{segment(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def by_another_key(idp: Idp, **header: Any) -> str:
    return jwt.encode(
        json.loads(body(idp)), ec.generate_private_key(ec.SECP256R1()), "ES256", json.loads(head(idp, **header))
    )


def own_jwk(idp: Idp) -> str:
    """Signed by a stranger's key that the token itself brings along."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = jwt.get_algorithm_by_name("ES256").to_jwk(private.public_key(), as_dict=True)
    return jwt.encode(json.loads(body(idp)), private, "ES256", json.loads(head(idp, jwk=public)))


def changed(idp: Idp) -> str:
    first, _, last = idp.token("alice").split(".")
    return f"{first}.{segment(body(idp, sub='admin'))}.{last}"


REFUSED: dict[str, tuple[Forge, str]] = {
    # no token
    "empty": (lambda idp: "", "not a signed JWT"),
    "junk": (lambda idp: "password", "not a signed JWT"),
    "two segments": (lambda idp: idp.token("a").rpartition(".")[0], "not a signed JWT"),
    "four segments": (lambda idp: idp.token("a") + ".x", "not a signed JWT"),
    "padding": (lambda idp: idp.token("a") + "=", "not a signed JWT"),
    "line break": (lambda idp: idp.token("a") + "\n", "not a signed JWT"),
    "leading space": (lambda idp: " " + idp.token("a"), "not a signed JWT"),
    "not ascii": (lambda idp: idp.token("a") + "\u00e9", "not a signed JWT"),
    "oversize": (lambda idp: idp.token("a", padding="x" * 33_000), "bytes, and 'limits.token' allows 32768"),
    "header an array": (lambda idp: idp.sign(b"[]", body(idp)), "header cannot be read"),
    "claims an array": (lambda idp: idp.sign(head(idp), b"[1]"), "claims cannot be read"),
    "claims too deep": (lambda idp: idp.sign(head(idp), b"[" * 3000), "claims cannot be read"),
    # no signature, or not the issuer's
    "alg none, unsigned": (lambda idp: unsigned(idp, alg="none"), "not a signed JWT"),
    "alg none, signed": (lambda idp: idp.token("a", header={"alg": "none"}), "'alg'"),
    "alg NoNe": (lambda idp: idp.token("a", header={"alg": "NoNe"}), "'alg'"),
    "alg missing": (lambda idp: idp.token("a", header={"alg": None}), "'alg'"),
    "HMAC with the public key, PEM": (lambda idp: by_public_key(idp, serialization.Encoding.PEM), "'alg'"),
    "HMAC with the public key, DER": (lambda idp: by_public_key(idp, serialization.Encoding.DER), "'alg'"),
    "another algorithm than the key's": (lambda idp: idp.token("a", header={"alg": "RS256"}), "no such key"),
    "signed by a stranger": (by_another_key, "signature"),
    "claims changed": (changed, "signature"),
    "signature cut": (lambda idp: idp.token("a")[:-2], "signature"),
    "signature of nothing": (lambda idp: idp.token("a").rpartition(".")[0] + ".AA", "signature"),
    # keys it may not choose
    "own jwk": (own_jwk, "'jwk'"),
    "jku": (lambda idp: idp.token("a", header={"jku": "https://evil.example"}), "'jku'"),
    "x5u": (lambda idp: idp.token("a", header={"x5u": "https://evil.example"}), "'x5u'"),
    "x5c": (lambda idp: idp.token("a", header={"x5c": ["MIIB"]}), "'x5c'"),
    "crit": (lambda idp: idp.token("a", header={"crit": ["exp"]}), "'crit'"),
    "b64": (lambda idp: idp.token("a", header={"b64": False}), "'b64'"),
    "zip": (lambda idp: idp.token("a", header={"zip": "DEF"}), "'zip'"),
    "kid a number": (lambda idp: idp.token("a", header={"kid": 1}), "'kid'"),
    "kid huge": (lambda idp: idp.token("a", header={"kid": "k" * 257}), "'kid'"),
    "kid a path": (lambda idp: idp.token("a", header={"kid": "../../dev/null"}), "no such key"),
    "kid unknown": (lambda idp: idp.token("a", header={"kid": "other"}), "no such key"),
    # two readings
    "duplicate header member": (
        lambda idp: idp.sign(b'{"alg":"none",' + head(idp)[1:], body(idp)),
        "duplicate key",
    ),
    "duplicate claim": (
        lambda idp: idp.sign(head(idp), body(idp)[:-1] + b',"sub":"admin"}'),
        "duplicate key",
    ),
    "NaN": (lambda idp: idp.sign(head(idp), body(idp)[:-1] + b',"x":NaN}'), "claims cannot be read"),
    # not for here
    "iss another": (lambda idp: idp.token("a", iss="https://evil.example"), "'iss'"),
    "iss with a slash more": (lambda idp: idp.token("a", iss=idp.issuer + "/"), "'iss'"),
    "iss a list": (lambda idp: idp.token("a", iss=[idp.issuer]), "'iss'"),
    "iss missing": (lambda idp: idp.token("a", iss=None), "'iss'"),
    "aud another": (lambda idp: idp.token("a", aud="other"), "'aud'"),
    "aud a prefix": (lambda idp: idp.token("a", aud=AUDIENCE[:-1]), "'aud'"),
    "aud a list without us": (lambda idp: idp.token("a", aud=["other", "third"]), "'aud'"),
    "aud a list with a number": (lambda idp: idp.token("a", aud=[AUDIENCE, 1]), "'aud'"),
    "aud empty": (lambda idp: idp.token("a", aud=[]), "'aud'"),
    "aud missing": (lambda idp: idp.token("a", aud=None), "'aud'"),
    "typ of a logout": (lambda idp: idp.token("a", header={"typ": "logout+jwt"}), "'typ'"),
    "typ of a proof": (lambda idp: idp.token("a", header={"typ": "dpop+jwt"}), "'typ'"),
    "typ 'none'": (lambda idp: idp.token("a", header={"typ": "none"}), "'typ'"),
    "typ missing": (lambda idp: idp.token("a", header={"typ": None}), "'typ'"),
    "typ a number": (lambda idp: idp.token("a", header={"typ": 1}), "'typ'"),
    "client another": (lambda idp: idp.token("a", azp="other"), "client"),
    "bound to a key": (lambda idp: idp.token("a", azp="cli", cnf={"kid": "x"}), "bound to a key"),
    # nobody
    "sub missing": (lambda idp: idp.token("a", azp="cli", sub=None), "'sub'"),
    "sub empty": (lambda idp: idp.token("", azp="cli"), "'sub'"),
    "sub a number": (lambda idp: idp.token("a", azp="cli", sub=7), "not well-formed"),
    "sub with a line break": (lambda idp: idp.token("a\nb", azp="cli"), "'sub'"),
    "groups in doubt": (lambda idp: idp.sign(head(idp), body(idp, azp="cli", groups="the dba")), "'groups'"),
    # not now
    "exp missing": (lambda idp: idp.token("a", azp="cli", exp=None), "'exp'"),
    "exp a string": (lambda idp: idp.token("a", azp="cli", exp=str(NOW + 60)), "'exp'"),
    "exp true": (lambda idp: idp.token("a", azp="cli", exp=True), "'exp'"),
    "exp in ten years": (lambda idp: idp.token("a", azp="cli", exp=NOW + 10 * 365 * 86400), "its life"),
    "iat missing": (lambda idp: idp.token("a", azp="cli", iat=None), "'iat'"),
    "iat in the future": (lambda idp: idp.token("a", azp="cli", iat=NOW + 200), "'iat' is in the future"),
    "nbf in the future": (lambda idp: idp.token("a", azp="cli", nbf=NOW + 200), "'nbf' is in the future"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_token_with_one_fault_is_refused_for_it(idp: Idp, open_verifier: OpenVerifier, case: str) -> None:
    forge, reason = REFUSED[case]
    verifier = await open_verifier(lambda: NOW, clients=("cli",), algorithms=ALL)
    with pytest.raises(TokenInvalid, match=reason) as refused:
        await verifier.check(Secret(forge(idp)))
    assert refused.value.code == "identity.invalid"
    assert "evil" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA", "ES384"])
async def test_a_good_token_of_each_kind_is_accepted(idp: Idp, open_verifier: OpenVerifier, algorithm: str) -> None:
    idp.rotate(algorithm)
    verifier = await open_verifier(lambda: NOW, algorithms=ALL, clients=("cli",))
    who = await verifier.check(Secret(idp.token("alice", ["analysts"], client_id="cli")))
    assert (who.issuer, who.subject, who.groups) == (idp.issuer, "alice", {"analysts"})


GOOD: dict[str, Forge] = {
    "typ in another case": lambda idp: idp.token("alice", header={"typ": "JWT"}),
    "one audience of several": lambda idp: idp.token("alice", aud=["other", AUDIENCE]),
    "times with fractions": lambda idp: idp.token("alice", iat=NOW - 0.5, exp=NOW + 60.5),
    "a certificate's hash in the header": lambda idp: idp.token("alice", header={"x5t#S256": "abc"}),
}


@pytest.mark.parametrize("case", GOOD)
async def test_what_the_standards_leave_free_is_accepted(idp: Idp, open_verifier: OpenVerifier, case: str) -> None:
    verifier = await open_verifier(lambda: NOW)
    assert (await verifier.check(Secret(GOOD[case](idp)))).subject == "alice"


async def test_a_type_can_be_left_out_where_the_settings_say_so(idp: Idp, open_verifier: OpenVerifier) -> None:
    verifier = await open_verifier(lambda: NOW, types=("none",))
    assert (await verifier.check(Secret(idp.token("alice", header={"typ": None})))).subject == "alice"
    for named in ("none", "at+jwt"):
        with pytest.raises(TokenInvalid, match="'typ'"):
            await verifier.check(Secret(idp.token("alice", header={"typ": named})))


async def test_a_key_that_is_too_short_proves_nothing(idp: Idp, open_verifier: OpenVerifier) -> None:
    idp.keys["short"] = ("RS256", rsa.generate_private_key(65537, 1024))
    idp.current = "short"
    verifier = await open_verifier(lambda: NOW, algorithms=("RS256",))
    with pytest.raises(TokenInvalid, match="too short"):
        await verifier.check(Secret(idp.token("alice")))


# -- time ----------------------------------------------------------------------------------------------------


async def test_expiry_follows_the_clock_it_is_given(idp: Idp, open_verifier: OpenVerifier) -> None:
    """Also for a token that was proven before, and whatever the machine's own clock says."""
    now = Clock(5_000_000)
    verifier = await open_verifier(now, leeway=30)
    token = Secret(idp.token("alice", iat=now.at, exp=now.at + 40))
    assert (await verifier.check(token)).expires_at == now.at + 40
    now.at += 69.9
    assert (await verifier.check(token)).subject == "alice"
    now.at += 0.1
    with pytest.raises(TokenInvalid) as refused:
        await verifier.check(token)
    assert refused.value.code == "identity.expired"


async def test_a_proven_token_is_not_good_before_its_time(idp: Idp, open_verifier: OpenVerifier) -> None:
    now = Clock(5_000_000)
    verifier = await open_verifier(now, leeway=0)
    token = Secret(idp.token("alice", iat=now.at, exp=now.at + 40))
    await verifier.check(token)
    now.at -= 10
    with pytest.raises(TokenInvalid, match="future"):
        await verifier.check(token)


# -- memory --------------------------------------------------------------------------------------------------


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signature was checked, in order."""
    seen: list[str] = []
    decode = jwt.decode

    def counted(token: str, *args: Any, **options: Any) -> dict[str, Any]:
        seen.append(token)
        return decode(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    return seen


async def test_a_token_is_proven_once_a_minute(idp: Idp, open_verifier: OpenVerifier, proofs: list[str]) -> None:
    now = Clock(5_000_000)
    verifier = await open_verifier(now)
    token = Secret(idp.token("alice", iat=now.at, exp=now.at + 600))
    first = await verifier.check(token)
    now.at += 59.9
    assert await verifier.check(token) is first
    assert len(proofs) == 1
    now.at += 0.1
    assert await verifier.check(token) == first
    assert len(proofs) == 2


async def test_a_refused_token_is_never_remembered(idp: Idp, open_verifier: OpenVerifier, proofs: list[str]) -> None:
    verifier = await open_verifier(lambda: NOW)
    forged = Secret(by_another_key(idp))
    for _ in range(2):
        with pytest.raises(TokenInvalid):
            await verifier.check(forged)
    assert len(proofs) == 2


async def test_a_proven_token_dies_when_its_key_id_stands_for_another_key(
    idp: Idp, open_verifier: OpenVerifier, monotonic: Clock
) -> None:
    verifier = await open_verifier(lambda: NOW)
    token = Secret(idp.token("alice"))
    await verifier.check(token)
    old = idp.current
    new = idp.rotate()
    idp.keys = {old: idp.keys[new]}
    monotonic.at += 301
    with pytest.raises(TokenInvalid, match="signature"):
        await _check_for_ever(verifier, token)


async def test_a_proven_token_dies_with_its_key(idp: Idp, open_verifier: OpenVerifier, monotonic: Clock) -> None:
    verifier = await open_verifier(lambda: NOW, keys_fresh=300)
    token = Secret(idp.token("alice"))
    await verifier.check(token)
    old = idp.current
    idp.rotate()
    idp.withdraw(old)
    monotonic.at += 301
    assert (await verifier.check(token)).subject == "alice"  # it does not wait for the refresh it starts
    with pytest.raises(TokenInvalid, match="no such key"):
        await _check_for_ever(verifier, token)


async def _check_for_ever(verifier: Verifier, token: Secret) -> None:
    async with asyncio.timeout(60):
        while True:
            await verifier.check(token)
            await asyncio.sleep(0.005)


async def test_a_refresh_with_the_same_keys_forgets_nothing(
    idp: Idp, open_verifier: OpenVerifier, monotonic: Clock, proofs: list[str]
) -> None:
    verifier = await open_verifier(lambda: NOW)
    token = Secret(idp.token("alice"))
    await verifier.check(token)
    monotonic.at += 301
    await verifier.check(token)
    await until(lambda: idp.fetches == 2)
    await verifier.check(token)
    assert len(proofs) == 1


async def test_the_memory_is_bounded(idp: Idp, open_verifier: OpenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MEMORY_ENTRIES >= 1000
    monkeypatch.setattr("vecgate.identity.verifier.MEMORY_ENTRIES", 3)
    verifier = await open_verifier(lambda: NOW)
    for n in range(10):
        await verifier.check(Secret(idp.token(f"user-{n}")))
    assert len(verifier._proven) == 3


# -- issuers -------------------------------------------------------------------------------------------------


async def test_two_issuers_with_one_key_id_are_not_mixed_up(idp: Idp, open_verifier: OpenVerifier) -> None:
    with running_idp() as other:
        other.keys = {idp.current: other.keys[other.current]}
        other.current = idp.current
        verifier = await open_verifier(lambda: NOW, issuer_of(idp), issuer_of(other))
        mine = await verifier.check(Secret(idp.token("alice")))
        theirs = await verifier.check(Secret(other.token("alice")))
        assert (mine.issuer, theirs.issuer) == (idp.issuer, other.issuer)
        assert mine.key != theirs.key
        with pytest.raises(TokenInvalid, match="signature"):
            await verifier.check(Secret(other.token("alice", iss=idp.issuer)))


async def test_an_unknown_issuer_causes_no_fetch(idp: Idp, open_verifier: OpenVerifier) -> None:
    verifier = await open_verifier(lambda: NOW)
    await verifier.check(Secret(idp.token("alice")))
    with pytest.raises(TokenInvalid, match="'iss'"):
        await verifier.check(Secret(idp.token("alice", iss="https://evil.example", header={"kid": "new"})))
    assert idp.fetches == 1


async def test_one_issuer_away_does_not_touch_the_other(idp: Idp, open_verifier: OpenVerifier) -> None:
    with running_idp() as other:
        away = other.token("bob")
        settings = issuer_of(other)
        other.stop()
        verifier = await open_verifier(lambda: NOW, issuer_of(idp), settings)
        assert (await verifier.check(Secret(idp.token("alice")))).subject == "alice"
        with pytest.raises(Unavailable) as refused:
            await verifier.check(Secret(away))
        assert refused.value.part == Part.ISSUER_KEYS


async def test_service_comes_back_with_the_issuer(idp: Idp, open_verifier: OpenVerifier, monotonic: Clock) -> None:
    token = Secret(idp.token("alice"))
    idp.stop()
    verifier = await open_verifier(lambda: NOW)
    with pytest.raises(Unavailable):
        await verifier.check(token)
    idp.start()
    monotonic.at += 10
    assert (await verifier.check(token)).subject == "alice"


@pytest.mark.parametrize("names", [["https://a.example", "https://a.example"], ["https://a.example#b"]])
def test_issuers_that_could_be_mixed_up_stop_the_start(names: list[str]) -> None:
    with pytest.raises(SettingsError, match="issuers"):
        Verifier([Issuer(issuer=name, audience=AUDIENCE) for name in names], now=time.time)


async def test_no_issuers_trust_nobody(idp: Idp) -> None:
    with pytest.raises(TokenInvalid, match="'iss'"):
        await Verifier([], now=time.time).check(Secret(idp.token("alice")))


TENANT, OTHER_TENANT = "9b1f", "77aa"


async def test_of_a_login_service_of_many_the_pinned_tenants_count(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    told = issuer_of(idp, issuer=f"{idp.issuer}/{{tenantid}}/v2.0", tenants=(TENANT, "cc33"))
    verifier = await open_verifier(lambda: NOW, *told.each())

    def token(tenant: str, **more: Any) -> Secret:
        return Secret(idp.token("ann", iss=f"{idp.issuer}/{tenant}/v2.0", **more))

    assert (await verifier.check(token(TENANT, tid=TENANT))).key == f"{idp.issuer}/{TENANT}/v2.0#ann"
    assert (await verifier.check(token("cc33"))).issuer == f"{idp.issuer}/cc33/v2.0"
    for bad in (
        token(OTHER_TENANT, tid=OTHER_TENANT),
        token(OTHER_TENANT, tid=TENANT),  # the same keys sign for all of them
        token(TENANT, tid=OTHER_TENANT),
        token("{tenantid}"),
        token("", tid=TENANT),
        token(f"{TENANT}/v2.0/x", tid=TENANT),
        token("CC33"),
    ):
        with pytest.raises(TokenInvalid) as refused:
            await verifier.check(bad)
        assert refused.value.code == "identity.invalid"


async def test_one_of_several_audiences_is_enough(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await open_verifier(lambda: NOW, audience=("vecgate", "api://vecgate"))
    for said in ("vecgate", "api://vecgate", ["other", "api://vecgate"]):
        assert (await verifier.check(Secret(idp.token("ann", aud=said)))).user == "ann"
    for said in ("other", ["other"], [], "vecgate ", ["vecgate", 7], None):
        with pytest.raises(TokenInvalid):
            await verifier.check(Secret(idp.token("ann", aud=said)))


async def test_a_subject_must_fit_where_the_settings_say_whose(idp: Idp, open_verifier: Callable[..., Any]) -> None:
    verifier = await open_verifier(lambda: NOW, subjects=("system:serviceaccount:rag:*",))
    assert (await verifier.check(Secret(idp.token("system:serviceaccount:rag:indexer")))).groups == frozenset()
    for subject in ("system:serviceaccount:ragged:indexer", "system:serviceaccount:other:x", "rag", "admin"):
        with pytest.raises(TokenInvalid, match="'sub' is not accepted"):
            await verifier.check(Secret(idp.token(subject)))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"issuer": "https://x/{tenantid}"}, "needs 'tenants'"),
        ({"issuer": "https://x", "tenants": ("a",)}, "needs '{tenantid}'"),
        ({"issuer": "https://x/{tenantid}", "tenants": ("a/../b",)}, "pattern"),
        ({"issuer": "https://x", "audience": ()}, "at least 1"),
        ({"issuer": "https://x", "audience": ""}, "at least 1"),
    ],
)
def test_whose_tokens_are_accepted_is_said_in_full(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Issuer(**{"audience": "vecgate"} | more)
