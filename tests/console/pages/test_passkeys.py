"""Passkeys: an enrolment is made as the commands make it, for who is logged in; a signature goes to the gateway as it came."""

import time
from typing import Any

import pytest

from support.consoles.api_stub import ApiStub
from support.consoles.served import Person
from support.tools.passkeys import ORIGIN, Passkey
from support.tools.signing import by, key, mark
from vecgate.consent.enrolled import Roots
from vecgate.console.pages.passkeys import proof
from vecgate.settings.approvals import Passkeys

ROOT, KEY = key(), Passkey()


def test_an_enrolment_is_one_that_roots_can_sign(bob: Person) -> None:
    made = bob.post("/passkeys", {"key": KEY.line, "days": "90"}).json()
    assert made["signatures"] == []
    made["signatures"].append(by(ROOT, made["statement"]))
    found = Roots([mark(ROOT)], passkeys=Passkeys(origins=(ORIGIN,))).enrolled(made)
    assert (found.person, found.user, found.groups, found.key) == ("https://login.example#b1", "bob", {"g"}, KEY.line)
    assert 89 * 86400 < found.until - time.time() <= 90 * 86400


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"key": KEY.line},
        {"key": "ssh-ed25519 AAAA", "days": "90"},
        {"key": f"{KEY.line}\n", "days": "90"},
        {"key": "webauthn ä", "days": "90"},
        {"key": "webauthn " + "x" * 3000, "days": "90"},
        *({"key": KEY.line, "days": days} for days in ("", "0", "-1", "366", "9999", "1e2", "²")),
    ],
)
def test_no_other_enrolment_is_made(bob: Person, form: dict[str, str]) -> None:
    assert bob.post("/passkeys", form).status_code == 400


def test_nobody_is_enrolled_as_somebody_else(bob: Person) -> None:
    form = {"key": KEY.line, "days": "1", "user": "root", "person": "x#y", "groups": "admins"}
    assert '"user":"bob"' in bob.post("/passkeys", form).json()["statement"]


@pytest.mark.parametrize(
    ("form", "made"),
    [
        ({}, {}),
        ({"signature": ""}, {}),
        ({"statement": "s", "enrolment": "{}"}, {}),
        ({"signature": "x"}, {"signed": {"statement": "", "signature": "x", "enrolment": ""}}),
        ({"signature": "x", "statement": "s", "enrolment": "["}, {"signed": {"statement": "s", "signature": "x", "enrolment": "["}}),
        ({"signature": "x", "statement": "s", "enrolment": "[1]"}, {"signed": {"statement": "s", "signature": "x", "enrolment": [1]}}),
    ],
)  # fmt: skip
def test_what_the_browser_signed_is_handed_on_as_it_is(form: dict[str, str], made: dict[str, Any]) -> None:
    assert proof(form) == made


def test_what_is_signed_is_the_gateways_word(bob: Person, api: ApiStub) -> None:
    for text in ("", "text"):
        api.answers["POST /requests/h1/statement"] = (200, {"to_sign": text})
        assert bob.post("/requests/h1/statement", {"results": "4"}).json() == {"to_sign": text}
        assert api.calls[-1][3] == {"narrow": {"results": 4}}
    api.answers["POST /access/a1/statement"] = (200, {"to_sign": "other"})
    assert bob.post("/access/a1/statement", {"for": "1h"}).json() == {"to_sign": "other"}
    assert api.calls[-1][3] == {"narrow": {"for": "1h"}}
    api.answers["POST /access/a1/statement"] = (403, {"message": "access.unknown: x"})
    assert bob.post("/access/a1/statement").status_code == 403
