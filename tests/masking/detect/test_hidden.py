"""What is packed inside is read; what only looks packed stays what it is."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from vecgate.domain.profiles import ENTITIES
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.hidden import UNREAD, hidden
from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.texts import Text

MAIL = b"john@example.com"
LONG = (
    b"Please send the parcel to Mr. John Smith, who waits for it; his number is +1 555 123 4567, thank you very much."
)
LINES = "\n".join(b64encode(LONG).decode()[i : i + 76] for i in range(0, len(b64encode(LONG)), 76))


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        # nothing
        ("", []),
        ("plain words, none of them long", []),
        # base64 (RFC 4648), both alphabets, padded or not, in lines
        (b64encode(MAIL).decode(), ["john@example.com"]),
        (f"x={b64encode(MAIL).decode().rstrip('=')};", ["john@example.com"]),
        (urlsafe_b64encode(b"Is it you?> Anu??").decode(), ["Is it you?> Anu??"]),
        (f"/files/{b64encode(MAIL).decode()}", ["john@example.com"]),
        (LINES, [LONG.decode()]),
        (b64encode("john smith".encode("utf-16-le")).decode(), ["john smith"]),
        # hex
        (MAIL.hex(), ["john@example.com"]),
        (f"0x{MAIL.hex().upper()}", ["john@example.com"]),
        (MAIL.hex(" "), ["john@example.com"]),
        # spaced out, with what they call it
        ("name: J o h n   S m i t h,", ["John Smith"]),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", ["4111111111111111"]),
        # near misses
        ("internationalization responsibilities", []),
        (hashlib.sha256(b"x").hexdigest(), []),
        (b64encode(hashlib.sha256(b"x").digest()).decode(), []),
        ("7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10", []),
        ("a b c d", []),
    ],
)
def test_what_is_inside(text: str, inside: list[str]) -> None:
    assert [one.text for one in hidden(text)] == inside


@pytest.mark.parametrize("unit", ["QUFB", "a ", "41 ", "/QUFBQUFBQUFB", "QUFBQUFBQUFB "])
def test_what_is_read_is_bounded(unit: str) -> None:
    assert sum(len(one.text) for one in hidden(unit * (400_000 // len(unit)))) <= 320_000


def shown(detector: Detector, text: str) -> list[tuple[str, str]]:
    found = merge(text, detector.analyse([Text(text)])[0], [e for e in ENTITIES if e not in ("ORG", "LOCATION", "URL")])
    return [(f.entity, text[f.start : f.end]) for f in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the whole token is covered
        (f"note {b64encode(MAIL).decode()} end", [("EMAIL", b64encode(MAIL).decode())]),
        (f"note {MAIL.hex()} end", [("EMAIL", MAIL.hex())]),
        # wrapped twice
        (b64encode(b64encode(MAIL)).decode(), [("EMAIL", b64encode(b64encode(MAIL)).decode())]),
        # with an escape in it
        (b64encode(MAIL).decode().replace("=", "%3D"), [("EMAIL", b64encode(MAIL).decode().replace("=", "%3D"))]),
        # the model reads it too
        (f"note {b64encode(LONG).decode()}", None),
        # only the spaced-out part is covered
        ("ssn: 0 7 8 0 5 1 1 2 0, thanks", [("SSN", "0 7 8 0 5 1 1 2 0")]),
        # what it is called counts
        (f"his phone number {b64encode(b'71234567').decode()}", [("PHONE", b64encode(b"71234567").decode())]),
        # nothing personal inside
        (b64encode(b"status=open; count=12").decode(), []),
    ],
)
def test_the_detector_masks_what_holds_it(
    detector: Detector, text: str, expected: list[tuple[str, str]] | None
) -> None:
    found = shown(detector, text)
    if expected is None:
        assert found[0][1] == text.partition(" ")[2]
    else:
        assert found == expected


def test_offsets_of_the_plain_reading_lead_to_the_original(detector: Detector) -> None:
    text = f"\u200bé: \u200b{b64encode(MAIL).decode()}"
    assert normalise(text).text != text
    assert shown(detector, text) == [("EMAIL", b64encode(MAIL).decode())]


def unread(detector: Detector, text: str) -> list[str]:
    found = detector.analyse([Text(text)])[0]
    return [text[f.start : f.end] for f in sorted(found, key=lambda f: f.start) if f.entity == UNREAD]


@pytest.mark.parametrize("times", [3, 4])
def test_what_is_packed_too_deep_is_hidden(detector: Detector, times: int) -> None:
    packed = MAIL
    for _ in range(times):
        packed = b64encode(packed)
    assert unread(detector, f"note {packed.decode()} end") == [packed.decode()]


@pytest.mark.parametrize("pack", [lambda raw: b64encode(raw).decode(), lambda raw: raw.hex()])
def test_what_is_too_much_to_unpack_is_hidden(detector: Detector, pack: Callable[[bytes], str]) -> None:
    long, short = pack(b"lorem ipsum dolor " * 4000 + MAIL), pack(b"status open " * 3)
    assert unread(detector, f"one {short} two {long} three {short}") == [long, short]
    many = [pack(f"status open {i}".encode()) for i in range(210)]
    assert unread(detector, " ".join(many)) == many[200:]


@pytest.mark.parametrize("at", ["%2525252540", "&amp;amp;amp;amp;#64;"])
def test_escapes_in_escapes_that_are_not_read_to_the_end_are_hidden(detector: Detector, at: str) -> None:
    address = f"anna{at}example.org"
    assert unread(detector, f"to {address}, 50% off & more") == [f"{address},"]


@pytest.mark.parametrize(
    "text", ["anna%40example.org", "anna%252540example.org", "anna\uff0540example.org", "anna\uff06#64;example.org"]
)
def test_escapes_are_read_also_where_they_are_disguised(detector: Detector, text: str) -> None:
    assert unread(detector, text) == []
    assert shown(detector, text) == [("EMAIL", text)]
