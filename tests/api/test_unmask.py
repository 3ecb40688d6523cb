"""Tokens are opened by the profile of the rule; what is recorded of it holds no value."""

import json
from dataclasses import replace
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import ALLOW, HOLD, UPSTREAM, FakePart, exchange
from vecgate.api.own import Asked, Parts
from vecgate.api.unmask import Unmask
from vecgate.domain.exchange import Raw
from vecgate.domain.profiles import KEEP, MaskProfile, OperatorSpec
from vecgate.domain.row import Row
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.operators import build
from vecgate.masking.apply.unmask import TokenOpener
from vecgate.refusals.errors import CallRefused

KEYS = LocalKeys(b"k" * 32)
SHOWS = MaskProfile("p", {"EMAIL": KEEP})


def unmask(body: Any) -> Unmask:
    raw = Raw("POST", "/.vecgate/v1/unmask", (), body if isinstance(body, bytes) else json.dumps(body).encode())
    return Unmask(
        Parts(None, None, (), TokenOpener(KEYS), None, None, None, None), Asked(ALICE, raw, FakePart(home=("", "")))
    )  # type: ignore[arg-type]


async def token(tenant: str = "t") -> str:
    return str(build(OperatorSpec("token"), await KEYS.of((UPSTREAM.name, tenant)))("anna@example.com", "EMAIL"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "body.unreadable"),
        (b'{"texts": [], "texts": []}', "body.unreadable"),
        (b'{"texts": ["no"]}', "unmask.nothing"),
    ],
)
def test_what_cannot_be_a_request_to_open_tokens_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(CallRefused, match=code.replace(".", r"\.")):
        unmask(body)


async def test_tokens_are_opened_by_the_profile_of_the_rule_and_the_values_are_not_told() -> None:
    own = unmask({"tenant": "t", "texts": [f"To {await token()}"]})
    assert (own.operation.kind, own.operation.tenant, own.operation.limit) == ("unmask", "t", 1)
    assert own.about == "tokens (1 EMAIL) of tenant t"
    found = exchange(profile=SHOWS, operation=own.operation)
    await own.check(found)
    answered = await own.answer(found)
    assert answered.document == {"texts": ["To anna@example.com"], "opened": {"EMAIL": 1}, "masked": {}}
    assert answered.told == {"opened": {"EMAIL": 1}, "masked": {}}


@pytest.mark.parametrize(
    ("decision", "profile", "tenant", "code"),
    [
        (replace(ALLOW, max_results=0), SHOWS, "t", "limit.results"),
        (replace(ALLOW, rows=(Row("tenant", ("acme",)),)), SHOWS, "t", "rows.unscopable"),
        (ALLOW, SHOWS, "other", "unmask.unknown"),
        (HOLD, MaskProfile("hides"), "t", "unmask.masked"),
    ],
)
async def test_what_can_be_known_before_anybody_is_asked_is(
    decision: Any, profile: MaskProfile, tenant: str, code: str
) -> None:
    own = unmask({"tenant": "t", "texts": [await token(tenant)]})
    with pytest.raises(CallRefused, match=code.replace(".", r"\.")):
        await own.check(exchange(decision=decision, profile=profile, operation=own.operation))
