"""Why was an assertion, or a logout, not believed? One code for each reason: for its person, and in the log."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "saml.unreadable": "It is not base64 of one well-formed UTF-8 document of the size that is read.",
        "saml.doctype": "It has a DOCTYPE, or entities.",
        "saml.comment": "It has a comment or a processing instruction, which can part a name in two.",
        "saml.shape": "It is not built as a response (or logout request): an unknown, missing or repeated element.",
        "saml.assertions": "It has not exactly one assertion in the clear.",
        "saml.ids": "An ID is missing, is none, or stands twice.",
        "saml.signatures": "There is not exactly one signature on the response and one on its assertion, and no other.",
        "saml.reference": "A signature is not of the element that it stands in, or goes through other transforms.",
        "saml.algorithm": "A signature or digest is not RSA or ECDSA with SHA-256 over exclusive canonical XML.",
        "saml.key": "A signature is not by one of the certificates that are pinned.",
        "saml.certificate": "The certificate that signed is not valid now.",
        "saml.version": "It is not SAML 2.0.",
        "saml.issuer": "Another provider says so than the one that is trusted.",
        "saml.status": "The provider did not log anybody in.",
        "saml.destination": "It was sent to another address.",
        "saml.recipient": "Its confirmation is for another address.",
        "saml.audience": "Its audience is not this service alone.",
        "saml.method": "Its subject is not confirmed as a bearer, once.",
        "saml.subject": "It does not name a person in a way that lasts.",
        "saml.unsolicited": "It does not answer a request of ours, or one that was answered already.",
        "saml.replayed": "The same assertion, or logout request, came before.",
        "saml.early": "It is not valid yet; or its clock is ahead.",
        "saml.expired": "Its time has passed.",
        "saml.context": "It does not say when and how its person was authenticated.",
        "saml.browser": "Another browser began that login.",
    }
)


class SamlRefused(Exception):
    """`code` is one of CODES. Nothing of what was sent is in its words."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{CODES[code]} {detail}".strip())
