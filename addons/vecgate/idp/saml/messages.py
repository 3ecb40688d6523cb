"""What do we say to the identity provider? Who we are (metadata), a request to log in, and an answer to a logout.

All of it goes by redirect, unsigned: nothing of it is secret, and what is asked for is held to the answer.
"""

import base64
import secrets
import zlib
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

_P: Final = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
_A: Final = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
_POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def new_id() -> str:
    """Of a request: not to be guessed."""
    return f"_{secrets.token_hex(20)}"


def metadata(us: str, here: str, logout: str) -> str:
    """What an operator gives to the provider."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID={quoteattr(us)}>'
        '<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<md:SingleLogoutService Binding="{_POST}" Location={quoteattr(logout)}/>'
        "<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>"
        f'<md:AssertionConsumerService Binding="{_POST}" Location={quoteattr(here)} index="0" isDefault="true"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>\n"
    )


def login(sso: str, name: str, us: str, here: str, now: float) -> str:
    """Where a browser goes to log in there."""
    text = (
        f'<samlp:AuthnRequest {_P} {_A} ID="{name}" Version="2.0" IssueInstant="{_instant(now)}" '
        f"Destination={quoteattr(sso)} AssertionConsumerServiceURL={quoteattr(here)} "
        f'ProtocolBinding="{_POST}"><saml:Issuer>{_escaped(us)}</saml:Issuer></samlp:AuthnRequest>'
    )
    return _address(sso, "SAMLRequest", text)


def logged_out(slo: str, answers: str, us: str, now: float, state: str) -> str:
    """Where a browser goes on to, after a logout that the provider asked for."""
    text = (
        f'<samlp:LogoutResponse {_P} {_A} ID="{new_id()}" Version="2.0" IssueInstant="{_instant(now)}" '
        f"Destination={quoteattr(slo)} InResponseTo={quoteattr(answers)}><saml:Issuer>{_escaped(us)}</saml:Issuer>"
        '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        "</samlp:LogoutResponse>"
    )
    return _address(slo, "SAMLResponse", text, RelayState=state)


def _address(base: str, kind: str, text: str, **more: str) -> str:
    packed = zlib.compress(text.encode(), 9)[2:-4]  # DEFLATE without its zlib frame (SAML bindings 3.4.4.1)
    said = {kind: base64.b64encode(packed).decode()} | {name: value for name, value in more.items() if value}
    return f"{base}?{urlencode(said)}"


def _instant(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _escaped(text: str) -> str:
    return quoteattr(text)[1:-1]
