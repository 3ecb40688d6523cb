"""What was asked for, and what was done? The debrief of what was granted: read by its holder and by who answers it.

    GET  /.vecgate/v1/access/ID/debrief        DEBRIEF
    POST /.vecgate/v1/access/ID/acknowledge    ACCESS    once it is over: by its holder, and by one who may answer it

A DEBRIEF is an ACCESS, and has `done`: calls, records, masked, opened, refused ...; `unused`:
collections and operations; `next`: what a request for as much as was really used would ask for, null where nothing
was. While it lasts it tells what was done so far.
"""

from typing import TYPE_CHECKING, Any, Final

from vecgate.access import aftermath
from vecgate.access.request import Request
from vecgate.access.tally import Done
from vecgate.api.asked import document, members
from vecgate.domain.call import Json
from vecgate.domain.kinds import NO_RECORDS
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

if TYPE_CHECKING:
    from vecgate.api.access import Desk

ACKNOWLEDGED: Final = "access.acknowledged"
#: What a next request is for, in minutes: the shortest of these that the last one would have done with.
_STEPS: Final = (15, 30, 60, 120, 240, 480, 720, 1440)
#: So many names stand in a next request in place of a pattern.
_FEW: Final = 8


async def debrief(desk: "Desk", id: str, tree: dict[str, Any]) -> Json:
    """The debrief of one. Raises CallRefused where nothing was granted."""
    members(tree)
    entry = await desk.seen(id)
    one = entry.request
    if not one.granted:
        raise CallRefused(refuse("access.no_debrief", request_id=id, id=id, state=one.how or one.state))
    return _debrief(document(entry, desk.principal), one, await desk.parts.access.tallies.of(id))


async def acknowledge(desk: "Desk", id: str, tree: dict[str, Any]) -> Json:
    """That it was read."""
    members(tree)
    return await desk.move(ACKNOWLEDGED, id, lambda one, now: aftermath.acknowledge(one, desk.principal, now))


def _debrief(shown: dict[str, Json], one: Request, done: Done) -> dict[str, Json]:
    terms = one.terms
    named = {name: done.at.get(str(place), 0) for place, name in enumerate(terms.collections)}
    unused = [kind for kind in terms.operations if kind not in done.did and kind not in NO_RECORDS]
    said: dict[str, Json] = {name: _sorted(getattr(done, name)) for name in ("did", "masked", "opened", "refused")}
    return {
        **shown,
        "done": {
            "calls": done.calls,
            "records": done.records,
            "records_are_about": done.about,
            "operations": said["did"],
            "collections": {name: number for name, number in named.items() if number},
            "masked": said["masked"],
            "opened": said["opened"],
            "refused": said["refused"],
            "first_at": done.first or None,
            "last_at": done.last or None,
        },
        "unused": {"collections": [name for name, number in named.items() if not number], "operations": [*unused]},
        "next": _next(one, done),
    }


def _sorted(counts: Any) -> Json:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _next(one: Request, done: Done) -> Json:
    """The terms of a request for what was used, in the words of a request."""
    terms = one.terms
    did = [kind for kind in terms.operations if kind in done.did]
    kinds = [kind for kind in did if kind not in NO_RECORDS] or did
    if not kinds or one.begun is None:
        return None
    minutes = (done.last - one.begun) / 60
    lasting = min(next((n for n in _STEPS if n >= minutes), terms.seconds / 60), terms.seconds / 60)
    opened = sum(done.opened.values())
    return {
        "upstream": terms.upstream,
        "operations": [*kinds],
        "collections": [*_used(one, done)],
        **({"tenant": terms.tenant} if terms.tenant else {}),
        **({"database": terms.database} if terms.database else {}),
        "for": f"{max(int(lasting * 60), 1)}s",
        "mask": terms.mask,
        **({"records": done.records} if done.records else {}),
        **({"opened": opened} if opened else {}),
    }


def _used(one: Request, done: Done) -> list[str]:
    """The patterns that were used; in their place the names, where these are few and all known."""
    used = [name for place, name in enumerate(one.terms.collections) if done.at.get(str(place))]
    names = [name for name in done.named if one.terms.reaches(name)]
    calls = sum(done.named[name] for name in names)
    known = not done.more and len(names) <= _FEW and calls >= max(done.at.values(), default=0)
    return sorted(names) if names and known and any("*" in one or "?" in one or "[" in one for one in used) else used
