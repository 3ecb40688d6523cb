"""Which assertion shows that a text was signed: of this passkey, at a place of ours, by a person; and none that is altered."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from support.tools.passkeys import BE, BS, ORIGIN, UP, UV, Passkey, b64
from vecgate.consent import keys
from vecgate.consent.kinds import Unreadable, webauthn
from vecgate.settings.approvals import Passkeys

TEXT = '{"vecgate":"yes to a held call"}'
HERE = Passkeys(origins=(ORIGIN, "http://localhost:8470"))
KEY = Passkey()


def why(signature: str, key: str = KEY.line, text: str = TEXT, here: Passkeys = HERE) -> str:
    assert keys.misfit(key, text, signature, here) == webauthn.misfit(key, text, signature, here)
    return webauthn.misfit(key, text, signature, here)


@pytest.mark.parametrize(
    "private",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
)
def test_each_kind_of_passkey_signs(private: Any) -> None:
    made = Passkey(private)
    assert why(made.sign(TEXT), made.line) == ""
    assert why(made.sign(TEXT + " "), made.line) == "the passkey's signature does not fit"
    assert keys.plain(f"  {made.line}\n") == made.line
    assert keys.fingerprint(made.line) == made.mark


def test_one_may_be_used_at_each_place_that_is_named() -> None:
    local = Passkey(origin="http://localhost:8470")
    assert why(local.sign(TEXT), local.line) == ""
    assert "another place" in why(local.sign(TEXT), local.line, here=Passkeys(origins=(ORIGIN,)))
    assert "another place" in why(KEY.sign(TEXT), here=Passkeys())


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another challenge": ({"challenge": b64(b"x" * 32)}, "fit"),
    "no challenge": ({"challenge": ""}, "fit"),
    "the text itself as the challenge": ({"challenge": b64(TEXT.encode())}, "fit"),
    "another origin": ({"origin": "https://evil.example"}, "another place"),
    "a neighbour's origin": ({"origin": "https://console.example.evil"}, "another place"),
    "the same host on another port": ({"origin": "https://console.example:8443"}, "another place"),
    "no origin": ({"origin": None}, "another place"),
    "in the clear": ({"origin": "http://console.example"}, "another place"),
    "another rp": ({"rp": "evil.example"}, "fit"),
    "the parent domain as rp": ({"rp": "example"}, "fit"),
    "nobody was there": ({"flags": UV}, "fit"),
    "nobody was asked who they are": ({"flags": UP}, "user verification is off"),
    "no flags": ({"flags": 0}, "user verification is off"),
    "copied, and cannot be": ({"flags": UP | UV | BS}, "cannot be copied"),
    "a passkey that is made": ({"type": "webauthn.create"}, "fit"),
    "a payment": ({"type": "payment.get"}, "fit"),
    "within another page": ({"crossOrigin": True}, "within another page"),
    "with more data behind": ({"tail": b"x"}, "cannot be read"),
    "with a credential that is not there": ({"flags": UP | UV | 0x40}, "cannot be read"),
    "with extensions without end": ({"flags": UP | UV | 0x80, "tail": b"\x81" * 3000}, "cannot be read"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_no_other_assertion_counts(what: str) -> None:
    how, said = REFUSED[what]
    assert said in why(KEY.sign(TEXT, **how))


def test_nothing_of_it_can_be_changed_or_taken_from_another() -> None:
    mine, others = json.loads(KEY.sign(TEXT)), json.loads(KEY.sign(TEXT + "2"))
    for name in mine:
        assert why(json.dumps(mine | {name: others[name]})) or others[name] == mine[name]
        assert why(json.dumps({k: v for k, v in mine.items() if k != name}))
        for odd in ("", "!", None, 7, ["x"], {"a": 1}):
            assert why(json.dumps(mine | {name: odd}))
    assert why(KEY.sign(TEXT), Passkey().line) == "the passkey's signature does not fit"
    assert why(json.dumps(mine | {"more": "x"})) == "the passkey's signature cannot be read"


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "7", "[" * 5000, "x" * 10_000, "\ud800"])
def test_what_is_no_assertion_is_none(text: str) -> None:
    assert why(text) == "the passkey's signature cannot be read"


def test_what_is_copied_between_devices_counts_where_the_settings_let_it() -> None:
    only = Passkeys(origins=(ORIGIN,), synced=False)
    for flags, counts in ((UP | UV, True), (UP | UV | BE, False), (UP | UV | BE | BS, False)):
        assert why(KEY.sign(TEXT, flags=flags)) == ""
        assert (why(KEY.sign(TEXT, flags=flags), here=only) == "") is counts


def _der(private: Any, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    return base64.b64encode(private.public_key().public_bytes(Encoding.DER, form)).decode()


@pytest.mark.parametrize(
    "line",
    [
        "", "webauthn", "webauthn x y", f"webauthn {KEY.line.split()[1]}", f"{KEY.line} more",
        KEY.line.replace("webauthn", "Webauthn"), f"webauthn {KEY.line.split()[1]} {b64(bytes(1024))}",
        f"webauthn {base64.b64encode(base64.b64decode(KEY.line.split()[1]) + b'x').decode()} aWQ",
        f"webauthn {_der(ec.generate_private_key(ec.SECP384R1()))} aWQ",
        f"webauthn {_der(rsa.generate_private_key(65537, 1024))} aWQ",
        f"webauthn {_der(rsa.generate_private_key(65537, 2048), PublicFormat.PKCS1)} aWQ",
    ],
)  # fmt: skip
def test_what_is_no_passkey(line: str) -> None:
    for look in (keys.plain, keys.fingerprint):
        with pytest.raises(Unreadable):
            look(line)
    assert keys.misfit(line, TEXT, KEY.sign(TEXT), HERE)


def test_one_key_has_one_mark_whatever_id_it_goes_by() -> None:
    assert keys.fingerprint(Passkey(KEY.private, id=b"another").line) == KEY.mark
