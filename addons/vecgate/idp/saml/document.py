"""Can this document be read in one way only? XML without a DOCTYPE, entities, comments, or an ID that stands twice.

What parsers, canonical forms and readers take differently is what signature wrapping and split names live on; none of
it has a place in a message of SAML, so it is refused before anything is looked at.
"""

import base64
import binascii
import re
from typing import Final

from lxml import etree

from vecgate.idp.saml.refused import SamlRefused

type Element = etree._Element

PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"
LONGEST: Final = 192 * 1024
_DEEPEST: Final = 32
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{7,255}")
_IDS: Final = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")
_FORBIDDEN: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<![CDATA[")


def decoded(text: str) -> bytes:
    """What a form brought. Raises SamlRefused."""
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise SamlRefused("saml.unreadable") from None
    if not 0 < len(raw) <= LONGEST:
        raise SamlRefused("saml.unreadable")
    return raw


def read(raw: bytes) -> Element:
    """Its root. Raises SamlRefused."""
    try:
        raw.decode("utf-8")  # no other encoding: it would hide what is looked for here
    except UnicodeDecodeError:
        raise SamlRefused("saml.unreadable") from None
    upper = raw.upper()
    if any(one in upper for one in _FORBIDDEN[:2]):
        raise SamlRefused("saml.doctype")
    if raw.startswith(b"\xef\xbb\xbf") or _FORBIDDEN[2] in upper:
        raise SamlRefused("saml.unreadable")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False,
        huge_tree=False, remove_comments=False, remove_pis=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise SamlRefused("saml.unreadable") from None
    if root.getroottree().docinfo.doctype:
        raise SamlRefused("saml.doctype")
    _plain(root)
    return root


def _plain(root: Element) -> None:
    around = [*root.itersiblings(), *root.itersiblings(preceding=True)]
    seen: set[str] = set()
    for one in (*around, *root.iter()):
        if isinstance(one, etree._Entity):
            raise SamlRefused("saml.doctype")
        if not isinstance(one.tag, str):
            raise SamlRefused("saml.comment")
        if sum(1 for _ in one.iterancestors()) > _DEEPEST:
            raise SamlRefused("saml.shape")
        for name in _IDS:
            if (value := one.get(name)) is not None:
                if value in seen or not _ID.fullmatch(value):
                    raise SamlRefused("saml.ids")
                seen.add(value)


def children(parent: Element, *tags: str) -> list[Element]:
    """Those of a name, in order."""
    return [one for one in parent if one.tag in tags]


def only(parent: Element, tag: str, code: str = "saml.shape") -> Element:
    """The one child of that name. Raises SamlRefused."""
    found = children(parent, tag)
    if len(found) != 1:
        raise SamlRefused(code)
    return found[0]


def words(element: Element, code: str = "saml.shape") -> str:
    """The text of an element that holds nothing else, as it stands. Raises SamlRefused."""
    text = element.text or ""
    if len(element) or not 0 < len(text) <= 1024 or not text.isprintable() or text != text.strip():
        raise SamlRefused(code)
    return text
