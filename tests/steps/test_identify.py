"""Who is calling? A header that is ours, or nothing."""

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import Calls, FakeGate, FakePart, exchange, flow
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import TokenInvalid
from vecgate.steps.identify import Identify


def caller(*pairs: tuple[str, str]):
    return exchange(principal=None, token=None, credentials=tuple((k, Secret(v)) for k, v in pairs))


async def test_no_credential_is_refused_before_anything_is_asked() -> None:
    gate = FakeGate()
    for found in (caller(), caller(("authorization", "Digest username=alice"))):
        refusal = await Identify(gate).on_request(found, flow())
        assert refusal is not None
        assert refusal.code == "identity.missing"
        assert found.principal is None


async def test_a_good_token_names_its_owner_and_is_kept_for_the_login_only() -> None:
    check = Calls(ALICE)
    found = caller(("x-chroma-token", "Bearer abc.def.ghi"))
    assert (
        await Identify(
            FakeGate(verifier=FakePart(check=check), token_headers=frozenset({"x-chroma-token"}))
        ).on_request(found, flow())
        is None
    )
    assert found.principal is ALICE
    assert found.token is not None
    assert found.token.reveal() == check.given[0][0].reveal() == "abc.def.ghi"
    assert "abc.def" not in repr(found)


async def test_a_bad_token_leaves_nobody_identified() -> None:
    found = caller(("authorization", "Bearer abc"))
    gate = FakeGate(verifier=FakePart(check=Calls(TokenInvalid("identity.expired", "expired"))))
    with pytest.raises(TokenInvalid):
        await Identify(gate).on_request(found, flow())
    assert found.principal is None
    assert found.token is None
