"""Does the gateway get into its database? A lease of its own, the database's certificate, and its answer to both."""

import asyncio
import ssl
from collections.abc import Iterator
from typing import Final

from cryptography import x509

from vecgate import dialects
from vecgate.credentials import kinds
from vecgate.credentials.leases import Leases
from vecgate.doctor import certificate
from vecgate.doctor.checks.around import own_address
from vecgate.doctor.fetch import why
from vecgate.doctor.finding import Finding, ok, problem, warning
from vecgate.domain.call import Call
from vecgate.domain.lease import ClientCertificate, Headers, Material, Signature
from vecgate.egress.upstreams import Registry
from vecgate.parsing import http1
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import NotVouched, Unavailable, VaultDenied
from vecgate.settings.plugins import IN_THE_CLEAR, clear
from vecgate.settings.upstreams import UpstreamSettings

_SOON: Final = 14 * certificate.DAY
_SECONDS: Final = 5.0
#: A lease that is longer, in seconds, is no short-lived one.
_LONG: Final = 3600
_ROOT: Final = Call("GET", "/")
_ANSWERS: Final = "It takes {whose} credential and answers."


def mistakes(name: str, spec: UpstreamSettings) -> Iterator[str]:
    """What names something that there is not, or a place that is none: the gateway does not start with it."""
    for load, word in ((dialects.load, spec.dialect), (kinds.load, spec.credential.kind)):
        try:
            load(word)
        except LookupError as e:
            yield f"upstreams.{name}: {e}"
    if clear(spec):
        yield f"upstreams.{name}.url: {IN_THE_CLEAR}"
    if spec.versions == "tested" and (why_not := dialects.tested(spec.dialect).unasked):
        yield f"upstreams.{name}.versions: {why_not}"
    try:
        why = kinds.load(spec.credential.kind).unfit(spec, dialects.kind(spec.dialect).ways)
    except LookupError:
        why = None  # said already
    if why is not None:
        yield f"upstreams.{name}.credential: {spec.credential.kind!r} {why}"
    try:
        Registry({name: spec})
    except ValueError:
        yield f"upstreams.{name}.destinations: each is 'address:port'"


async def check(name: str, spec: UpstreamSettings, leases: Leases, now: float) -> list[Finding]:
    """Needs OpenBao for the lease; without one only the certificate is looked at."""
    try:
        trusting(spec.ca)
    except OSError as e:
        said = f"The CA file {spec.ca} cannot be used: {e.strerror or type(e).__name__}."
        return [problem(name, said, f"Put the CA of the database's certificate there (upstreams.{name}.ca).")]
    findings, shown = await _lease(name, spec, leases)
    if spec.credential.ttl > _LONG:
        said = f"Its leases are good for {spec.credential.ttl / 3600:g} hours (credential.ttl)."
        findings.append(warning(name, said, "Give them minutes, an hour at most: not every kind can be called back."))
    whose = None if shown is None else "the gateway's"
    return [*findings, *await connect(name, spec, shown, now, whose, _question(spec))]


def _question(spec: UpstreamSettings) -> Call:
    """What the gateway itself asks, too: many databases answer anybody at their root."""
    dialect = dialects.load(spec.dialect)
    return next(iter(dialect.inventory(dialect.home[0]) or ()), _ROOT)


async def _lease(name: str, spec: UpstreamSettings, leases: Leases) -> tuple[list[Finding], Material | None]:
    kind = kinds.load(spec.credential.kind)
    role = f"role {spec.credential.gateway_role!r} {kind.place(spec.credential)}"
    try:
        lease = await leases.own(name)
    except Unavailable as e:
        said = f"No credential of the gateway's own could be asked for ({e})."
        try:
            await leases.try_word()
        except (Unavailable, VaultDenied):
            return [warning(name, said, "See what is said about OpenBao; then run this again.")], None
        return [problem(name, said, kind.denied)], None  # OpenBao is there: it is about what it gives
    except NotVouched as e:
        said = f"OpenBao does not take the gateway's word for its own credential ({e})."
        return [problem(name, said, "See what is said about the vouched login.")], None
    except VaultDenied as e:
        said = f"OpenBao does not issue the gateway's own credential ({e}): {role}."
        return [problem(name, said, kind.denied)], None
    return [ok(name, f"OpenBao issues the gateway's own credential: {role}.")], lease.material


async def connect(
    name: str, spec: UpstreamSettings, shown: Material | None, now: float, whose: str | None, call: Call = _ROOT
) -> list[Finding]:
    """Its certificate, and in the end what it says to a credential; `whose`: None where none is shown."""
    host, port = own_address(spec)
    place, sni = f"{host}:{port}", spec.server_name or host
    keys = shown.pairs if isinstance(shown, Headers) else ()
    if isinstance(shown, Signature):
        keys = shown.sign(call.method, sni, call.path, call.body).pairs
    try:
        context = shown.context if isinstance(shown, ClientCertificate) else trusting(spec.ca)
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=sni)
    except ssl.SSLCertVerificationError as e:
        todo = f"Give upstreams.{name}.ca the CA that signs it, and upstreams.{name}.server_name a name it carries."
        return [problem(name, f"The certificate at {place} does not verify for {sni!r}: {e.verify_message}.", todo)]
    except OSError as e:
        todo = "Start the database, or correct its url; check the firewall between it and this host."
        return [problem(name, f"It cannot be reached at {place}: {why(e)}.", todo)]
    try:
        peer = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        found = x509.load_der_x509_certificate(peer)
        findings = [certificate.life(name, "Its certificate", found, now, "Renew it.", soon=_SOON)]
        findings += certificate.strength(name, "Its certificate", found, "Renew it with a stronger one.")
        if whose is not None:
            heads = (("Host", sni), ("Connection", "close"), *call.headers, *keys)
            hello = http1.request(call.method, call.path, heads, call.body)
            greeted = await _greet(name, hello, whose, reader, writer)
            findings.append(_other(name, spec, call, whose) if greeted is None else greeted)
    finally:
        writer.transport.abort()  # at once: no good-bye is waited for
    return findings


async def _greet(
    name: str, request: bytes, whose: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Finding | None:
    """None: it knows nothing of what it was asked."""
    writer.write(request)
    try:
        async with asyncio.timeout(_SECONDS):
            answered = await reader.read(64)
    except OSError as e:
        todo = "Let the database trust the CA of the PKI that issues it, and no other."
        return problem(name, f"It does not take {whose} credential: {why(e)}.", todo)
    if not answered:
        return problem(name, "It closes the connection without an answer.", "Look into the database's log.")
    if answered.split(b" ")[1:2] == [b"401"]:
        todo = "Let the database know that key, or who issues it."
        return problem(name, f"It does not take {whose} credential: it asks for another.", todo)
    if answered.split(b" ")[1:2] == [b"403"]:
        todo = "Give its role there the right to look up collections: what is asked of them needs it."
        return warning(
            name, f"It takes {whose} credential, but does not let it look up what the gateway must know.", todo
        )
    if answered.split(b" ")[1:2] in ([b"404"], [b"405"]):
        return None
    return ok(name, _ANSWERS.format(whose=whose))


def _other(name: str, spec: UpstreamSettings, call: Call, whose: str) -> Finding:
    """Of one that knows nothing of a route: at the root that means nothing, elsewhere it may be another database."""
    if call is _ROOT:
        return ok(name, _ANSWERS.format(whose=whose))
    said = f"It takes {whose} credential, but knows no {call.method} {call.path}, as a {spec.dialect} does."
    todo = f"Look whether that database, in a tested version, is what runs at its url (upstreams.{name}.dialect)."
    return warning(name, said, todo)
