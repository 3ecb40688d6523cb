"""For whom does a token become a value again? For whom a rule says so: it is decided like any other call.

    POST /.vecgate/v1/unmask    {"tenant": "TENANT", "texts": ["... <EMAIL#...> ...", ...]}
                                {"texts": ["... anna@example.com ...", ...], "opened": {"EMAIL": 1}, "masked": {}}

`tenant` is left out where the database has none. What comes back, and as what it is shown: `masking/apply/unmask.py`.
"""

from vecgate.api.own import Answered, Asked, Own, Parts
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.scoped import unscopable
from vecgate.masking.apply import unmask
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


class Unmask(Own):
    """Tokens to open."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._opener = parts.opener
        self.call = asked.call()
        self._tokens = tokens = unmask.read(self.call.tree, asked.dialect.home[0])
        self.operation = Operation("vecgate", UNMASK, UNMASK, 3, tenant=tokens.tenant or None, limit=len(tokens.tokens))
        self.about = str(tokens)

    async def check(self, exchange: Exchange) -> None:
        decision, profile = need(exchange.decision), need(exchange.profile)
        if decision.rows:
            unscopable(UNMASK, decision, "a token does not tell which record it came from")
        most, asked = decision.max_results, len(self._tokens.tokens)
        if most is not None and asked > most:
            raise CallRefused(refuse("limit.results", things="tokens", asked=asked, rule=decision.rule, allowed=most))
        held = decision.effect is Effect.HOLD
        await self._opener.check(self._tokens, exchange.tenant, profile, rule=decision.rule, held=held)
        self.about = self._tokens.under(profile)

    async def answer(self, exchange: Exchange) -> Answered:
        found = await self._opener.open(self._tokens, exchange.tenant, need(exchange.profile))
        return Answered(found.document, found.told, found.masked)
