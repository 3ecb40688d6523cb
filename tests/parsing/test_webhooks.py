"""A webhook counts where it is signed, by the right half of the right key, over exactly what came."""

import base64
import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks.webhooks import Webhook

from support.tools.every import every
from vecgate.parsing.webhooks import TOLERANCE, Key, Message, NotGenuine, PublicKey, Secret
from vecgate.refusals.errors import SettingsError

PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = "whpk_" + base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()
SECRET = "whsec_" + base64.b64encode(os.urandom(32)).decode()
BODY = b'{"a": 1}'
HEADERS = {"webhook-id": "msg_1", "webhook-timestamp": "1000", "webhook-signature": "v1,x"}


def asymmetric(id: str = "msg_1", at: int = 1000, body: bytes = BODY) -> Message:
    signature = base64.b64encode(PRIVATE.sign(f"{id}.{at}.".encode() + body)).decode()
    return Message(id, at, f"v1a,{signature}", body)


def symmetric(id: str = "msg_1", at: int = 1000, body: bytes = BODY) -> Message:
    return Message(id, at, Secret.of(SECRET, "x").signature(id, at, body), body)


BOTH: list[tuple[Key, Message]] = [(PublicKey.of(PUBLIC, "x"), asymmetric()), (Secret.of(SECRET, "x"), symmetric())]


def test_the_signature_of_the_specification() -> None:
    """The example of the specification's own libraries."""
    key = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "x")
    body, wanted = b'{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert key.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == wanted
    assert key.proves(Message("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, f"v1,AAAA v2,x {wanted}", body))


def test_what_the_library_signs_is_genuine_and_what_we_sign_it_believes() -> None:
    at = datetime.now(UTC)
    theirs = Webhook(SECRET).sign("msg_2", at, BODY.decode())
    assert Secret.of(SECRET, "x").proves(Message("msg_2", int(at.timestamp()), theirs, BODY))
    ours = symmetric("msg_3", int(at.timestamp()))
    headers = {"webhook-id": ours.id, "webhook-timestamp": str(ours.at), "webhook-signature": ours.signatures}
    assert Webhook(SECRET).verify(BODY, headers) == json.loads(BODY)


def test_another_id_time_body_or_key_is_not_genuine() -> None:
    for key, one in BOTH:
        assert key.proves(one)
        for other in (
            replace(one, id="msg_2"), replace(one, at=1001), replace(one, body=BODY + b" "),
            replace(one, signatures=""), replace(one, signatures=one.signatures.swapcase()),
            replace(one, signatures=f"v2,{one.signatures.partition(',')[2]}"),
            replace(one, signatures=" ".join(["v1,AAAA"] * 8 + [one.signatures])),
        ):  # fmt: skip
            assert not key.proves(other)
    assert not BOTH[0][0].proves(symmetric())
    assert not BOTH[1][0].proves(asymmetric())
    # A public key, which anybody may have, signs nothing as a secret.
    public = Secret(base64.b64decode(PUBLIC.removeprefix("whpk_")))
    assert not BOTH[0][0].proves(Message("msg_1", 1000, public.signature("msg_1", 1000, BODY), BODY))


@every(
    "headers",
    [
        {},
        HEADERS | {"webhook-id": ""},
        HEADERS | {"webhook-id": "a.1"},
        HEADERS | {"webhook-id": "a b"},
        HEADERS | {"webhook-timestamp": ""},
        HEADERS | {"webhook-timestamp": "-1"},
        HEADERS | {"webhook-timestamp": "1e3"},
        HEADERS | {"webhook-timestamp": "٣"},
        HEADERS | {"webhook-timestamp": "1" * 20},
        HEADERS | {"webhook-signature": ""},
    ],
)
def test_what_does_not_come_as_a_webhook(headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        Message.of(headers, BODY)


def test_it_is_of_now_or_not() -> None:
    one = Message.of(HEADERS, BODY)
    assert (one.id, one.at, one.signatures, one.body) == ("msg_1", 1000, "v1,x", BODY)
    assert one.is_of(1000 + TOLERANCE)
    assert one.is_of(1000 - TOLERANCE)
    assert not one.is_of(1001 + TOLERANCE)
    assert not one.is_of(999 - TOLERANCE)


@every("text", ["", "whsec_", "whsec_!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", PUBLIC])
def test_what_is_no_secret(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Secret.of(text, "notices.sinks.hook")
    assert len(text) < 8 or text not in str(caught.value)
    assert SECRET not in repr(Secret.of(SECRET, "x"))


@every("text", ["", "whpk_", "whpk_c2hvcnQ=", PUBLIC + "A", SECRET])
def test_what_is_no_public_key(text: str) -> None:
    with pytest.raises(SettingsError):
        PublicKey.of(text, "x")
