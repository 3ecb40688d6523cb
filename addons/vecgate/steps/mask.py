"""What must the caller not see, and what not the record of an answer (`RECORD_PROFILE`)? Personal data."""

from dataclasses import replace
from functools import partial

import orjson
from mitmproxy import http

from vecgate.domain.call import Answer, Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import SCAN
from vecgate.domain.surface import Surface
from vecgate.handling import beside, continuing, guarding, reading, rows, transcoded, within
from vecgate.handling.profiles import readers
from vecgate.handling.scanning import report
from vecgate.handling.showing import SHOWN_AT_ONCE, show_flow
from vecgate.handling.warm import warm_wish
from vecgate.masking.apply.masker import RECORD_PROFILE, TooMuchNew
from vecgate.recording.later import ANSWER_NOTE
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import MaskFailed, Unavailable
from vecgate.steps._base import Step


class Mask(Step):
    """request: exchange.shown_call; answer: exchange.masked"""

    name = "mask"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        await show_flow(self.gate, exchange, flow)
        return None

    async def on_answer(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        await self._masked(exchange)
        if exchange.grpc:
            exchange.printed = transcoded.given(self.gate, exchange)
        return None

    async def _masked(self, exchange: Exchange) -> None:
        came, operation = need(exchange.answer), need(exchange.operation)
        dialect = self.gate.dialect(need(exchange.upstream))
        exchange.answer = answer = Answer(came.status, came.headers)
        came = dialect.spoken(operation, came)
        has_body, said = bool(came.body), await reading.read(came.body, self.gate.settings.limits)
        del came  # it is needed no more, and may be large
        tree = await rows.own(self.gate, exchange, await continuing.given(self.gate, exchange, said))
        tree = await within.limited(self.gate, exchange, within.without_vectors(self.gate, exchange, tree))
        tree = await guarding.given(self.gate, exchange, tree)
        if (status := dialect.settled(operation, answer.status, tree)) != answer.status:
            exchange.answer, has_body, tree = replace(answer, status=status), False, None
        tree = dialect.promised(operation, tree, within.room(self.gate.settings))
        surface = dialect.surface(operation, answer=True)
        if operation.kind == SCAN and (told := await report(self.gate, exchange, tree, surface)) is not None:
            exchange.masked_tree = exchange.recorded = told
            exchange.masked = orjson.dumps(told)
            return
        tree = await beside.masked(self.gate, exchange, tree)
        if (level := warm_wish(exchange)) is not None:
            wanted = [one for one in readers(self.gate) if level in ("all", one.sensitivity)]
            learnt = await self.gate.masking.ingest.now([tree], surface, wanted)
            if not need(exchange.decision).rows:  # or it would tell which texts are in others' rows, too
                exchange.learnt = learnt
        tree = dialect.shaped(exchange.asked or need(exchange.call), operation, tree) if answer.status < 300 else tree
        parts, together = await within.parts(self.gate, exchange, tree)
        whose, shown = exchange.whose, []
        for part, profile in parts:
            masked, counts = await self.gate.masking.masker.mask_tree(part, surface, profile, *whose)
            shown.append(masked)
            for kept, counted in ((exchange.masked_counts, counts), (exchange.masked_rules, counts.rules)):
                kept.update({name: kept.get(name, 0) + number for name, number in counted.items()})
        exchange.masked_tree = tree = dialect.page_ends(need(exchange.call), tree, together(shown))
        exchange.masked = orjson.dumps(tree) if has_body else b""
        exchange.recorded = tree
        if not all(profile.hides_by_default for _, profile in parts):
            await self._for_record(exchange, together([part for part, _ in parts]), surface)

    async def _for_record(self, exchange: Exchange, tree: Json, surface: Surface) -> None:
        """Who reads may see more than is recorded: what was given is sealed, and recorded as everybody else's is."""
        exchange.seal_answer = True
        whose = exchange.whose
        mask = partial(self.gate.masking.masker.mask_tree, tree, surface, RECORD_PROFILE, *whose)
        try:
            exchange.recorded, _ = await mask(at_most=SHOWN_AT_ONCE)
        except TooMuchNew:
            exchange.recorded = ANSWER_NOTE

            async def more() -> Json:
                return (await mask(spare=True))[0]

            exchange.more_to_record = more
        except (MaskFailed, Unavailable):  # what only the record needs is no reason to keep an answer back
            exchange.recorded = "(sealed; it could not be masked)"
