"""A SAML identity provider's words, signed by signxml: good ones, and each of their parts otherwise."""

import base64
import datetime
import re
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.signer import XMLSigner

ENTITY: Final = "https://idp.example/saml"
SSO: Final = "https://idp.example/sso"
SLO: Final = "https://idp.example/slo"
BASE: Final = 1_800_000_000.0
_NS: Final = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
    'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
)
_PLACE: Final = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'
_NAME: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PASSWORD: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


def at(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Signer:
    """A key and its certificate."""

    key: Any = field(repr=False)
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def private(self) -> bytes:
        """Its key (PEM), for a real provider to sign with."""
        form = serialization.PrivateFormat.PKCS8
        return bytes(self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))


def signer(kind: str = "ec", since: float = BASE - 86400, until: float = BASE + 10 * 365 * 86400) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, int(kind))
    return _certified(key, since, until)


def renew(old: Signer) -> Signer:
    """The same key in a certificate that is good now."""
    return _certified(old.key, BASE - 86400, BASE + 10 * 365 * 86400)


def _certified(key: Any, since: float, until: float) -> Signer:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(datetime.datetime.fromtimestamp(since, datetime.UTC))
    made = made.not_valid_after(datetime.datetime.fromtimestamp(until, datetime.UTC))
    return Signer(key, made.sign(key, hashes.SHA256()))


def sign(text: str, by: Signer, **how: Any) -> str:
    """The same, its placeholder filled by a signature of the root."""
    root = etree.fromstring(text.encode())
    method = "ecdsa-sha256" if isinstance(by.key, ec.EllipticCurvePrivateKey) else "rsa-sha256"
    tool = XMLSigner(signature_algorithm=method, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    told = {"reference_uri": f"#{root.get('ID')}", "id_attribute": "ID"} | how
    return etree.tostring(tool.sign(root, key=by.key, cert=[by.certificate], **told)).decode()


@dataclass
class Saying:
    """What a provider says of somebody. Any part can be changed; None leaves an attribute out."""

    us: str
    here: str
    answers: str | None = "_request-0123456789"
    now: float = BASE
    user: str = "alice@example.com"
    format: str = _NAME
    groups: tuple[str, ...] = ("analysts", "support")
    entity: str = ENTITY
    response_entity: str = ENTITY
    audience: str | None = None
    recipient: str | None = None
    destination: str | None = None
    confirmed_for: str | None = None
    method: str = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    version: str = "2.0"
    issued: float = 0.0
    begins: float = -5.0
    ends: float = 300.0
    confirmed_until: float = 300.0
    session: float | None = 3600.0
    authenticated: float = -3.0
    context: str = PASSWORD
    more: str = ""
    in_conditions: str = ""
    in_response: str = ""
    id: str = "_assertion-0123456789"
    response_id: str = "_response-0123456789"
    sign_assertion: bool = True
    sign_response: bool = True

    def assertion(self, by: Signer, **how: Any) -> str:
        session = f' SessionNotOnOrAfter="{at(self.now + self.session)}"' if self.session is not None else ""
        confirmed = self.confirmed_for if self.confirmed_for is not None else self.answers
        answers = f' InResponseTo="{confirmed}"' if confirmed else ""
        groups = "".join(f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in self.groups)
        text = (
            f'<saml:Assertion {_NS} ID="{self.id}" Version="{self.version}" IssueInstant="{at(self.now + self.issued)}">'
            f"<saml:Issuer>{self.entity}</saml:Issuer>{_PLACE if self.sign_assertion else ''}"
            f'<saml:Subject><saml:NameID Format="{self.format}">{self.user}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="{self.method}"><saml:SubjectConfirmationData '
            f'NotOnOrAfter="{at(self.now + self.confirmed_until)}" Recipient="{self.recipient or self.here}"{answers}/>'
            "</saml:SubjectConfirmation></saml:Subject>"
            f'<saml:Conditions NotBefore="{at(self.now + self.begins)}" NotOnOrAfter="{at(self.now + self.ends)}">'
            f"<saml:AudienceRestriction><saml:Audience>{self.audience or self.us}</saml:Audience>"
            f"</saml:AudienceRestriction>{self.in_conditions}</saml:Conditions>"
            f'<saml:AuthnStatement AuthnInstant="{at(self.now + self.authenticated)}" SessionIndex="_s1"{session}>'
            f"<saml:AuthnContext><saml:AuthnContextClassRef>{self.context}</saml:AuthnContextClassRef></saml:AuthnContext>"
            "</saml:AuthnStatement><saml:AttributeStatement>"
            f'<saml:Attribute Name="groups">{groups}</saml:Attribute></saml:AttributeStatement>{self.more}</saml:Assertion>'
        )
        return sign(text, by, **how) if self.sign_assertion else text

    def response(self, by: Signer, assertion: str | None = None, **how: Any) -> str:
        answers = f' InResponseTo="{self.answers}"' if self.answers else ""
        text = (
            f'<samlp:Response {_NS} ID="{self.response_id}" Version="{self.version}" '
            f'IssueInstant="{at(self.now + self.issued)}" Destination="{self.destination or self.here}"{answers}>'
            f"<saml:Issuer>{self.response_entity}</saml:Issuer>{_PLACE if self.sign_response else ''}"
            f'<samlp:Status><samlp:StatusCode Value="{self.status}"/></samlp:Status>{self.in_response}'
            f"{self.assertion(by) if assertion is None else assertion}</samlp:Response>"
        )
        return sign(text, by, **how) if self.sign_response else text


def logout(
    by: Signer, here: str, *, name: str = "alice@example.com", index: str = "", now: float = BASE, **over: Any
) -> str:
    """A logout request."""
    told = {"id": "_logout-0123456789", "entity": ENTITY, "destination": here, "signed": True} | over
    text = (
        f'<samlp:LogoutRequest {_NS} ID="{told["id"]}" Version="2.0" IssueInstant="{at(now)}" '
        f'Destination="{told["destination"]}"><saml:Issuer>{told["entity"]}</saml:Issuer>{_PLACE if told["signed"] else ""}'
        f'<saml:NameID Format="{_NAME}">{name}</saml:NameID>'
        f"{f'<samlp:SessionIndex>{index}</samlp:SessionIndex>' if index else ''}</samlp:LogoutRequest>"
    )
    return sign(text, by) if told["signed"] else text


def packed(text: str | bytes) -> str:
    """As a form brings it."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def part(text: str, name: str) -> str:
    """The first element of that name, as it stands."""
    found = re.search(rf"<((?:\w+:)?{name})\b.*?</\1>", text, re.DOTALL)
    assert found, name
    return found[0]
