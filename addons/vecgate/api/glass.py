"""What does one take in an emergency, without a yes, and who looks at it afterwards? Broken glass, and its review.

    POST /.vecgate/v1/access/break-glass     ACCESS    body: {"reason": ...}, and less than the rule lists
    POST /.vecgate/v1/access/ID/review       ACCESS    body: {"justified": true, "reason": "one line of text"}

Only a rule with `break_glass` lets one, and only who says so: by this, or with a call's header
(handling/unasked/glass.py). It is over soon, and others, whom the rule names, review it: or its holder is locked.
"""

from typing import TYPE_CHECKING, Any, Final, Literal

from vecgate.access import aftermath
from vecgate.access import request as moves
from vecgate.access.ledger import Entry
from vecgate.access.proving import given
from vecgate.access.request import Request
from vecgate.api.answering import answering
from vecgate.api.asked import line, members, unreadable
from vecgate.api.objected import objected
from vecgate.api.own import Parts
from vecgate.consent.judge import Objection
from vecgate.domain.call import Json
from vecgate.domain.exchange import need
from vecgate.domain.people import around
from vecgate.domain.principal import Principal
from vecgate.policy.rules.offers import Offer, in_emergency, widest
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused
from vecgate.state.barred import Lock

if TYPE_CHECKING:
    from vecgate.api.access import Desk

BROKE: Final = "access.broke_glass"
REVIEWED: Final = "access.reviewed"
#: Why somebody is locked whose emergency was none.
UNJUSTIFIED: Final = "access.unjustified"
_LESS: Final = ("operations", "collections", "for", "mask", "records", "opened", "tenant", "database")


async def broken(
    parts: Parts, principal: Principal, found: Offer, how: Literal["command", "call"], reason: str, ticket: str = ""
) -> Entry:
    """Break the glass. Raises CallRefused where nobody could review it, and as `Ledger.ask`."""
    rule, asking = found.rule.rule, answering(parts, principal, found)
    glass, things = need(need(rule.grant).break_glass), await parts.things(found.terms)

    def made(id: str, now: float) -> Request:
        asked = Request(
            id, rule.name, principal.key, principal.user, found.terms, found.terms, asking, now, now + asking.pending,
            reason, ticket, names=tuple(sorted(around(principal))), glass=how, review_within=glass.review_within,
            things=things,
        )  # fmt: skip
        return given(moves.granted(asked, now), parts.access.proof)

    return await parts.access.ask(made)


async def break_glass(desk: "Desk", _id: str, tree: dict[str, Any]) -> Json:
    """Take what a rule lists, for oneself and at once; or less."""
    said = dict(members(tree, "upstream", *_LESS, "reason", "ticket"))
    reason, ticket = line(said.pop("reason", "")), line(said.pop("ticket", ""))
    found = _meant(desk, said.pop("upstream", None), said)
    if not reason:
        raise CallRefused(refuse("access.needs", rule=found.rule.rule.name, what="reason"))
    return desk.told(BROKE, await broken(desk.parts, desk.principal, found, "command", reason, ticket))


def _meant(desk: "Desk", upstream: Json, less: dict[str, Any]) -> Offer:
    """What is taken, and where: in the database that is named, or the only one where any can be. Raises CallRefused."""
    now, known = desk.parts.access.live.now, desk.parts.upstreams
    rules = [one for one in desk.parts.policies.current.emergencies if not one.over(now)]
    if upstream is not None and upstream not in known:
        raise unreadable(f"there is no database of that name, but {', '.join(known)}")
    names = known if upstream is None else (str(upstream),)
    offers = [found for name in names if (found := in_emergency(rules, desk.principal, name, less)) is not None]
    if len(offers) > 1:
        raise unreadable(f"say 'upstream': one of {', '.join(one.terms.upstream for one in offers)}")
    if offers:
        return offers[0]
    # Nothing fits what is said: what would, near it?
    whole = next((o for name in names if (o := in_emergency(rules, desk.principal, name, {})) is not None), None)
    if whole is None:
        raise CallRefused(refuse("access.no_glass"))
    raise CallRefused(refuse("access.too_wide", widest=widest([whole.rule], desk.principal, whole.terms)))


async def review(desk: "Desk", id: str, tree: dict[str, Any]) -> Json:
    """What somebody else finds of it. Who finds that it was not justified locks whoever did it."""
    said = members(tree, "justified", "reason")
    justified, why = said.get("justified"), line(said.get("reason", ""))
    if not isinstance(justified, bool):
        raise unreadable("'justified' is true or false")
    entry = await desk.seen(id)

    def move(one: Request, now: float) -> Request:
        return aftermath.review(one, desk.principal, now, justified, why)

    try:
        if move(entry.request, entry.now).verdict == "unjustified":  # locked first, or an outage would let them go on
            await _lock(desk, entry)
        done = await desk.parts.access.move(id, move)
    except Objection as e:
        if e.why in ("whole", "lasts"):
            raise CallRefused(refuse("access.no_review", request_id=id, id=id, why=_NOTHING[e.why])) from e
        raise objected(e.why, entry.request) from e
    return desk.told(REVIEWED, done)


async def _lock(desk: "Desk", entry: Entry) -> None:
    one = entry.request
    lock = Lock(one.user, one.user, UNJUSTIFIED, entry.now, one.rule, "user", desk.principal.user)
    await desk.parts.guards.barred.bar(lock, durable=True)


_NOTHING: Final = {"whole": "no glass was broken for it", "lasts": "it is not over yet"}
