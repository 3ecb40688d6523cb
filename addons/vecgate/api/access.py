"""How does a person ask for access, and how is it answered? The gateway's own access API.

    GET  /.vecgate/v1/access                 {"access": [ACCESS, ...]}: own ones, and those one may decide on
    GET  /.vecgate/v1/access/ID              ACCESS
    POST /.vecgate/v1/access                 ACCESS    body: {"upstream", "operations", "collections", "for": "2h", ...}
    POST /.vecgate/v1/access/ID/approve      ACCESS    body: none, {} or {"narrow": {"for": "1h", ...}, "signed": PROOF}
    POST /.vecgate/v1/access/ID/statement    {"to_sign"}: what is signed with such a yes; body: as there, without it
    POST /.vecgate/v1/access/ID/deny         ACCESS    body: none or {"reason": "one line of text"}
    POST /.vecgate/v1/access/ID/revoke       ACCESS    the same, of what is granted; its extensions go with it
    POST /.vecgate/v1/access/revoke          of all of a person, a collection or a rule: ending.py
    GET  /.vecgate/v1/access/ID/debrief      DEBRIEF   what was done under it, and .../acknowledge: debrief.py
    POST /.vecgate/v1/access/ID/withdraw     ACCESS    by who asked
    POST /.vecgate/v1/access/ID/end          ACCESS    by who was granted it
    POST /.vecgate/v1/access/ID/extend       ACCESS    body: {"for": "1h", "reason": ...}: a request of its own
    POST /.vecgate/v1/access/ID/again        ACCESS    the same: a copy of that request
    POST /.vecgate/v1/access/break-glass     and .../ID/review: what is taken without a yes: glass.py

A refusal has the shape of every other refusal. Times are seconds since the epoch.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from vecgate.access import request as moves
from vecgate.access.agreed import bound
from vecgate.access.ledger import Entry, Move
from vecgate.access.proving import asked_of, elsewhere, facts
from vecgate.access.request import Request
from vecgate.api.answering import answered, answering
from vecgate.api.approving import signature
from vecgate.api.asked import From, document, line, members, recorded, unreadable, wished
from vecgate.api.objected import check_ahead, check_mask, objected, settled
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.consent.enrolled import Unproven
from vecgate.consent.judge import Objection
from vecgate.domain.approval import Vote
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.grant import Terms
from vecgate.domain.operation import Operation
from vecgate.domain.people import around, chain
from vecgate.domain.principal import Principal
from vecgate.policy.rules.offers import narrowed, offer, outgrown, widest
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

ASKED: Final = "access.asked"
DECIDED: Final = "access.decided"
ENDED: Final = "access.ended"

type Work = Callable[[Desk, str, dict[str, Any]], Awaitable[Json]]


@dataclass(slots=True)
class Desk:
    """What one person may do with requests for access. `events`: what has happened, and to which, for the record."""

    parts: Parts
    principal: Principal
    events: list[tuple[str, dict[str, Json]]] = field(default_factory=list)

    async def list(self, _id: str, tree: dict[str, Any]) -> Json:
        members(tree)
        seen = [e for e in await self.parts.access.ledger.list() if e.request.visible_to(self.principal)]
        return {"access": [self.document(entry) for entry in seen]}

    async def show(self, id: str, tree: dict[str, Any]) -> Json:
        members(tree)
        return self.document(await self.seen(id))

    async def ask(self, _id: str, tree: dict[str, Any]) -> Json:
        wish, more = wished(tree)
        return await self._ask(wish.terms(), more)

    async def extend(self, id: str, tree: dict[str, Any]) -> Json:
        """More time: what was granted, be it less than was asked for, on top of what is left. It begins with its own
        yes, so there is no gap."""
        found = (await self._mine(id)).request
        if found.state != "granted" or found.ends is None:
            raise settled(found, "begun" if found.state == "granted" else found.how or found.state)
        terms, more = _again(found.terms, found, tree)
        return await self._ask(terms, more, extends=id, follows=found.ends)

    async def again(self, id: str, tree: dict[str, Any]) -> Json:
        """The same once more, as a request of its own; nothing is revived."""
        found = (await self._mine(id)).request
        terms, more = _again(found.asked, found, tree)
        return await self._ask(terms, more, again=id)

    async def approve(self, id: str, tree: dict[str, Any]) -> Json:
        said = members(tree, "narrow", "signed")
        found, signed = (await self.seen(id)).request, signature(said.get("signed"))
        terms = narrowed(found.terms, said["narrow"]) if said.get("narrow") not in (None, {}) else None
        if terms is not None:
            check_mask(self.parts.policies.current, found, terms.mask)
        self._here(found)
        await self._still(found)

        def seal(one: Request, vote: Vote) -> Vote:
            return self.parts.access.proof.taken(vote, partial(facts, one), signed, self.principal)

        # What they stand for now is what is agreed to: whoever makes another one of that name has not got it agreed to.
        things = await self.parts.things(terms or found.terms)

        def yes(one: Request, now: float) -> Request:
            return moves.approve(one, self.principal, now, terms, seal, things)

        try:
            return await self.move(DECIDED, id, yes)
        except Unproven as e:
            raise CallRefused(refuse("requests.unproven", request_id=id, id=id, why=str(e))) from e

    async def statement(self, id: str, tree: dict[str, Any]) -> Json:
        """What an approver signs: the request as it is, or as it would be granted."""
        found, less = (await self.seen(id)).request, members(tree, "narrow").get("narrow")
        found = replace(found, terms=narrowed(found.terms, less)) if less not in (None, {}) else found
        proof, waits = self.parts.access.proof, found.state == "pending" and not found.may_decide(self.principal)
        if not waits or proof.signed == "off":
            return {"to_sign": ""}
        self._here(found)
        try:
            things = bound(found.things, found.terms, await self.parts.things(found.terms))
        except Objection as e:
            raise objected(e.why, found) from e
        return {"to_sign": proof.to_sign(partial(facts, replace(found, things=things)), found.stage)}

    async def deny(self, id: str, tree: dict[str, Any]) -> Json:
        why = line(members(tree, "reason").get("reason", ""))
        return await self.move(DECIDED, id, lambda one, now: moves.deny(one, self.principal, now, why))

    async def withdraw(self, id: str, tree: dict[str, Any]) -> Json:
        members(tree)
        return await self.move(ENDED, id, lambda one, now: moves.withdraw(one, self.principal, now))

    async def revoke(self, id: str, tree: dict[str, Any]) -> Json:
        why = line(members(tree, "reason").get("reason", ""))
        return await self._ends(id, lambda one, now: moves.revoke(one, self.principal, now, why), why)

    async def end(self, id: str, tree: dict[str, Any]) -> Json:
        members(tree)
        return await self._ends(id, lambda one, now: moves.give_back(one, self.principal, now))

    # how it is done

    def document(self, entry: Entry) -> dict[str, Json]:
        return document(entry, self.principal, self.parts.access.doubt(entry.request))

    async def _ask(self, terms: Terms, more: From, **how: Any) -> Json:
        if terms.upstream not in self.parts.upstreams:
            raise unreadable(f"there is no database of that name, but {', '.join(self.parts.upstreams)}")
        asking, now = self.parts.policies.current.asking.values(), self.parts.access.live.now
        rules, principal = [one for one in asking if not (one.over(now) or one.glass)], self.principal
        found = offer(rules, principal, terms)
        if found is None:
            said = widest(rules, principal, terms)
            raise CallRefused(refuse("access.too_wide", widest=said) if said else refuse("access.nothing"))
        grant = need(found.rule.rule.grant)
        for name in ("reason", "ticket"):
            if getattr(grant, name) == "required" and not getattr(more, name):
                raise CallRefused(refuse("access.needs", rule=found.rule.rule.name, what=name))
        people, names = answering(self.parts, principal, found), tuple(sorted(around(principal)))

        def made(id: str, now: float) -> Request:
            more.check(now)
            check_ahead(found, how.get("follows", 0.0) - max(now, more.begins), grant.longest)
            one = Request(
                id, found.rule.rule.name, principal.key, principal.user, found.terms, found.terms, people,
                now, now + grant.pending, more.reason, more.ticket, more.begins, names=names,
                acting=chain(principal), **how,
            )  # fmt: skip
            return asked_of(one, self.parts.access.proof)

        entry = await answered(self.parts, principal, found, made)
        done = self.told(ASKED, entry)
        if entry.request.state != "pending":
            self.told(DECIDED, entry)
        if entry.request.state == "denied":
            by, id = entry.request.automatic, entry.request.id
            raise CallRefused(refuse("access.auto_denied", request_id=id, rule=entry.request.rule, by=by))
        return done

    def _here(self, found: Request) -> None:
        """Whether it was asked at this gateway, and has not come to a no since. Raises CallRefused."""
        if found.state != "pending":
            return  # it is told what it has come to
        why = elsewhere(found, self.parts.access.proof)
        if not why and self.parts.access.register.is_ended(found.id):
            why = "it has ended before"
        if why:
            raise CallRefused(refuse("requests.unproven", request_id=found.id, id=found.id, why=why))

    async def _still(self, found: Request) -> None:
        """Whether it could still be asked for, of these people. Raises CallRefused (`access.changed`)."""
        rule = self.parts.policies.current.asking.get(found.rule)
        if rule is None or rule.approvers != found.asking.named or outgrown(rule, found.terms):
            raise CallRefused(refuse("access.changed", request_id=found.id, id=found.id, rule=found.rule))
        if found.extends:
            try:
                old = (await self.parts.access.ledger.entry(found.extends)).request
            except LookupError:
                old = None
            if old is None or old.how in ("revoked", "given_back"):
                raise CallRefused(refuse("access.changed", request_id=found.id, id=found.id, rule=found.rule))

    async def move(self, event: str, id: str, move: Move) -> Json:
        entry = await self.seen(id)
        try:
            return self.told(event, await self.parts.access.move(id, move))
        except Objection as e:
            raise objected(e.why, entry.request) from e

    def told(self, event: str, entry: Entry) -> dict[str, Json]:
        done = self.document(entry)
        self.events.append((event, recorded(entry, done)))
        return done

    async def _ends(self, id: str, move: Move, why: str = "") -> Json:
        entry = await self.seen(id)
        try:
            return self.document((await self.ended(id, move, why))[0])
        except Objection as e:
            raise objected(e.why, entry.request) from e

    async def ended(self, id: str, move: Move, why: str = "") -> Sequence[Entry]:
        """End one, and what carries it on with it. Raises Objection, LookupError, CallRefused, Unavailable."""

        def follow(one: Request, now: float) -> Request:
            return moves.follow(one, self.principal, now, why)

        done = [await self.parts.access.move(id, move)]
        try:
            for one in moves.extensions(id, await self.parts.access.ledger.open_of(done[0].request.login)):
                with suppress(Objection):  # it has ended meanwhile
                    done.append(await self.parts.access.move(one.id, follow))
        finally:
            for entry in done:
                self.told(DECIDED if entry.request.how == "denied" else ENDED, entry)
        return done

    async def seen(self, id: str) -> Entry:
        try:
            entry = await self.parts.access.ledger.entry(id)
        except LookupError as e:
            raise CallRefused(refuse("access.unknown")) from e
        if not entry.request.visible_to(self.principal):
            raise CallRefused(refuse("access.unknown"))  # as for one that does not exist
        return entry

    async def _mine(self, id: str) -> Entry:
        entry = await self.seen(id)
        if entry.request.login != self.principal.key:
            raise objected("requester", entry.request)
        return entry


class OnAccess(Own):
    """A question about access. Reasons and tickets are read by others and recorded, so they are masked first."""

    def __init__(self, work: Work, parts: Parts, asked: Asked) -> None:
        self._work, self._asked, self._parts = work, asked, parts
        self._desk = Desk(parts, asked.principal)
        self.call = asked.call(LONGEST)
        self.operation = Operation(dialect="vecgate", name="access", kind="requests", danger=0)

    async def answer(self, exchange: Exchange) -> Answered:
        tree = self.call.tree
        if tree is not None and not isinstance(tree, dict):
            raise CallRefused(refuse("body.unreadable", cause="said", detail="expected an object"))
        read = dict(tree or {})
        for name in ("reason", "ticket"):
            if isinstance(read.get(name), str):
                read[name] = await self._parts.shown.text(str(read[name]))
        try:
            return Answered(await self._work(self._desk, self._asked.id, read))
        finally:  # also of what was done before something failed
            exchange.access = tuple(event for event, _ in self._desk.events)
            for event, done in self._desk.events:
                await self._parts.recorder.write(need(exchange.session), event, exchange.id, {"access": done})


def on(work: Work) -> Callable[[Parts, Asked], Own]:
    """What makes a call of this kind."""
    return partial(OnAccess, work)


def _again(terms: Terms, found: Request, tree: dict[str, Any]) -> tuple[Terms, From]:
    """The terms of an earlier request, with what is said anew."""
    said = From.read(tree, "for", "reason", "ticket", "from", "records", "opened")
    changed = {name: value for name, value in said.amounts.items() if value is not None}
    reason, ticket = said.reason or found.reason, said.ticket or found.ticket
    return replace(terms, **changed), replace(said, reason=reason, ticket=ticket)
