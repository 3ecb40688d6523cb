"""What must the caller not see? Personal data in answers, and in everything that is shown or recorded."""

from functools import partial
from typing import Final

import orjson
from mitmproxy import http

from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.profiles import SENSITIVITIES
from vecgate.domain.surface import Surface
from vecgate.gate import SHOWN_AT_ONCE
from vecgate.masking.apply.masker import RECORD_PROFILE, TooMuchNew, is_recordable
from vecgate.parsing.strict_json import Bounds, NotStrict, check
from vecgate.recording.later import ANSWER_NOTE
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import MaskFailed, Unavailable
from vecgate.settings.limits import Limits
from vecgate.steps import _rows, _within
from vecgate.steps._base import Step

#: The header that asks for it, and tells how it went: `seen=120, analysed=20`.
WARM: Final = "vecgate-warm"
LEVELS: Final = ("all", *SENSITIVITIES)


def tree_of(body: bytes, limits: Limits) -> Json:
    """The JSON an upstream answered with; None for an empty body. Raises MaskFailed."""
    if not body:
        return None
    try:
        check(body, Bounds(limits.json_depth, limits.answer_containers, limits.answer_values))
        tree: Json = orjson.loads(body)
    except NotStrict as e:
        raise MaskFailed(str(e)) from e
    except orjson.JSONDecodeError as e:
        raise MaskFailed("the answer is not JSON") from e
    return tree


def warm_wish(exchange: Exchange) -> str | None:
    """For which sensitivity an answer is to be got to know ahead of others' reads ("all": for each); None: for none.

    `vecgate warm` asks for it, in a header. Workers do it when nobody else wants them, so anybody may ask.
    """
    wish = next((value for name, value in exchange.raw.headers if name == WARM), None)
    return wish if wish in LEVELS else None


class Mask(Step):
    """request: exchange.shown_call; answer: exchange.masked"""

    name = "mask"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.profile is not None:  # an answer that could not be masked is not asked for
            await self.gate.masker.prepare(exchange.profile, self.gate.tenant(exchange))
        await self.gate.show(exchange)
        flow.request.path = need(exchange.shown_target)
        if exchange.call is not None and exchange.call.body:
            flow.request.raw_content = orjson.dumps(exchange.shown_call)
        return None

    async def on_answer(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        answer, operation = need(exchange.answer), need(exchange.operation)
        if exchange.local is not None:
            exchange.masked = answer.body
            exchange.masked_tree = orjson.loads(answer.body or b"null") if exchange.told is None else exchange.told
            exchange.recorded = exchange.masked_tree
            return None
        dialect = self.gate.dialect(need(exchange.upstream))
        said = tree_of(dialect.spoken(operation, answer).body, self.gate.settings.limits)
        tree = await _rows.own(self.gate, exchange, said)
        tree = await _within.limited(self.gate, exchange, _within.without_vectors(self.gate, exchange, tree))
        tree = dialect.promised(operation, tree, _within.room(self.gate.settings))
        surface = dialect.surface(operation, answer=True)
        if (level := warm_wish(exchange)) is not None:
            readers = [one for one in self.gate.readers() if level in ("all", one.sensitivity)]
            exchange.learnt = await self.gate.ingest.now([tree], surface, readers)
        parts, together = await _within.parts(self.gate, exchange, tree)
        whose, shown = self.gate.whose(exchange), []
        for part, profile in parts:
            masked, counts = await self.gate.masker.mask_tree(part, surface, profile, *whose)
            shown.append(masked)
            for kept, counted in ((exchange.masked_counts, counts), (exchange.masked_rules, counts.rules)):
                kept.update({name: kept.get(name, 0) + number for name, number in counted.items()})
        exchange.masked_tree = tree = together(shown)
        exchange.masked = orjson.dumps(tree) if answer.body else b""
        exchange.recorded = tree
        if not all(is_recordable(profile) for _, profile in parts):
            await self._for_record(exchange, together([part for part, _ in parts]), surface)
        return None

    async def _for_record(self, exchange: Exchange, tree: Json, surface: Surface) -> None:
        """Who reads may see more than is recorded: what was given is sealed, and recorded as everybody else's is."""
        exchange.seal_answer = True
        whose = self.gate.whose(exchange)
        mask = partial(self.gate.masker.mask_tree, tree, surface, RECORD_PROFILE, *whose)
        try:
            exchange.recorded, _ = await mask(at_most=SHOWN_AT_ONCE)
        except TooMuchNew:
            exchange.recorded = ANSWER_NOTE

            async def more() -> Json:
                return (await mask(spare=True))[0]

            exchange.more_to_record = more
        except (MaskFailed, Unavailable):  # what only the record needs is no reason to keep an answer back
            exchange.recorded = "(sealed; it could not be masked)"
