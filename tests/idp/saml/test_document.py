"""One reading of a document, or none; the attacks on it are tried in test_response.py, as parts of a response."""

import base64

import pytest

from support.tools.every import every
from vecgate.idp.saml import document
from vecgate.idp.saml.refused import SamlRefused


def test_a_plain_document_is_read() -> None:
    root = document.read(b'<?xml version="1.0" encoding="UTF-8"?>\n<a ID="_12345678"><b>x</b></a>')
    assert (root.tag, document.words(document.only(root, "b"))) == ("a", "x")
    assert document.children(root, "c") == []


@every("text", ["PGEvPg==", "PGE\r\nvPg==\n", " PGEvPg== "])
def test_base64_may_be_broken_into_lines(text: str) -> None:
    assert document.decoded(text) == b"<a/>"


@every(
    "code, raw",
    [
        ("saml.unreadable", b"\xef\xbb\xbf<a/>"),
        ("saml.unreadable", b"\xff\xfe<\x00a\x00/\x00>\x00"),
        ("saml.unreadable", b"<a>&nbsp;</a>"),
        ("saml.unreadable", b"<a/><b/>"),
        ("saml.unreadable", b'<?xml version="1.0" encoding="latin-1"?><a>\xe9</a>'),
        ("saml.doctype", b"<!DOCTYPE a><a/>"),
        ("saml.comment", b"<a/><!-- -->"),
        ("saml.comment", b"<?x y?><a/>"),
        ("saml.ids", b'<a ID="_12345678"><b id="_12345678"/></a>'),
        ("saml.ids", b'<a xml:id="_12345678"><b ID="_12345678"/></a>'),
        ("saml.ids", b'<a ID="1234567890"/>'),
        ("saml.shape", b"<a>" * 40 + b"</a>" * 40),
    ],
)
def test_what_could_be_read_in_two_ways_is_not(code: str, raw: bytes) -> None:
    with pytest.raises(SamlRefused) as e:
        document.read(raw)
    assert e.value.code == code


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(SamlRefused):
        document.decoded(base64.b64encode(b"x" * (document.LONGEST + 1)).decode())


@every("xml", [b"<a/>", b"<a> x</a>", b"<a>x<b/></a>", b"<a>x\ny</a>", b"<a>\xe2\x80\x8bx</a>"])
def test_words_are_text_alone(xml: bytes) -> None:
    with pytest.raises(SamlRefused):
        document.words(document.read(xml))
