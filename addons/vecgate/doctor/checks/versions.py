"""Is a database's server of a version that its dialect was tested with? It is asked on the gateway's own lease."""

from vecgate import dialects
from vecgate.credentials.leases import Leases
from vecgate.dialects import Knock
from vecgate.dialects.base.server_versions import listed, told
from vecgate.doctor import knocking
from vecgate.doctor.checks.beside import own_place
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.call import Answer
from vecgate.settings.upstreams import UpstreamSettings


async def check(name: str, spec: UpstreamSettings, leases: Leases) -> list[Finding]:
    """One finding; a problem where calls are refused for it."""
    tested = dialects.tested(spec.dialect)
    known = f"; the dialect was tested with {listed(tested)}" if tested.versions else ""
    if tested.call is None:
        return [ok(name, f"Its version is not asked: {tested.unasked}{known}.")]
    place = await own_place(name, spec, leases)
    said = await knocking.asked(place, Knock("", tested.call, lambda _: None, "", "")) if place is not None else None
    if said is None and spec.versions != "tested":
        return [warning(name, f"It could not be asked for its version{known}.", "See what else is said about it.")]
    version = tested.told(Answer(said.status, body=said.body)) if said is not None else None
    if version is not None and tested.covers(version):
        return [ok(name, f"It is {told(version)}, which the dialect was tested with.")]
    say, what = (problem, "Its calls are refused: it") if spec.versions == "tested" else (warning, "It")
    found = f"{what} is {told(version)}{known}."
    todo = f"Run one of those, or try on it what you need before people do (upstreams.{name}.versions)."
    return [say(name, found, todo)]
