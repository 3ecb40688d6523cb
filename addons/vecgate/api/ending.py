"""How is everything of a person, a collection or a rule taken away at once? Of each, by whoever may say no to it.

    POST /.vecgate/v1/access/revoke    {"ended": [ACCESS], "kept": [{"id", "holder", "why": CODE}], "others": N}

The body has `reason`, and one of `user` (a name, or ISSUER#SUBJECT), `collection` (UPSTREAM/NAME) and `rule`. What is
granted is revoked, what waits is denied: else somebody's yes would bring it back a moment later. A grant that covers
the collection, by whatever pattern, ends whole. `kept`: what the caller sees, and could not end; `others`: how many
there are besides that only others may answer, for those who answer any.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from vecgate.access import request as moves
from vecgate.access.ledger import Entry
from vecgate.access.request import Request
from vecgate.api.asked import document, line, members, unreadable
from vecgate.consent.judge import Case, Objection, may_answer
from vecgate.domain.call import Json
from vecgate.domain.people import folded
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Unavailable

if TYPE_CHECKING:
    from vecgate.api.access import Desk

WHAT: Final = ("user", "collection", "rule")
#: So many are ended at the same time; and looked for so often, as somebody may say yes to more meanwhile.
AT_ONCE: Final = 16
LOOKS: Final = 3


async def revoke_all(desk: "Desk", _id: str, tree: dict[str, Any]) -> Json:
    """End all of it that the caller may end. Raises CallRefused where nothing, or more than one thing, is named."""
    members(tree, *WHAT, "reason")
    why = line(tree.pop("reason", ""))
    if not why:
        raise CallRefused(refuse("access.why"))
    is_meant = _meant(tree, desk.parts.upstreams)
    ended: dict[str, Entry] = {}
    kept: dict[str, dict[str, Json]] = {}
    others: set[str] = set()
    turns = asyncio.Semaphore(AT_ONCE)

    async def end(entry: Entry) -> None:
        async with turns:
            one = entry.request
            if not one.visible_to(desk.principal):
                others.add(one.id)
            elif (code := await _end(desk, one, why, ended)) is not None:
                kept[one.id] = {"id": one.id, "holder": one.user, "why": code}

    for _ in range(LOOKS):
        found = [entry for entry in await desk.parts.access.ledger.open() if is_meant(entry.request)]
        new = [entry for entry in found if entry.request.id not in {*ended, *kept, *others}]
        if not new:
            break
        await asyncio.gather(*map(end, new))
    told: list[Json] = [document(entry, desk.principal) for entry in ended.values()]
    return {"ended": told, "kept": [*kept.values()], "others": len(others) if _answers_any(desk) else 0}


async def _end(desk: "Desk", one: Request, why: str, ended: dict[str, Entry]) -> str | None:
    """End one; what was left as it is tells the code of why."""
    try:
        for entry in await desk.ended(one.id, lambda found, now: moves.stop(found, desk.principal, now, why)):
            ended[entry.request.id] = entry
    except Objection as e:
        return None if one.id in ended else "access.not_approver" if e.why in ("self", "group") else "access.settled"
    except LookupError:
        return "access.unknown"
    except Unavailable:
        return "state.unavailable"
    except CallRefused as e:
        return e.refusal.code
    return None


def _meant(tree: dict[str, Any], upstreams: tuple[str, ...]) -> Any:
    """Whether a request is one of those that are meant."""
    if len(tree) != 1:
        raise unreadable(f"expected 'reason' and one of {', '.join(WHAT)}")
    [(kind, name)] = tree.items()
    if not isinstance(name, str) or not folded(name).strip() or not name.isprintable():
        raise unreadable(f"'{kind}' names one, on one line")
    if kind == "rule":
        return lambda one: one.rule == name
    if kind == "user":
        return lambda one: one.login == name or folded(one.user) == folded(name)
    upstream, _, collection = name.partition("/")
    if not collection:
        raise unreadable("'collection' is UPSTREAM/NAME")
    if upstream not in upstreams:
        raise unreadable(f"there is no database of that name, but {', '.join(upstreams)}")
    return lambda one: one.terms.upstream == upstream and one.terms.reaches(collection)


def _answers_any(desk: "Desk") -> bool:
    asked = (rule.approvers for rule in desk.parts.policies.current.asking.values())
    return any(one is not None and not may_answer(Case(one, frozenset()), desk.principal) for one in asked)
