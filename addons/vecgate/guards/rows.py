"""Are the records that a call names the caller's? Looked up first, where a database has no condition for it."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from http import HTTPStatus

from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.scoped import Owned, unscopable
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable, unanswered

type Ask = Callable[[Call], Awaitable[Answer]]


async def check(each: Iterable[Owned], decision: Decision, ask: Ask, locked: Collection[str] | None = None) -> None:
    """Raises CallRefused: `rows.taken` where an id to be made is another's, `rows.unknown` for all others alike.

    Records that are not there and those that are another's are told in the same words. `rows.unscopable` where
    what a call chooses would take others' records with it; `rows.busy` where it chooses more than what is `locked`.
    """
    for owned in each:
        if owned.chosen is None:
            await _check(owned, decision, ask)
        else:
            await _alone(owned, await _ids(owned, ask), decision, ask, locked)


async def chosen(each: Iterable[Owned], ask: Ask) -> list[str]:
    """The ids of what calls choose as it is now: what is done is done to all records of these. Raises Unavailable."""
    return [id for owned in each for id in await _ids(owned, ask)]


async def _ids(owned: Owned, ask: Ask) -> list[str]:
    return [] if owned.chosen is None else [*dict.fromkeys(await _read(owned.chosen, ask, owned.found))]


async def _alone(
    owned: Owned, ids: Sequence[str], decision: Decision, ask: Ask, locked: Collection[str] | None
) -> None:
    """Whether what a call chooses has ids that are nobody else's. Raises CallRefused (`rows.*`)."""
    if locked is not None and not {*ids} <= {*locked}:
        raise CallRefused(refuse("rows.busy"))
    if len(ids) >= owned.most:
        unscopable(
            "delete",
            decision,
            f"it takes {owned.most} records or more, of which nobody can tell whether others have their ids, too",
        )
    shared = await _found(owned, owned.others or owned.there, ids, ask, owned.found)
    if shared:
        unscopable(
            "delete",
            decision,
            f"{len(shared)} of its records have ids that are somebody else's, too, and these would be gone with them",
        )


async def _read(question: Call, ask: Ask, read: Callable[[Json], list[str]]) -> list[str]:
    answer = await ask(question)
    if answer.status != HTTPStatus.OK:
        raise unanswered(answer.status)
    try:
        return read(strict_json.parse(answer.body))
    except (strict_json.NotStrict, ValueError) as e:
        raise Unavailable(Part.UPSTREAM, "an answer without records") from e


async def _check(owned: Owned, decision: Decision, ask: Ask) -> None:
    there = await _found(owned, owned.there, owned.ids, ask, owned.found) if owned.fresh else set(owned.ids)
    known = [id for id in owned.ids if id in there]
    own = await _found(owned, owned.own, known, ask, owned.mine or owned.found)
    if owned.others is not None and own:
        own -= await _found(owned, owned.others, [id for id in known if id in own], ask, owned.found)
    if owned.fresh and (taken := len(there - own)):
        raise CallRefused(refuse("rows.taken", taken=taken))
    if not owned.fresh and (missing := len(there - own)):
        raise CallRefused(refuse("rows.unknown", asked=len(owned.ids), missing=missing, rule=decision.rule))


async def _found(
    owned: Owned,
    asking: Callable[[Sequence[str]], Call],
    ids: Sequence[str],
    ask: Ask,
    read: Callable[[Json], list[str]],
) -> set[str]:
    found = set[str]()
    for at in range(0, len(ids), owned.at_once):
        found.update(await _read(asking(ids[at : at + owned.at_once]), ask, read))
    return found & set(ids)
