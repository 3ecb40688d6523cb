"""Now, and only what carries a ticket. The raw answer stays in the exchange; no flow ever holds it."""

from mitmproxy import http

from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import READS
from vecgate.egress.turns import Turn
from vecgate.egress.wire import Ticket
from vecgate.handling.asking import has_come
from vecgate.handling.guarding import started
from vecgate.handling.locked import over, while_free
from vecgate.handling.profiles import readers
from vecgate.handling.rows import locked, needs_locks
from vecgate.handling.scanning import classified
from vecgate.handling.spending import spent
from vecgate.handling.transcoded import answered
from vecgate.masking.inputs.ingest import Written
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused, OddStatus, PartlyDone, VecgateError, WireRefused
from vecgate.steps._base import EXCHANGES, Step


def _ticket(ticket: object) -> Ticket:
    if not isinstance(ticket, Ticket):
        raise WireRefused("no ticket")
    return ticket


def _let_go(flow: http.HTTPFlow) -> None:
    """After all steps: what was read, masked and recorded is kept no longer than its client takes for it."""
    if (exchange := EXCHANGES.get(flow)) is not None:
        exchange.answer = exchange.masked = exchange.masked_tree = exchange.recorded = exchange.kept = None
        exchange.let_go()
        if exchange.turn is not None:
            exchange.turn.end()


class Send(Step):
    """exchange.ticket -> exchange.answer"""

    name = "send"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        if exchange.session is None:
            return refuse("record.unavailable")  # what is not recorded is not sent
        if exchange.left():
            return refuse("hold.client_left", id=exchange.approval.id if exchange.approval else exchange.id)
        if not isinstance(exchange.ticket, Ticket):
            return refuse("wire.refused")
        if need(exchange.decision).guards.canaries is not None:
            refusal = await while_free(self.gate, exchange, started(self.gate, exchange))
            if refusal is not None:
                return refusal
        if needs_locks(self.gate, exchange):
            async with locked(self.gate, exchange):
                await self._announced(exchange)
        else:
            await self._announced(exchange)
        if need(exchange.answer).status < 300:
            self._learn(exchange)
            self._note(exchange)
        return None

    async def response(self, flow: http.HTTPFlow) -> None:
        await super().response(flow)
        _let_go(flow)

    async def error(self, flow: http.HTTPFlow) -> None:
        await super().error(flow)
        _let_go(flow)

    async def _announced(self, exchange: Exchange) -> None:
        """What may change names is told to all workers first, so that none decides by what it remembers."""
        upstream = need(exchange.upstream)
        if not self.gate.dialect(upstream).renames(need(exchange.operation)):
            return await self._sent(exchange)
        change = await self.gate.changes.begin(upstream.name)
        try:
            await self._sent(exchange)
        finally:
            # An outcome that is unknown may still come true: then the change ends by itself, in a while.
            if exchange.answer is not None or not exchange.sent:
                await self.gate.changes.end(upstream.name, change)

    async def _sent(self, exchange: Exchange) -> None:
        async with spent(self.gate, exchange):
            if exchange.approval is not None:
                await self._look_again(exchange, exchange.approval.id)
            elif await has_come(self.gate, exchange):  # issuing a credential may have taken a second
                raise CallRefused(refuse("hold.changed", id=exchange.id))
            if (refusal := await over(self.gate, exchange)) is not None:
                raise CallRefused(refusal)
            if exchange.locks is not None:
                exchange.locks.going()
            turn = self.gate.wire.turn()
            exchange.sent, exchange.let_go = True, turn.end
            try:
                exchange.answer = await while_free(self.gate, exchange, self._answer(exchange, turn))
            finally:  # whatever came of it, names the dialect remembers may have changed
                self.gate.dialect(need(exchange.upstream)).forget(need(exchange.operation), exchange.answer)

    async def _answer(self, exchange: Exchange, turn: Turn) -> Answer:
        """What the database says to the call, or to the parts that go out in its place, one after another."""
        if exchange.parts is None:
            return await self._said(exchange, _ticket(exchange.ticket), exchange.stamped or need(exchange.call), turn)
        answers: list[Answer] = []
        for ticket, call in zip(exchange.tickets, exchange.parts, strict=True):
            try:
                answer = await self._said(exchange, _ticket(ticket), call, turn)
            except VecgateError as e:
                if answers:
                    raise PartlyDone(len(answers), len(exchange.parts)) from e
                raise
            if answer.status >= 300:
                if answers:
                    raise PartlyDone(len(answers), len(exchange.parts))
                return answer
            answers.append(answer)
        return self.gate.dialect(need(exchange.upstream)).joined(need(exchange.operation), answers)

    async def _said(self, exchange: Exchange, ticket: Ticket, call: Call, turn: Turn) -> Answer:
        """What the database says to one call: done, or not. Raises OddStatus for anything else."""
        dialect = self.gate.dialect(need(exchange.upstream))
        answer = await answered(self.gate, exchange, ticket, call, turn)
        # A redirect, a part, an old copy: nobody asked for any of them, and clients would follow where nobody decides.
        if answer.status < 400 and answer.status not in dialect.successes:
            raise OddStatus(answer.status)
        return answer

    async def _look_again(self, exchange: Exchange, id: str) -> None:
        """Whether it is still the same things under the same names: spending a yes may have taken a second."""
        upstream, asked = need(exchange.upstream), need(exchange.asked)
        dialect, ask = self.gate.dialect(upstream), self.gate.ask(upstream)
        now = await dialect.located(asked, await classified(self.gate, exchange, anew=True), ask)
        if now != exchange.operation:
            raise CallRefused(refuse("hold.changed", request_id=id, id=id))

    def _note(self, exchange: Exchange) -> None:
        """What was read, and by whom: whoever is asked to let it be destroyed wants to know."""
        operation = need(exchange.operation)
        if operation.kind in READS:
            upstream, user = need(exchange.upstream).name, need(exchange.principal).user
            for name in operation.collections:
                self.gate.guards.used.note((upstream, operation.tenant or "", operation.database or "", name), user)

    def _learn(self, exchange: Exchange) -> None:
        """What was stored is analysed before somebody reads it: soon, and when nobody waits for an answer."""
        call, operation = need(exchange.call), need(exchange.operation)
        dialect = self.gate.dialect(need(exchange.upstream))
        read = dialect.stored(operation, call.tree) if isinstance(call.tree, dict) else None
        if read is not None:
            surface = dialect.surface(read.operation, answer=True)
            self.gate.masking.ingest.put(Written(read.records, surface, readers(self.gate), len(call.body)))
