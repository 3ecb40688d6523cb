"""Under which circumstances is this call made? For rules that ask for them; looked at only where one does."""

import time
from ipaddress import ip_address, ip_network

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.inlets import dotted
from vecgate.gate import Gate
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import CallRefused

_FORWARDED = "x-forwarded-for"


def circumstances(
    gate: Gate, exchange: Exchange, records: int | None = None, policies: PolicySet | None = None
) -> Circumstances:
    """As they are at this moment: a call that waited is decided on anew. `records`: how many it was found to touch.

    `policies`: which ask for them, if not those in use.
    """
    policies = policies or gate.policies.current
    if not policies.conditional:
        return UNKNOWN
    named = fields(gate, exchange) if "fields" in policies.needs else None
    return Circumstances(time.time(), source(gate, exchange), named, records)


def source(gate: Gate, exchange: Exchange) -> str | None:
    """The client's address: the other end of the connection. Only of a proxy that the settings trust is it believed
    whom it speaks for; None where what it says cannot be read.
    """
    trusted = [ip_network(one) for one in gate.settings.listen.proxies]
    said = [value for name, value in exchange.raw.headers if name.lower() == _FORWARDED] if trusted else []
    hops = [hop.strip() for value in said for hop in value.split(",")]
    try:
        found = ip_address(exchange.client)
        while hops and any(found in network for network in trusted):
            found = ip_address(hops.pop())
    except ValueError:
        return None
    return str(found)


def fields(gate: Gate, exchange: Exchange) -> tuple[str, ...] | None:
    """Every field of what is stored that the call names, by its keys with dots; None where they cannot be told."""
    call, operation = exchange.call or exchange.asked, exchange.operation
    if call is None or operation is None:
        return None
    try:
        return dotted(gate.dialect(need(exchange.upstream)).fields(call, operation))
    except (CallRefused, ValueError):
        return None
