"""Is this the hardware address of a network card? Six octets in hex (IEEE 802), in the three usual spellings."""

from typing import Final

from vecgate.masking.patterns._base import Rule

RULES: Final = (
    Rule("MAC", "octets", r"\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b|\b(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}\b"),
    Rule("MAC", "dotted", r"\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b"),
)
