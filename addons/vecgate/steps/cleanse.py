"""What may go in? Personal data is masked or refused before it is embedded or stored; filters are translated."""

from mitmproxy import http

from vecgate.errors import MaskFailed
from vecgate.exchange import Exchange, need
from vecgate.masking.inbound import Asked, Entry
from vecgate.refusals import Refusal, refuse
from vecgate.step import Step


class Cleanse(Step):
    """decision.inputs -> exchange.call, cleaned: what is approved, recorded and sent from here on"""

    name = "cleanse"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        decision, call, operation = need(exchange.decision), need(exchange.call), need(exchange.operation)
        if exchange.local is not None or decision.inputs.keeps_all or not isinstance(call.tree, dict):
            return None
        dialect = self.gate.dialect(need(exchange.upstream))
        entry = Entry(
            tree=call.tree,
            inlets=dialect.inlets(operation),
            rewritten=lambda tree, each: dialect.rewritten(operation, tree, each),
            unclean=lambda before, after: dialect.unclean_vectors(operation, before, after),
        )
        asked = Asked(decision.rule, decision.inputs, exchange.stored_profile, need(exchange.profile))
        try:
            tree, exchange.cleaned_counts = await self.gate.inbound.clean(entry, asked, self.gate.tools(exchange))
        except MaskFailed:  # nothing was sent, so it is not the answer that failed
            return refuse("input.unmasked", rule=decision.rule)
        exchange.call = dialect.rebuilt(call, tree)
        return None
