"""Is this the hardware address of a network card? Six octets in hex (IEEE 802), in the three usual spellings."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, having


def _somebodys(found: str) -> bool:
    # All zeros and all ones (broadcast) are nobody's.
    return len({c for c in found.lower() if c.isalnum()}) > 1


def _alone(text: str, start: int, end: int) -> Iterable[Span]:
    """Not one of many such groups, as weights of letters are written: [.1C47.0020.0002]."""
    dotted = text[start - 1 : start] == "." or (text[end : end + 1] == "." and text[end + 1 : end + 2].isalnum())
    return () if dotted else having(_somebodys)(text, start, end)


RULES: Final = (
    Recogniser(
        "MAC",
        "octets",
        "six octets in hex",
        r"\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b|\b(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}\b",
        having(_somebodys),
    ),
    Recogniser(
        "MAC",
        "dotted",
        "three groups of four hex digits",
        r"\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b",
        _alone,
    ),
)
