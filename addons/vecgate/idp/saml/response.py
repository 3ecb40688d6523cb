"""Whom does a response of the identity provider log in? Every word that counts is read from what was signed.

SAML 2.0 core and profiles (4.1.4.2, 4.1.4.3): one assertion, for us alone, to this address, in answer to one request of
ours, now, about one person by a name that lasts. What it says beyond is not read; what cannot be read is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from vecgate.idp.saml import document
from vecgate.idp.saml.document import ASSERTION, PROTOCOL, Element, children, only, words
from vecgate.idp.saml.refused import SamlRefused
from vecgate.idp.saml.signatures import Signatures
from vecgate.idp.told import Saml

P: Final = f"{{{PROTOCOL}}}"
A: Final = f"{{{ASSERTION}}}"
_SIGNATURE: Final = f"{{{document.SIGNATURE}}}Signature"
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_ENTITY: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
_PASSING: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_CONTEXTS: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
#: How somebody logged in there, in the words of RFC 8176.
_AMR: Final = {
    f"{_CONTEXTS}Password": ("pwd",),
    f"{_CONTEXTS}PasswordProtectedTransport": ("pwd",),
    f"{_CONTEXTS}X509": ("hwk",),
    f"{_CONTEXTS}TLSClient": ("hwk",),
    f"{_CONTEXTS}SmartcardPKI": ("sc",),
    f"{_CONTEXTS}TimeSyncToken": ("otp",),
    f"{_CONTEXTS}MobileTwoFactorContract": ("mfa",),
    "https://refeds.org/profile/mfa": ("mfa",),
}
#: No message is older when it comes, in seconds, whatever it says itself.
_OLDEST: Final = 600.0
_MOST_GROUPS: Final = 500


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a good response says. `ends`: when the provider's session does; `until`: when the assertion does."""

    assertion: str
    answers: str
    user: str
    groups: tuple[str, ...]
    amr: tuple[str, ...]
    at: float
    until: float
    ends: float | None
    name: str
    index: str


class Responses:
    """Reads them. `here`: the address they are sent to, and who we are. Clock: seconds since the epoch."""

    def __init__(self, told: Saml, us: str, here: str, signatures: Signatures, now: Callable[[], float]) -> None:
        self._told, self._us, self._here, self._signatures, self._now = told, us, here, signatures, now

    def read(self, text: str) -> Asserted:
        """Raises SamlRefused."""
        root = document.read(document.decoded(text))
        if root.tag != f"{P}Response":
            raise SamlRefused("saml.shape")
        _one_assertion(root)
        response, assertion = self._signatures.signed(root, ".", f"{A}Assertion")
        answers = self._response(response, assertion)
        return self._assertion(assertion, answers)

    def _response(self, response: Element, assertion: Element) -> str:
        if {one.tag for one in response} != {f"{A}Issuer", f"{P}Status", f"{A}Assertion"}:
            raise SamlRefused("saml.shape")  # its own signature is no part of what it signed
        self.head(response)
        if response.get("Destination") != self._here:
            raise SamlRefused("saml.destination")
        status = only(only(response, f"{P}Status"), f"{P}StatusCode")
        if status.get("Value") != _SUCCESS or len(status):
            raise SamlRefused("saml.status")
        inside = only(response, f"{A}Assertion", "saml.assertions")
        if inside.get("ID") != assertion.get("ID"):
            raise SamlRefused("saml.reference")
        return _answered(response)

    def _assertion(self, assertion: Element, answers: str) -> Asserted:
        self.head(assertion)
        names = ("Issuer", "Subject", "Conditions", "AuthnStatement", "AttributeStatement")
        if {one.tag for one in assertion} - {f"{A}{name}" for name in names}:
            raise SamlRefused("saml.shape")
        subject = only(assertion, f"{A}Subject", "saml.subject")
        until = min(self._confirmed(subject, answers), self._conditions(only(assertion, f"{A}Conditions")))
        name_id = only(subject, f"{A}NameID", "saml.subject")
        attributes = _attributes(assertion)
        at, ends, index, amr = self._authenticated(only(assertion, f"{A}AuthnStatement", "saml.context"))
        return Asserted(
            assertion=assertion.get("ID", ""),
            answers=answers,
            user=self._user(name_id, attributes),
            groups=_distinct(_values(attributes, self._told.groups)),
            amr=amr,
            at=at,
            until=until,
            ends=ends,
            name=words(name_id, "saml.subject"),
            index=index,
        )

    def head(self, element: Element) -> None:
        """What each message begins with."""
        if element.get("Version") != "2.0":
            raise SamlRefused("saml.version")
        issuer = only(element, f"{A}Issuer", "saml.issuer")
        if words(issuer, "saml.issuer") != self._told.entity or issuer.get("Format", _ENTITY) != _ENTITY:
            raise SamlRefused("saml.issuer")
        issued, now = moment(element, "IssueInstant"), self._now()
        if issued > now + self._told.leeway:
            raise SamlRefused("saml.early")
        if issued < now - _OLDEST:
            raise SamlRefused("saml.expired")

    def _within(self, element: Element, *, must_end: bool) -> float:
        """Until when it counts. Raises SamlRefused."""
        now, leeway = self._now(), self._told.leeway
        if element.get("NotBefore") is not None and moment(element, "NotBefore") > now + leeway:
            raise SamlRefused("saml.early")
        if element.get("NotOnOrAfter") is None:
            if must_end:
                raise SamlRefused("saml.shape")
            return now + _OLDEST
        end = moment(element, "NotOnOrAfter")
        if now >= end + leeway:
            raise SamlRefused("saml.expired")
        return end

    def _confirmed(self, subject: Element, answers: str) -> float:
        if {one.tag for one in subject} - {f"{A}NameID", f"{A}SubjectConfirmation"}:
            raise SamlRefused("saml.subject")
        how = only(subject, f"{A}SubjectConfirmation", "saml.method")
        if how.get("Method") != _BEARER or [one.tag for one in how] != [f"{A}SubjectConfirmationData"]:
            raise SamlRefused("saml.method")
        data = how[0]
        if data.get("Recipient") != self._here:
            raise SamlRefused("saml.recipient")
        if data.get("InResponseTo") != answers:
            raise SamlRefused("saml.unsolicited")
        return self._within(data, must_end=True)

    def _conditions(self, conditions: Element) -> float:
        known = {f"{A}AudienceRestriction", f"{A}OneTimeUse"}
        if {one.tag for one in conditions} - known:  # what is not understood may be a condition that does not hold
            raise SamlRefused("saml.shape")
        restriction = only(conditions, f"{A}AudienceRestriction", "saml.audience")
        if [(one.tag, words(one, "saml.audience")) for one in restriction] != [(f"{A}Audience", self._us)]:
            raise SamlRefused("saml.audience")
        return self._within(conditions, must_end=True)

    def _authenticated(self, statement: Element) -> tuple[float, float | None, str, tuple[str, ...]]:
        """When, until when, in which session of the provider, and how."""
        at, now = moment(statement, "AuthnInstant"), self._now()
        if at > now + self._told.leeway:
            raise SamlRefused("saml.early")
        ends = moment(statement, "SessionNotOnOrAfter") if statement.get("SessionNotOnOrAfter") else None
        if ends is not None and ends <= now:
            raise SamlRefused("saml.expired")
        context = only(statement, f"{A}AuthnContext", "saml.context")
        said = children(context, f"{A}AuthnContextClassRef")
        return at, ends, statement.get("SessionIndex", ""), _AMR.get(words(said[0]), ()) if said else ()

    def _user(self, name_id: Element, attributes: dict[str, Element]) -> str:
        if self._told.user != "NameID":
            found = _values(attributes, self._told.user)
            if len(found) != 1:
                raise SamlRefused("saml.subject")
            return found[0]
        # A name of a realm of its own might be anybody's in ours; one that passes is a new person each time.
        if name_id.get("NameQualifier", self._told.entity) != self._told.entity or name_id.get("Format") == _PASSING:
            raise SamlRefused("saml.subject")
        return words(name_id, "saml.subject")


def _one_assertion(root: Element) -> None:
    named = [str(etree.QName(one).localname) for one in root.iter()]
    if named.count("Assertion") != 1 or "EncryptedAssertion" in named or len(children(root, f"{A}Assertion")) != 1:
        raise SamlRefused("saml.assertions")
    allowed = {f"{A}Issuer", _SIGNATURE, f"{P}Status", f"{A}Assertion"}
    if any(one.tag not in allowed for one in root) or named.count("Response") != 1:
        raise SamlRefused("saml.shape")


def _answered(element: Element) -> str:
    answers: str = element.get("InResponseTo", "")
    if not answers:
        raise SamlRefused("saml.unsolicited")
    return answers


def moment(element: Element, name: str) -> float:
    """A time that an attribute says. Raises SamlRefused."""
    text = element.get(name, "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SamlRefused("saml.shape") from None
    if found.tzinfo is None or "T" not in text:
        raise SamlRefused("saml.shape")
    return found.timestamp()


def _attributes(assertion: Element) -> dict[str, Element]:
    """By name, each once. Raises SamlRefused."""
    found: dict[str, Element] = {}
    for statement in children(assertion, f"{A}AttributeStatement"):
        for one in statement:
            name = one.get("Name", "")
            if one.tag != f"{A}Attribute" or not name or name in found:
                raise SamlRefused("saml.shape")
            found[name] = one
    return found


def _values(attributes: dict[str, Element], name: str) -> list[str]:
    """Of one of them; what others hold (photos, addresses, ids in XML) is not read. Raises SamlRefused."""
    values = children(attributes[name], f"{A}AttributeValue") if name in attributes else []
    return [words(value) for value in values if len(value) or value.text]


def _distinct(groups: list[str]) -> tuple[str, ...]:
    if len(groups) > _MOST_GROUPS:
        raise SamlRefused("saml.shape")
    return tuple(dict.fromkeys(groups))
