"""Can this database be reached around the gateway? Every port it is known to open is tried without a credential.

From this host: a firewall may treat other hosts differently, in both directions.
"""

import asyncio
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from vecgate import dialects
from vecgate.dialects import Port
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.doctor.reach import Does, Door, Seen, look
from vecgate.domain.upstream import Upstream
from vecgate.egress.upstreams import Registry
from vecgate.settings.upstreams import UpstreamSettings

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def ports(dialect: str) -> tuple[Port, ...]:
    """The ports that a database opens by itself."""
    return dialects.kind(dialect).ports if dialect in dialects.names() else ()


async def check(
    name: str, spec: UpstreamSettings, gateway_ca: x509.Certificate | None, more: tuple[int, ...] = ()
) -> list[Finding]:
    """Tries the database's own port, the places clients name, its dialect's known ports and `more`."""
    tried = list(doors(name, spec, more))
    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(look(door)) for door, _ in tried]
    seen = [(door, what, task.result()) for (door, what), task in zip(tried, looks, strict=True)]
    closed = [door for door, _, found in seen if found.does is Does.CLOSED]
    findings = [_judge(name, door, what, found, gateway_ca) for door, what, found in seen if door not in closed]
    if closed:
        places = ", ".join(f"{door.host}:{door.port}" for door in closed)
        findings.append(ok(name, f"From this host nobody answers at {places}."))
    return findings


def doors(name: str, spec: UpstreamSettings, more: tuple[int, ...]) -> Iterator[tuple[Door, str]]:
    """Where it may be found: the addresses in the settings, and on those hosts its dialect's known ports and `more`."""
    upstream = next(iter(Registry({name: spec})))
    known = {port.number: port for port in ports(spec.dialect)}
    places = dict.fromkeys(
        (*_named(spec, upstream), *((h, p) for h in _hosts(spec, upstream) for p in (*known, *more)))
    )
    sni = spec.server_name or urlsplit(spec.url).hostname or ""
    for host, number in places:
        port = known.get(number)
        what = port.what if port else "the port it is registered with" if number not in more else "the port you named"
        yield Door(host, number, sni, port.path if port else "/"), what


def own_address(spec: UpstreamSettings) -> tuple[str, int]:
    """Where the gateway sends to."""
    url = urlsplit(spec.url)
    return url.hostname or "", url.port or (443 if url.scheme == "https" else 80)


def _named(spec: UpstreamSettings, upstream: Upstream) -> Iterator[tuple[str, int]]:
    yield own_address(spec)
    yield from sorted(upstream.destinations)


def _hosts(spec: UpstreamSettings, upstream: Upstream) -> list[str]:
    return list(dict.fromkeys(host for host, _ in _named(spec, upstream)))


def _judge(name: str, door: Door, what: str, seen: Seen, gateway_ca: x509.Certificate | None) -> Finding:
    place = f"{door.host}:{door.port} ({what})"
    if gateway_ca is not None and _is_ours(seen.certificate, gateway_ca):
        return ok(name, f"{place} leads to the gateway itself.")
    match seen.does:
        case Does.GUARDED:
            return ok(name, f"{place} demands a client certificate.")
        case Does.LOGIN:
            said = "answers without a client certificate and asks for a login of its own"
            return warning(
                name, f"{place} {said}.", f"Keys that people still have work around the gateway. {_close(door)}"
            )
        case Does.UNCLEAR:
            said = "takes connections without a client certificate, and it cannot be told what it demands"
            return warning(name, f"{place} {said}.", f"Look at it by hand. {_close(door)}")
        case _:
            how = "in the clear " if seen.does is Does.CLEAR else ""
            return problem(name, f"{place} answers anyone {how}without a credential, around the gateway.", _close(door))


def _close(door: Door) -> str:
    bound = "a network namespace" if door.host in _LOOPBACK else "bind it to the loopback"
    return (
        f"Let {door.host} take connections on port {door.port} only over TLS with a client certificate of the "
        f"gateway's PKI, or close the port to everyone (firewall, NetworkPolicy, or {bound})."
    )


def _is_ours(certificate: bytes, gateway_ca: x509.Certificate) -> bool:
    try:
        x509.load_der_x509_certificate(certificate).verify_directly_issued_by(gateway_ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
