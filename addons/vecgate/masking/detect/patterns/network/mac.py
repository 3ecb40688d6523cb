"""Is this the hardware address of a network card? Six octets in hex (IEEE 802), in the three usual spellings."""

from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, having


def _somebodys(found: str) -> bool:
    # All zeros and all ones (broadcast) are nobody's.
    return len({c for c in found.lower() if c.isalnum()}) > 1


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
        having(_somebodys),
    ),
)
