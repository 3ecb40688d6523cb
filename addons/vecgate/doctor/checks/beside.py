"""What lies beside a database's API and would go around the gateway, or open more than it decides on (side doors)?

Its dialect lists the doors (`server.py`). Each is knocked at where the database is, and at the ports it opens by
itself: as a stranger would, or, where a setting is asked for, on the gateway's own lease.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vecgate import dialects
from vecgate.credentials.leases import Leases
from vecgate.dialects import Knock
from vecgate.dialects.base.doors import Said
from vecgate.doctor import knocking
from vecgate.doctor.checks import around
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.doctor.knocking import Spot
from vecgate.domain.lease import ClientCertificate
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import Unavailable, VaultDenied
from vecgate.settings.upstreams import UpstreamSettings

#: Questions that are asked of one server at the same time.
_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class _Open:
    """A door that is open, by its name, and what is said of it; nothing, where that of another says it, too."""

    what: str
    finding: Finding | None


async def check(name: str, spec: UpstreamSettings, leases: Leases, more: tuple[int, ...] = ()) -> list[Finding]:
    """What is open, each with the setting that shuts it; then, in one line, what is not."""
    known = dialects.doors(spec.dialect)
    outside = [knock for knock in known if knock.by == "stranger"]
    inside = [knock for knock in known if knock.by == "gateway"]
    (strangers, own) = await asyncio.gather(
        _as_strangers(name, spec, outside, more), _as_the_gateway(name, spec, inside, leases)
    )
    found, untold, why = own
    opened = {one.what for one in (*strangers, *found)} | {knock.what for knock in untold}
    findings = [one.finding for one in (*strangers, *found) if one.finding]
    if untold:
        said = f"It could not be asked for its settings{why}: {', '.join(knock.what for knock in untold)}."
        todo = "See what is said of the gateway's own credential, and look at them by hand."
        findings.append(warning(name, said, todo))
    if shut := [knock.what for knock in known if knock.what not in opened]:
        findings.append(ok(name, f"Beside it none of these is open: {', '.join(shut)}."))
    return findings


async def _as_strangers(
    name: str, spec: UpstreamSettings, knocks: Sequence[Knock], more: tuple[int, ...]
) -> list[_Open]:
    if not knocks:
        return []
    places = [Spot(door.host, door.port, door.name) for door, _ in around.doors(name, spec, more)]
    there = await asyncio.gather(*map(knocking.found, places))
    some = asyncio.Semaphore(_AT_ONCE)

    async def at(place: Spot) -> list[_Open]:
        async with some:
            return _judged(name, place, [(knock, await knocking.asked(place, knock)) for knock in knocks])

    found = await asyncio.gather(*(at(place) for place in there if place is not None))
    return [one for each in found for one in each]


async def _as_the_gateway(
    name: str, spec: UpstreamSettings, knocks: Sequence[Knock], leases: Leases
) -> tuple[list[_Open], list[Knock], str]:
    """What is open, what could not be told, and why not: a refusal, or half an answer, shuts no door."""
    if not knocks:
        return [], [], ""
    place = await own_place(name, spec, leases)
    if place is None:
        return [], list(knocks), ""
    said: dict[str, Said | None] = {}
    for knock in knocks:
        if (digest := knock.call.digest()) not in said:
            said[digest] = await knocking.asked(place, knock)
    answers = [(knock, said[knock.call.digest()]) for knock in knocks]
    told = [(knock, one) for knock, one in answers if one and one.status == 200 and one.at() is not None]
    refused = sorted({str(one.status) for _, one in answers if one and one.status != 200})
    untold = [knock for knock, _ in answers if knock not in [one for one, _ in told]]
    return _judged(name, place, told), untold, f" (status {', '.join(refused)})" if refused else ""


async def own_place(name: str, spec: UpstreamSettings, leases: Leases) -> Spot | None:
    """The database as the gateway reaches it, on its own lease; None where it has none."""
    host, port = around.own_address(spec)
    sni = spec.server_name or host
    if not spec.url.startswith("https:"):
        return Spot(host, port, sni, clear=True)  # a key would be read on its way: none is shown
    try:
        shown = (await leases.own(name)).material
        if isinstance(shown, ClientCertificate):
            return Spot(host, port, sni, shown.context)
        context = trusting(spec.ca)
        return Spot(host, port, sni, context, shown)
    except (Unavailable, VaultDenied, OSError):
        return None


def _judged(name: str, place: Spot, answers: Sequence[tuple[Knock, Said | None]]) -> list[_Open]:
    found = {knock.what: knock.open(said) for knock, said in answers if said is not None}
    opened = []
    for knock, _ in answers:
        if shown := found.get(knock.what):
            say = problem if knock.grave else warning
            finding = say(name, f"{place.host}:{place.port} {shown}.", knock.shut_by)
            opened.append(_Open(knock.what, None if found.get(knock.unless) else finding))
    return opened
