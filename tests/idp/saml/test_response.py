"""Which responses are believed? Good ones of three kinds of key; and the battery: each attack is refused by its name."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from support.logins import saml_stub
from support.logins.saml_stub import BASE, ENTITY, Saying, Signer, packed, part, renew, signer
from support.tools.every import every
from vecgate.idp.saml.refused import CODES, SamlRefused
from vecgate.idp.saml.response import Asserted, Responses
from vecgate.idp.saml.signatures import Signatures
from vecgate.idp.told import Saml

US: Final = "https://login.example/saml/metadata"
HERE: Final = "https://login.example/saml/acs"
IDP: Final = signer()
OTHER: Final = signer()
RSA: Final = signer("2048")
OLD: Final = signer(until=BASE - 60)


def reader(*pinned: Signer, **told: Any) -> Responses:
    section = Saml(entity=ENTITY, sso_url=saml_stub.SSO, certificates=(Path("unused.pem"),), **told)
    signatures = Signatures([one.certificate for one in pinned or (IDP,)], lambda: BASE)
    return Responses(section, US, HERE, signatures, lambda: BASE)


def said(**changed: Any) -> Saying:
    return Saying(US, HERE, **changed)


def refused(text: str | bytes, by: Responses | None = None) -> str:
    with pytest.raises(SamlRefused) as e:
        (by or reader()).read(packed(text))
    assert "alice" not in str(e.value)
    return e.value.code


@pytest.mark.parametrize("by", [IDP, RSA], ids=["ec", "rsa"])
def test_a_good_response_logs_in(by: Signer) -> None:
    found = reader(by).read(packed(said().response(by)))
    assert found == Asserted(
        assertion="_assertion-0123456789", answers="_request-0123456789", user="alice@example.com",
        groups=("analysts", "support"), amr=("pwd",), at=BASE - 3, until=BASE + 300, ends=BASE + 3600,
        name="alice@example.com", index="_s1",
    )  # fmt: skip


def test_during_a_rollover_either_certificate_counts() -> None:
    for by in (OTHER, IDP):
        assert reader(OTHER, IDP).read(packed(said().response(by))).user == "alice@example.com"


def test_a_signature_that_names_no_key_is_proven_by_those_that_are_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """XML signatures need no `KeyInfo` (XMLDSig 4.4); what one says is never a key to prove with."""
    sign = saml_stub.sign
    key = re.compile(r"<ds:KeyInfo>.*?</ds:KeyInfo>", re.DOTALL)
    monkeypatch.setattr(saml_stub, "sign", lambda text, by, **how: key.sub("", sign(text, by, **how), count=1))
    text = said().response(IDP)
    assert "KeyInfo" not in text
    assert reader(OTHER, IDP).read(packed(text)).user == "alice@example.com"
    assert refused(text, reader(OTHER, RSA)) == "saml.key"


_OTHERS = {
    "targeted id": '<saml:NameID NameQualifier="x" SPNameQualifier="y">of-ours</saml:NameID>',
    "photo": "/9j/" * 2000,
    "address": "Main Street 1\n12345 Town",
    "empty": "",
}


@every("value", list(_OTHERS))
def test_what_an_attribute_says_that_is_not_asked_for_does_not_matter(value: str) -> None:
    """As eduPersonTargetedID, jpegPhoto and postalAddress of real providers; where it is asked for, it does."""
    there = f"<saml:AttributeValue>{_OTHERS[value]}</saml:AttributeValue>"
    more = f'<saml:AttributeStatement><saml:Attribute Name="more">{there}</saml:Attribute></saml:AttributeStatement>'
    text = said(more=more).response(IDP)
    assert reader().read(packed(text)).user == "alice@example.com"
    if value == "empty":
        assert reader(groups="more").read(packed(text)).groups == ()
        assert refused(text, reader(user="more")) == "saml.subject"
    else:
        assert refused(text, reader(groups="more")) == "saml.shape"
        assert refused(text, reader(user="more")) == "saml.shape"


def test_a_name_and_groups_can_be_attributes() -> None:
    more = '<saml:AttributeStatement><saml:Attribute Name="uid"><saml:AttributeValue>al</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>'
    assert reader(user="uid").read(packed(said(more=more).response(IDP))).user == "al"
    assert refused(said().response(IDP), reader(user="uid")) == "saml.subject"


_TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_SAID: Final[list[tuple[str, dict[str, Any]]]] = [
    ("saml.recipient", {"recipient": "https://other.example/saml/acs"}),
    ("saml.recipient", {"recipient": f"{HERE}/"}),
    ("saml.audience", {"audience": "https://other.example"}),
    ("saml.audience", {"audience": US.upper()}),
    ("saml.audience", {"audience": f"{US}</saml:Audience><saml:Audience>https://other.example"}),
    ("saml.destination", {"destination": "https://other.example/saml/acs"}),
    ("saml.unsolicited", {"answers": None}),
    ("saml.unsolicited", {"confirmed_for": "_another-0123456789"}),
    ("saml.expired", {"ends": -31}),
    ("saml.expired", {"confirmed_until": -31}),
    ("saml.expired", {"issued": -601}),
    ("saml.expired", {"session": -1}),
    ("saml.early", {"begins": 31}),
    ("saml.early", {"issued": 31}),
    ("saml.early", {"authenticated": 31}),
    ("saml.issuer", {"entity": "https://evil.example"}),
    ("saml.issuer", {"response_entity": "https://evil.example"}),
    ("saml.status", {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}),
    ("saml.method", {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}),
    ("saml.version", {"version": "1.1"}),
    ("saml.subject", {"format": _TRANSIENT}),
    ("saml.subject", {"user": ""}),
    ("saml.subject", {"user": "<saml:X/>alice"}),
    ("saml.subject", {"user": "alice\u202eadmin"}),
    ("saml.subject", {"user": "x" * 1025}),
    ("saml.shape", {"groups": ("a\nb",)}),
    ("saml.shape", {"more": "<saml:AuthzDecisionStatement/>"}),
    ("saml.shape", {"in_conditions": "<saml:ProxyRestriction/>"}),
    ("saml.shape", {"in_response": "<samlp:Extensions/>"}),
    ("saml.signatures", {"sign_assertion": False}),
    ("saml.signatures", {"sign_response": False}),
    ("saml.signatures", {"sign_response": False, "sign_assertion": False}),
    ("saml.ids", {"id": "short"}),
]  # fmt: skip


@every("code, changed", _SAID)
def test_what_is_said_and_signed_is_still_refused(code: str, changed: dict[str, Any]) -> None:
    assert refused(said(**changed).response(IDP)) == code


# wrapping: a good response, taken apart and put together anew around what an attacker says


def forged(text: str) -> str:
    """The assertion, for somebody else, without a signature."""
    mine = part(text, "Assertion").replace("alice@", "admin@").replace("_assertion-", "_forgedone-")
    return re.sub(r"<ds:Signature.*?</ds:Signature>", "", mine, flags=re.DOTALL)


def signature(text: str) -> str:
    return part(text, "Signature")


def good() -> str:
    return said().response(IDP)


def _whole(text: str) -> str:
    """XSW1, 2: the response again, with another body, the signed one inside of (or beside) its signature."""
    evil = text.replace("_response-", "_forgedresp-", 1).replace(part(text, "Assertion"), forged(text))
    return evil


_WRAPPED: Final[dict[str, Callable[[str], str]]] = {
    "xsw1": lambda text: _whole(text).replace("</ds:Signature>", f"{text}</ds:Signature>", 1),
    "xsw2": lambda text: _whole(text).replace("<ds:Signature", f"{text}<ds:Signature", 1),
    "xsw3": lambda text: text.replace("<saml:Assertion", f"{forged(text)}<saml:Assertion", 1),
    "xsw4": lambda text: text.replace(
        part(text, "Assertion"), forged(text).replace("</saml:Assertion>", f"{part(text, 'Assertion')}</saml:Assertion>")
    ),
    "xsw5": lambda text: text.replace("alice@", "admin@").replace(
        "</samlp:Response>", f"{re.sub(r'<ds:Signature.*?</ds:Signature>', '', part(text, 'Assertion'))}</samlp:Response>"
    ),
    "xsw6": lambda text: text.replace("alice@", "admin@").replace(
        "</ds:Signature>", f"{re.sub(r'<ds:Signature.*?</ds:Signature>', '', part(text, 'Assertion'))}</ds:Signature>"
    ),
    "xsw7": lambda text: text.replace(
        "<saml:Assertion", f"<samlp:Extensions>{forged(text)}</samlp:Extensions><saml:Assertion", 1
    ),
    "xsw8": lambda text: text.replace(part(text, "Assertion"), forged(text)).replace(
        "</ds:Signature>", f"<ds:Object>{part(text, 'Assertion')}</ds:Object></ds:Signature>"
    ),
}  # fmt: skip


@every("name, wrap", list(_WRAPPED.items()))
def test_signature_wrapping_is_refused(name: str, wrap: Callable[[str], str]) -> None:
    text = wrap(good())
    assert "admin@" in text
    assert refused(text) in ("saml.assertions", "saml.signatures", "saml.ids")


def _twice(text: str) -> str:
    return text.replace("</ds:Signature>", f"</ds:Signature>{signature(text)}", 1)


_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"
_CHANGED: Final[list[tuple[str, str, Callable[[str], str]]]] = [
    ("saml.comment", "comment in the name", lambda t: t.replace("alice@", "alice@<!---->")),
    ("saml.comment", "instruction in the name", lambda t: t.replace("alice@", "alice@<?x?>")),
    ("saml.comment", "comment in front", lambda t: f"<!-- x -->{t}"),
    ("saml.doctype", "doctype", lambda t: f'<!DOCTYPE r [<!ENTITY x "y">]>{t}'),
    ("saml.doctype", "small doctype", lambda t: f"<!doctype r>{t}"),
    ("saml.doctype", "entity", lambda t: f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{t}'.replace("alice@", "&x;")),
    ("saml.unreadable", "entity without doctype", lambda t: t.replace("alice@", "&x;")),
    ("saml.unreadable", "cdata", lambda t: t.replace("alice@", "<![CDATA[alice@]]>")),
    ("saml.unreadable", "not xml", lambda t: t[:-5]),
    ("saml.unreadable", "nothing", lambda _t: " "),
    ("saml.unreadable", "too large", lambda t: t.replace("<saml:Issuer>", " " * 200_000 + "<saml:Issuer>", 1)),
    ("saml.assertions", "two", lambda t: t.replace("</samlp:Response>", f"{part(t, 'Assertion').replace('_assertion-', '_secondone-')}</samlp:Response>")),
    ("saml.ids", "the same twice", lambda t: t.replace("</samlp:Response>", f"{part(t, 'Assertion')}</samlp:Response>")),
    ("saml.assertions", "none", lambda t: t.replace(part(t, "Assertion"), "")),
    ("saml.assertions", "encrypted", lambda t: t.replace(part(t, "Assertion"), "<saml:EncryptedAssertion/>")),
    ("saml.shape", "too deep", lambda t: t.replace("alice@", "<x>" * 40 + "</x>" * 40)),
    ("saml.shape", "another root", lambda t: t.replace("samlp:Response", "samlp:ArtifactResponse")),
    ("saml.signatures", "two on one element", _twice),
    ("saml.signatures", "moved", lambda t: t.replace(signature(t), "", 1).replace("<samlp:Status>", f"<samlp:Status>{signature(t)}")),
    ("saml.signatures", "an object in it", lambda t: t.replace("</ds:Signature>", "<ds:Object/></ds:Signature>", 1)),
    ("saml.signatures", "of another namespace", lambda t: t.replace("alice@", '<x:Signature xmlns:x="urn:x"/>')),
    ("saml.signatures", "an empty one", lambda t: re.sub(r"<ds:SignatureValue>[^<]+", "<ds:SignatureValue>", t, count=1)),
    ("saml.signatures", "one without a value", lambda t: re.sub(r"<ds:SignatureValue>[^<]+</ds:SignatureValue>", "", t, count=1)),
    ("saml.key", "zeros", lambda t: re.sub(r"<ds:SignatureValue>[^<]+", "<ds:SignatureValue>" + "A" * 88, t, count=1)),
    ("saml.ids", "an object with the signed one", lambda t: t.replace("</ds:Signature>", f"<ds:Object>{part(t, 'Assertion')}</ds:Object></ds:Signature>", 1).replace("<ds:Object><saml:Assertion", "<ds:Object><saml:Advice", 1).replace("</saml:Assertion></ds:Object>", "</saml:Advice></ds:Object>", 1)),
    ("saml.assertions", "in its key info", lambda t: t.replace("<ds:KeyInfo>", f"<ds:KeyInfo>{forged(t)}", 1)),
    ("saml.assertions", "in what is signed", lambda t: t.replace("<ds:SignedInfo>", f"<ds:SignedInfo>{forged(t)}", 1)),
    ("saml.assertions", "in a transform", lambda t: t.replace('enveloped-signature"/>', f'enveloped-signature">{forged(t)}</ds:Transform>', 1)),
    ("saml.assertions", "in an advice", lambda t: t.replace("</saml:Assertion>", f"<saml:Advice>{forged(t)}</saml:Advice></saml:Assertion>")),
    ("saml.assertions", "in a value", lambda t: t.replace("analysts", forged(t))),
    ("saml.assertions", "in its status", lambda t: t.replace("<samlp:Status>", f"<samlp:Status><samlp:StatusDetail>{forged(t)}</samlp:StatusDetail>")),
    ("saml.assertions", "of another namespace", lambda t: t.replace("<saml:Assertion", '<x:Assertion xmlns:x="urn:x"/><saml:Assertion', 1)),
    ("saml.assertions", "encrypted beside", lambda t: t.replace("<saml:Assertion", "<saml:EncryptedAssertion/><saml:Assertion", 1)),
    ("saml.assertions", "a response around it", lambda t: f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_outerresp-0123" Version="2.0">{t}</samlp:Response>'),
    ("saml.reference", "two references", lambda t: t.replace("</ds:Reference>", f"</ds:Reference>{part(t, 'Reference')}", 1)),
    ("saml.reference", "to nothing", lambda t: re.sub(r' URI="#[^"]+"', "", t, count=1)),
    ("saml.reference", "by a pointer", lambda t: re.sub(r'URI="#([^"]+)"', r"""URI="#xpointer(id('\1'))\"""", t, count=1)),
    ("saml.reference", "no transforms", lambda t: re.sub(r"<ds:Transforms>.*?</ds:Transforms>", "", t, count=1, flags=re.DOTALL)),
    ("saml.reference", "one transform", lambda t: t.replace('<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>', "", 1)),
    ("saml.reference", "an xpath before", lambda t: t.replace("<ds:Transforms>", '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>', 1)),
    ("saml.reference", "a filter before", lambda t: t.replace("<ds:Transforms>", '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>', 1)),
    ("saml.algorithm", "sha512", lambda t: re.sub(r'SignatureMethod Algorithm="[^"]+"', 'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"', t, count=1)),
    ("saml.algorithm", "ecdsa-sha1", lambda t: re.sub(r'SignatureMethod Algorithm="[^"]+"', 'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"', t, count=1)),
    ("saml.key", "rsa with an EC key", lambda t: re.sub(r'SignatureMethod Algorithm="[^"]+"', 'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"', t, count=1)),
    ("saml.algorithm", "canonical 1.1", lambda t: re.sub(r'CanonicalizationMethod Algorithm="[^"]+"', 'CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"', t, count=1)),
    ("saml.algorithm", "with comments", lambda t: re.sub(r'(CanonicalizationMethod Algorithm="[^"]*exc-c14n#)"', r'\1WithComments"', t, count=1)),
    ("saml.comment", "comment in a group", lambda t: t.replace("analysts", "ana<!--x-->lysts")),
    ("saml.reference", "to all", lambda t: re.sub(r'URI="#[^"]+"', 'URI=""', t, count=1)),
    ("saml.reference", "to the other", lambda t: t.replace('URI="#_response', 'URI="#_assertion', 1)),
    ("saml.reference", "a file", lambda t: re.sub(r'URI="#[^"]+"', 'URI="file:///etc/passwd"', t, count=1)),
    ("saml.reference", "xslt", lambda t: t.replace("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116", 1)),
    ("saml.reference", "with comments", lambda t: re.sub(r'(<ds:Transform Algorithm="[^"]*exc-c14n#)"', r'\1WithComments"', t, count=1)),
    ("saml.algorithm", "hmac", lambda t: re.sub(r'SignatureMethod Algorithm="[^"]+"', 'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"', t, count=1)),
    ("saml.algorithm", "rsa-sha1", lambda t: re.sub(r'SignatureMethod Algorithm="[^"]+"', 'SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"', t, count=1)),
    ("saml.algorithm", "digest", lambda t: re.sub(r'DigestMethod Algorithm="[^"]+"', f'DigestMethod Algorithm="{_SHA1}"', t, count=1)),
    ("saml.algorithm", "another form", lambda t: re.sub(r'CanonicalizationMethod Algorithm="[^"]+"', 'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"', t, count=1)),
    ("saml.key", "another person", lambda t: t.replace("alice@", "admin@")),
    ("saml.key", "another group", lambda t: t.replace("analysts", "owners")),
    ("saml.key", "another status", lambda t: t.replace("status:Success", "status:Sucess")),
    ("saml.key", "another digest", lambda t: re.sub(r"<ds:DigestValue>....", "<ds:DigestValue>AAAA", t, count=1)),
    ("saml.ids", "twice", lambda t: t.replace("<samlp:Status>", '<samlp:Status ID="_response-0123456789">')),
    ("saml.ids", "in another spelling", lambda t: t.replace("<samlp:Status>", '<samlp:Status Id="_assertion-0123456789">')),
]  # fmt: skip


@every("code, name, change", _CHANGED)
def test_what_was_changed_afterwards_is_refused(code: str, name: str, change: Callable[[str], str]) -> None:
    text = change(good())
    assert text != good()
    assert refused(text) == code, name


def _mutants() -> list[tuple[str, bytes]]:
    """Each element of a good response without, doubled, moved, emptied, renamed; each attribute without, or otherwise."""
    root, found = etree.fromstring(good().encode()), list[tuple[str, bytes]]()

    def other(name: str, at: int, change: Callable[[Any], object]) -> None:
        copied = copy.deepcopy(root)
        change(list(copied.iter())[at])
        found.append((name, etree.tostring(copied)))

    for at, one in enumerate(root.iter()):
        tag = str(etree.QName(one).localname)
        if at:
            other(f"no {tag}", at, lambda x: x.getparent().remove(x))
            other(f"two {tag}", at, lambda x: x.addnext(copy.deepcopy(x)))
            other(f"last {tag}", at, lambda x: x.getparent().append(x))
            other(f"above {tag}", at, lambda x: x.getroottree().getroot().append(copy.deepcopy(x)))
        for text in ("", "x", "AAAA", "é", "="):
            other(f"{tag} says {text}", at, lambda x, text=text: setattr(x, "text", text))  # type: ignore[misc]
        other(f"foreign {tag}", at, lambda x, tag=tag: setattr(x, "tag", f"{{urn:x}}{tag}"))  # type: ignore[misc]
        other(f"more in {tag}", at, lambda x: x.append(etree.Element("{urn:x}y")))
        for name in map(str, one.attrib):
            other(f"{tag} no {name}", at, lambda x, name=name: x.attrib.pop(name))  # type: ignore[misc]
            for value in ("", "é", "0" * 300):
                other(f"{tag} {name}={value[:3]}", at, lambda x, name=name, value=value: x.set(name, value))  # type: ignore[misc]
    return found


@every("name, raw", _mutants(), sample=200)
def test_whatever_is_altered_it_says_the_same_or_is_refused_by_name(name: str, raw: bytes) -> None:
    """Where a signature names its key, and where what was signed stands, is nobody's word: there the same is read."""
    try:
        found = reader().read(packed(raw))
    except SamlRefused:
        return
    assert found == reader().read(packed(good())), name


@every("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7"])
def test_no_other_encoding_hides_what_is_looked_for(encoding: str) -> None:
    assert refused(f'<!DOCTYPE r [<!ENTITY x "y">]>{good()}'.encode(encoding)) in ("saml.unreadable", "saml.doctype")


@every("text", ["", "%%%", "PHg+\x00", "a"])
def test_what_is_no_base64_is_not_read(text: str) -> None:
    with pytest.raises(SamlRefused) as e:
        reader().read(text)
    assert e.value.code == "saml.unreadable"


# keys


def test_another_key_that_brings_its_own_certificate_counts_nothing() -> None:
    assert refused(said().response(OTHER)) == "saml.key"


def test_each_signature_must_be_by_a_pinned_key() -> None:
    assert refused(said().response(IDP, said().assertion(OTHER))) == "saml.key"
    assert refused(said().response(OTHER, said().assertion(IDP))) == "saml.key"


def test_a_key_that_is_told_beside_the_pinned_one_is_refused() -> None:
    assert refused(said().response(OTHER, always_add_key_value=True)) == "saml.key"
    mixed = re.sub(r"<ds:X509Certificate>.*?</ds:X509Certificate>", "", said().response(OTHER), flags=re.DOTALL)
    assert refused(mixed) == "saml.key"


def test_a_key_of_another_kind_is_not_taken_for_the_pinned_one() -> None:
    assert refused(said().response(RSA), reader(IDP)) == "saml.key"
    assert refused(said().response(IDP), reader(RSA)) == "saml.key"


def test_a_certificate_that_has_ended_signs_nothing() -> None:
    assert refused(said().response(OLD), reader(OLD, IDP)) == "saml.certificate"


def test_a_certificate_that_was_renewed_with_its_key_counts() -> None:
    """Both stand there during a rollover, and both prove; that the old one has ended changes nothing."""
    renewed = renew(OLD)
    for pinned in ((OLD, renewed), (renewed, OLD)):
        assert reader(*pinned).read(packed(said().response(OLD))).user == "alice@example.com"
    assert refused(said().response(renewed), reader(OLD)) == "saml.certificate"


def test_an_assertion_of_another_response_does_not_fit() -> None:
    """Signed both, and not for each other: what the response answers, its assertion must confirm."""
    other = said(answers="_another-0123456789").assertion(IDP)
    assert refused(said().response(IDP, other)) == "saml.unsolicited"


def test_every_code_has_words() -> None:
    assert all(words.endswith(".") for words in CODES.values())
    assert all(code.startswith("saml.") for code in CODES)
