"""What may go in? Personal data is masked or refused before it is embedded or stored; filters are translated."""

from functools import partial
from typing import Final

from mitmproxy import http

from vecgate.errors import CallRefused, MaskFailed
from vecgate.exchange import Exchange, need
from vecgate.gate import Gate
from vecgate.masking.filters import Tools
from vecgate.masking.inbound import Asked, Entry
from vecgate.refusals import Refusal, refuse
from vecgate.step import Step

_WHY: Final = {
    "mask.blocked": "it holds personal data that must not be stored under any name",
    "mask.language": "it holds text in a language that no masking model reads",
}
_ODD: Final = "a part of it would be gone, or is nested too deeply"


def _as_input(refused: CallRefused, limit: int) -> Refusal:
    """A refusal in words about what is sent; masking speaks of answers."""
    refusal = refused.refusal
    if not isinstance(refusal, Refusal):
        raise refused
    return refuse("input.too_much", limit=limit) if refusal.code == "mask.too_much" else refusal


async def clean(gate: Gate, exchange: Exchange) -> Refusal | None:
    """The call with what goes in masked, translated or refused, as the decision says."""
    decision, call, operation = need(exchange.decision), need(exchange.call), need(exchange.operation)
    if exchange.local is not None or decision.inputs.keeps_all or not isinstance(call.tree, dict):
        return None
    dialect = gate.dialect(need(exchange.upstream))
    entry = Entry(
        tree=call.tree,
        inlets=dialect.inlets(operation),
        rewritten=lambda tree, each: dialect.rewritten(operation, tree, each),
        unclean=lambda before, after: dialect.unclean_vectors(operation, before, after),
    )
    asked = Asked(decision.rule, decision.inputs, exchange.stored_profile, need(exchange.profile))
    tenant = gate.tenant(exchange)
    tools = Tools(partial(gate.masker.mask_tree, tenant=tenant), partial(gate.opener.text, tenant=tenant))
    try:
        tree, exchange.cleaned_counts = await gate.inbound.clean(entry, asked, tools)
    except MaskFailed as e:  # nothing was sent, so it is not the answer that failed
        return refuse("input.unmasked", rule=decision.rule, detail=_WHY.get(str(e), _ODD))
    except CallRefused as e:
        return _as_input(e, gate.settings.masking.answer_text)
    exchange.call = dialect.rebuilt(call, tree)
    return None


class Cleanse(Step):
    """decision.inputs -> exchange.call, cleaned: what is approved, recorded and sent from here on"""

    name = "cleanse"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return await clean(self.gate, exchange)
