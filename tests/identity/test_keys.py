"""Which key, right now? Fetched once for all, never waited for when known, back by itself when the issuer is."""

import asyncio
import gzip
import ipaddress
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.fakes.clock import Clock, until
from support.servers.idp import Idp, issuer_of, running_idp
from vecgate.identity.jwks import Key
from vecgate.identity.keys import MAX_DOCUMENT, IssuerKeys
from vecgate.refusals.errors import Part, SettingsError, TokenInvalid, Unavailable
from vecgate.settings.issuers import Issuer

type OpenKeys = Callable[..., Any]


async def test_before_it_is_open_there_are_no_keys(idp: Idp) -> None:
    with pytest.raises(Unavailable):
        await IssuerKeys(issuer_of(idp)).find("any", "ES256")


async def test_fifty_callers_at_the_start_share_one_fetch(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys()
    found = await asyncio.gather(*(keys.find(idp.current, "ES256") for _ in range(50)))
    assert {key.key_id for key in found} == {idp.current}
    assert idp.fetches == 1


async def test_a_caller_who_leaves_does_not_end_the_fetch_of_the_others(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys()
    async with asyncio.TaskGroup() as group:
        leaves = group.create_task(keys.find(idp.current, "ES256"))
        stays = group.create_task(keys.find(idp.current, "ES256"))
        await asyncio.sleep(0)
        leaves.cancel()
    assert stays.result().key_id == idp.current
    assert idp.fetches == 1


async def test_made_up_key_ids_cause_one_fetch(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    for n in range(300):
        with pytest.raises(TokenInvalid) as refused:
            await keys.find(f"made-up-{n}", "ES256")
        assert refused.value.code == "identity.invalid"
    assert idp.fetches == 2


async def test_a_key_serves_only_its_own_algorithm(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys(algorithms=("ES256", "RS256"))
    with pytest.raises(TokenInvalid):
        await keys.find(idp.current, "RS256")


async def test_a_rotated_key_is_found_at_once_and_then_after_the_pause(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock
) -> None:
    keys = await open_keys(keys_cooldown=10)
    old = idp.current
    await keys.find(old, "ES256")
    monotonic.at += 0.1
    first = idp.rotate()
    assert (await keys.find(first, "ES256")).key_id == first
    second = idp.rotate()
    for passed, rest in ((0.5, 10), (8.6, 1), (0.8, 1)):
        monotonic.at += passed
        with pytest.raises(Unavailable) as waits:
            await keys.find(second, "ES256")
        assert waits.value.retry_after == rest
    monotonic.at += 0.1
    assert (await keys.find(second, "ES256")).key_id == second
    assert (await keys.find(old, "ES256")).key_id == old
    assert idp.fetches == 3


async def test_a_key_that_was_looked_for_and_is_not_there_is_not_waited_for(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock
) -> None:
    keys = await open_keys(keys_cooldown=10)
    await keys.find(idp.current, "ES256")
    monotonic.at += 0.1
    assert isinstance(await _outcome(keys, "made-up"), TokenInvalid)
    monotonic.at += 5
    assert isinstance(await _outcome(keys, "other"), Unavailable)
    assert isinstance(await _outcome(keys, "made-up"), TokenInvalid)
    monotonic.at += 5
    assert isinstance(await _outcome(keys, "made-up"), TokenInvalid)  # looked for anew, the other with it
    monotonic.at += 1
    assert isinstance(await _outcome(keys, "other"), TokenInvalid)
    assert idp.fetches == 3


async def test_of_made_up_key_ids_not_all_are_remembered(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    keys = await open_keys(keys_cooldown=10)
    await keys.find(idp.current, "ES256")
    monotonic.at += 0.1
    await _outcome(keys, "made-up")
    monotonic.at += 0.1
    for n in range(3000):
        assert isinstance(await _outcome(keys, f"made-up-{n}"), Unavailable)
    assert len(keys._unknown) == 1024
    assert idp.fetches == 2


async def test_a_fetch_that_began_before_a_key_was_made_is_followed_by_another(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock
) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    monotonic.at += 301
    idp.behaviour = "late"
    keys.look()
    await until(lambda: idp.fetches == 2)  # its answer is made, and on its way
    new = idp.rotate()
    async with asyncio.TaskGroup() as group:
        found = group.create_task(keys.find(new, "ES256"))
        await asyncio.sleep(0)
        idp.behaviour = "ok"
        idp.release()
    assert found.result().key_id == new
    assert idp.fetches == 3


async def test_a_withdrawn_key_is_gone_with_the_next_fetch(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    keys = await open_keys(keys_fresh=300)
    old = idp.current
    await keys.find(old, "ES256")
    idp.rotate()
    idp.withdraw(old)
    assert keys.known(old, "ES256") is not None
    monotonic.at += 301
    await until(lambda: keys.known(old, "ES256") is None)
    assert keys.known(idp.current, "ES256") is not None


async def test_an_issuer_that_withdraws_every_key_is_believed(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    idp.document = b'{"keys":[]}'
    monotonic.at += 301
    await until(lambda: keys.known(idp.current, "ES256") is None)
    with pytest.raises(TokenInvalid):
        await keys.find(idp.current, "ES256")


async def test_a_known_key_is_not_held_up_while_the_issuer_hangs(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock
) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    idp.behaviour = "hang"
    monotonic.at += 301  # ageing too: the refresh behind it hangs as well
    async with asyncio.TaskGroup() as group:
        unknown = group.create_task(_outcome(keys, "made-up"))
        await until(lambda: idp.fetches == 2)
        assert (await keys.find(idp.current, "ES256")).key_id == idp.current
        assert not unknown.done()
        idp.stop()
    assert isinstance(unknown.result(), Unavailable)


async def _outcome(keys: IssuerKeys, key_id: str) -> object:
    try:
        return await keys.find(key_id, "ES256")
    except (TokenInvalid, Unavailable) as e:
        return e


async def test_keys_are_used_while_the_issuer_is_away_but_not_for_ever(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock
) -> None:
    keys = await open_keys(keys_stale=3600)
    await keys.find(idp.current, "ES256")
    idp.stop()
    monotonic.at += 3600
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current
    monotonic.at += 0.1
    assert keys.known(idp.current, "ES256") is None
    with pytest.raises(Unavailable):
        await keys.find(idp.current, "ES256")
    idp.start()
    monotonic.at += 10
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current


async def test_a_failed_fetch_is_followed_by_the_same_pause(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    idp.behaviour = "fail"
    keys = await open_keys(keys_cooldown=10)
    for _ in range(20):
        with pytest.raises(Unavailable) as refused:
            await keys.find(idp.current, "ES256")
        assert refused.value.part == Part.ISSUER_KEYS
    assert idp.fetches == 1
    idp.behaviour = "ok"
    with pytest.raises(Unavailable):
        await keys.find(idp.current, "ES256")
    monotonic.at += 10
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current


async def test_without_any_request_a_look_fetches_keys_and_the_same_failure_is_told_once(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    idp.behaviour = "fail"
    keys = await open_keys()
    for round in range(1, 4):
        await until(lambda: idp.fetches == round and keys._flight.done())  # noqa: B023
        monotonic.at += 11
        assert not keys.look()
    idp.behaviour = "ok"
    await until(lambda: keys._flight.done())
    monotonic.at += 11
    keys.look()
    await until(lambda: keys._flight.done() and keys.look())
    assert [record.message for record in caplog.records] == [
        f"keys of issuer {idp.issuer} cannot be fetched: issuer keys: status 503"
    ]


async def test_an_issuer_that_never_answers_is_given_up(idp: Idp, open_keys: OpenKeys) -> None:
    idp.behaviour = "hang"
    keys = await open_keys(timeout=0.05)
    with pytest.raises(Unavailable, match="TimeoutError"):
        await keys.find(idp.current, "ES256")


async def test_the_gateway_starts_without_the_issuer(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    idp.stop()
    keys = await open_keys()
    with pytest.raises(Unavailable):
        await keys.find(idp.current, "ES256")
    idp.start()
    monotonic.at += 10
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current


async def test_closing_lets_go_of_those_who_wait(idp: Idp, open_keys: OpenKeys, monotonic: Clock) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    idp.behaviour = "hang"
    monotonic.at += 10
    async with asyncio.TaskGroup() as group:
        waiter = group.create_task(_outcome(keys, idp.rotate()))
        await until(lambda: idp.fetches == 2)
        await keys.close()
    assert isinstance(waiter.result(), Unavailable)


BAD_ANSWERS: list[dict[str, Any]] = [
    {"behaviour": "fail"},
    {"behaviour": "redirect"},
    {"document": b""},
    {"document": b"<html>log in</html>"},
    {"document": b'{"keys":{}}'},
    {"document": b'{"keys":[]' + b" " * MAX_DOCUMENT + b"}"},
    {"document": gzip.compress(b'{"keys":[]}'), "headers": {"Content-Encoding": "gzip"}},
]


@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_a_bad_answer_is_an_outage_and_keeps_the_known_keys(
    idp: Idp, open_keys: OpenKeys, monotonic: Clock, answer: dict[str, Any]
) -> None:
    keys = await open_keys()
    await keys.find(idp.current, "ES256")
    for name, value in answer.items():
        setattr(idp, name, value)
    monotonic.at += 10
    with pytest.raises(Unavailable):
        await keys.find("made-up", "ES256")
    assert idp.fetches == 2
    assert keys.known(idp.current, "ES256") is not None


async def test_a_proxy_of_the_environment_is_not_used(
    idp: Idp, open_keys: OpenKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    keys = await open_keys()
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current


async def test_keys_are_discovered_under_the_issuer(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys(jwks_url=None)
    assert (await keys.find(idp.current, "ES256")).key_id == idp.current
    assert (idp.discoveries, idp.fetches) == (1, 1)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": None},
        {"issuer": "https://evil.example"},
        {"jwks_uri": None},
        {"jwks_uri": 7},
        {"jwks_uri": "/keys"},
        {"jwks_uri": "http://[::1/keys"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
async def test_discovery_that_does_not_fit_is_an_outage(
    idp: Idp, open_keys: OpenKeys, metadata: dict[str, Any]
) -> None:
    idp.metadata = metadata
    keys = await open_keys(jwks_url=None)
    with pytest.raises(Unavailable, match="discovery names"):
        await keys.find(idp.current, "ES256")
    assert (idp.discoveries, idp.fetches) == (1, 0)


async def test_an_issuer_that_differs_by_a_slash_is_another(idp: Idp, open_keys: OpenKeys) -> None:
    keys = await open_keys(jwks_url=None, issuer=f"{idp.issuer}/")
    with pytest.raises(Unavailable, match="another issuer"):
        await keys.find(idp.current, "ES256")


def self_signed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the file of the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "server.pem", folder / "server.key"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted


async def test_tls_is_checked_against_the_given_ca(tmp_path: Path) -> None:
    context, trusted = self_signed(tmp_path)
    with running_idp(context) as idp:
        assert isinstance(await _found_over_tls(idp, ca=None), Unavailable)
        assert idp.discoveries == 0
        assert isinstance(await _found_over_tls(idp, ca=trusted), Key)


async def test_tls_is_not_left_for_the_keys(tmp_path: Path) -> None:
    context, trusted = self_signed(tmp_path)
    with running_idp(context) as idp, running_idp() as plain:
        plain.keys = idp.keys
        idp.metadata = {"jwks_uri": plain.jwks_url}
        assert isinstance(await _found_over_tls(idp, ca=trusted), Unavailable)
        assert (idp.discoveries, plain.fetches) == (1, 0)


async def _found_over_tls(idp: Idp, ca: Path | None) -> object:
    keys = IssuerKeys(issuer_of(idp, ca=ca, jwks_url=None))
    await keys.open()
    found = await _outcome(keys, idp.current)
    await keys.close()
    return found


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_ca_file_that_cannot_be_used_stops_the_start(tmp_path: Path, content: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_text(content)
    with pytest.raises(SettingsError, match=r"ca\.pem cannot be used"):
        IssuerKeys(Issuer(issuer="https://idp.example", audience="vecgate", ca=ca))


def test_an_issuer_that_is_no_url_needs_a_place_for_its_keys() -> None:
    with pytest.raises(SettingsError, match="jwks_url"):
        IssuerKeys(Issuer(issuer="our-login", audience="vecgate"))
    IssuerKeys(Issuer(issuer="our-login", audience="vecgate", jwks_url="https://idp.example/keys"))
