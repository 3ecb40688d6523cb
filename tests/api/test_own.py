"""What needs no rule is allowed under a name of its own; nothing is checked ahead unless a call says so."""

from support.fakes.approvals import ALICE
from support.fakes.gates import FakePart, exchange
from vecgate.api.own import OWN_RULE, Asked, Parts
from vecgate.api.whoami import WhoAmI
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Raw


async def test_the_gateways_own_calls_are_not_the_policys_matter() -> None:
    own = WhoAmI(Parts(None, None, (), None, None, None, None, None), Asked(ALICE, Raw("GET", "/x", ()), None))  # type: ignore[arg-type]
    decision = own.allowed(FakePart(current=FakePart(version="v7")))  # type: ignore[arg-type]
    assert (decision.effect, decision.rule, decision.policy_version) == (Effect.ALLOW, OWN_RULE, "v7")
    found = exchange()
    await own.check(found)
    assert found.about is None
