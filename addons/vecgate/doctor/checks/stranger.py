"""Does the database let in whoever shows any certificate at all? One is made up, in the gateway's name."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vecgate.credentials import kinds
from vecgate.credentials.kinds.vault_pki.kind import readable_once
from vecgate.credentials.vouching import GATEWAY_NAME
from vecgate.doctor.checks import upstream
from vecgate.doctor.finding import Finding, Level, ok, problem
from vecgate.domain.lease import ClientCertificate
from vecgate.parsing.tls import trusting
from vecgate.settings.upstreams import UpstreamSettings

_HOUR = datetime.timedelta(hours=1)


async def check(name: str, spec: UpstreamSettings, now: float) -> list[Finding]:
    """Says nothing where none is wanted, nor where it cannot be tried: the gateway's own try tells why."""
    if not spec.url.startswith("https:") or kinds.load(spec.credential.kind).shows is not ClientCertificate:
        return []
    try:
        context = trusting(spec.ca)
    except OSError:
        return []
    with readable_once(_made_up(now)) as path:
        context.load_cert_chain(path)
    said = (await upstream.connect(name, spec, ClientCertificate(context), now, "a stranger's"))[-1]
    if said.level is Level.OK and "takes a stranger's" in said.found:
        todo = "Let it trust the CA of the gateway's own PKI for clients, and no other, and have it verify."
        return [problem(name, "It takes a certificate that anybody can make.", todo)]
    return [ok(name, "It does not take a certificate that somebody made up.")] if "does not take" in said.found else []


def _made_up(now: float) -> str:
    """A client certificate and its key, signed by nobody but itself, as PEM."""
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.fromtimestamp(now, datetime.UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, GATEWAY_NAME)])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _HOUR)
        .not_valid_after(at + _HOUR)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + made.public_bytes(serialization.Encoding.PEM)).decode()
