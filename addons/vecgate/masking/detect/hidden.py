"""What is packed inside this text? Base64, hex and s p a c e d - o u t characters, read as what they stand for.

Found by their form and by what comes out: only what decodes to readable text counts, so that digests, ids and
ordinary words stay what they are. Everything is bounded: how many, how long, how deep (see `DEEPEST`). What is beyond
a bound is told as well, with nothing to read in it: it is to be hidden.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import re2

#: What was not looked at, for whatever bound, is found as this, and hidden.
UNREAD: Final = "UNREAD"
#: How many wrappings are taken off, one inside the other.
DEEPEST: Final = 2
_MOST: Final = 200
_LONGEST: Final = 64 * 1024
_SHORTEST: Final = 6
_USUAL: Final = " .,@-_:;/'\"\n\r\t{}[]()=+&?!<>#*"
_READABLE: Final = 0.85
_REACH: Final = 24

# Lines as long as MIME (RFC 2045) or PEM break them belong together.
_BASE64: Final = re2.compile(
    rb"[A-Za-z0-9+/_-]{56,}(?:\r?\n[A-Za-z0-9+/_-]{4,})+={0,2}|[A-Za-z0-9+/_-]{12,}={0,2}|[A-Za-z0-9+/_-]{10,11}={1,2}"
)
_HEX: Final = re2.compile(rb"\b(?:0x)?(?:[0-9a-fA-F]{2}){8,}\b|\b[0-9a-fA-F]{2}(?:[ :-][0-9a-fA-F]{2}){7,}\b")
_SPACED: Final = re2.compile(rb"(?:^|[\s(\[{\"':,;=|])([!-~](?:[ ]{1,3}[!-~]){7,})(?:$|[\s)\]}\"',;|])")
_GATE: Final = re2.compile(rb"[A-Za-z0-9+/_-]{12}|[A-Za-z0-9+/_-]{10}=|(?:[0-9a-fA-F]{2}[ :-]){7}|(?:[!-~][ ]{1,3}){7}")
_SEPARATORS: Final = re.compile(r"[/_-]")
_LETTERS: Final = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something readable in the stretch `start:end` of a text.

    `called` are the words before it. `places` gives the place in the text of each character of `text`; without
    it, any part of it stands for the whole.
    """

    text: str
    start: int
    end: int
    kind: str
    called: str = ""
    places: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the outer text that a non-empty stretch of `text` stands for."""
        return (self.start, self.end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def _words(raw: bytes) -> str | None:
    """The text these octets are, if it is one that somebody could have written."""
    wide = len(raw) >= 2 * _SHORTEST and not any(raw[1::2])  # UTF-16 of ASCII, as Windows encodes commands
    try:
        text = raw.decode("utf-16-le" if wide else "utf-8")
    except UnicodeDecodeError:
        return None
    usual = sum(c.isalnum() or c in _USUAL for c in text)
    shown = all(c.isprintable() or c in "\n\r\t" for c in text)
    return text if shown and len(text) >= _SHORTEST and usual >= _READABLE * len(text) else None


def _decoded(token: str) -> str | None:
    token = token.replace("\r", "").replace("\n", "").rstrip("=")
    if len(token) % 4 == 1:
        return None
    plain = token.replace("-", "+").replace("_", "/")
    # Most tokens are ordinary words: what their first letters stand for tells.
    head = b64decode(plain[:8])
    if any(octet < 0x20 and octet not in (9, 10, 13, 0) for octet in head) or head[:1] >= b"\xf8":
        return None
    try:
        return _words(b64decode(plain + "=" * (-len(plain) % 4)))
    except Error:
        return None


def _base64(raw: bytes) -> Iterator[Hidden]:
    for match in _BASE64.finditer(raw):
        start, end = match.span()
        token = match[0].decode("ascii")
        if text := _decoded(token):
            yield Hidden(text, start, end, "base64", _called(raw, start))
            continue
        # A path or a name may hold it: each part for itself.
        at = start
        for part in _SEPARATORS.split(token):
            if 12 <= len(part) < len(token) and (text := _decoded(part)):
                yield Hidden(text, at, at + len(part), "base64", _called(raw, start))
            at += len(part) + 1


def _hex(raw: bytes) -> Iterator[Hidden]:
    for match in _HEX.finditer(raw):
        token = match[0].decode("ascii").removeprefix("0x")
        if token.isdigit():
            continue  # a number: that its digits can be read as letters is chance
        if text := _words(bytes.fromhex(token.replace(":", " ").replace("-", " "))):
            yield Hidden(text, match.start(), match.end(), "hex", _called(raw, match.start()))


def _spaced(raw: bytes) -> Iterator[Hidden]:
    for match in _SPACED.finditer(raw):
        start, end = match.span(1)
        run = match[1].decode("ascii")
        # One space parts characters, more of them part words.
        places = [
            start + i
            for i, character in enumerate(run)
            if character != " " or (run[i - 1 : i + 1] == "  " and run[i - 2 : i] != "  ")
        ]
        text = "".join(run[place - start] for place in places)
        yield Hidden(text, start, end, "spaced out", _called(raw, start), tuple(places))


def _called(raw: bytes, start: int) -> str:
    """The words before a place, on the same line, in plain letters."""
    words = raw[max(0, start - _REACH) : start].decode("ascii").rpartition("\n")[2]
    return " ".join(_LETTERS.findall(words))


def hidden(text: str) -> list[Hidden]:
    """What is packed inside a text of which every character is ASCII. Mostly nothing.

    What is not read, as there is too much of it, has no `text`.
    """
    raw = text.encode("ascii")
    if not _GATE.search(raw):
        return []
    found: list[Hidden] = []
    size = 0
    for kind in (_base64, _hex, _spaced):
        for one in kind(raw):
            size += len(one.text)
            found.append(one if len(found) < _MOST and size <= _LONGEST else replace(one, text="", places=None))
    return found
