"""Is this a wallet address? Bitcoin (Base58Check; BIP 173 form) and Ethereum (20 octets in hex)."""

from hashlib import sha256
from typing import Final

from vecgate.masking.patterns._base import Rule, having

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _base58check(found: str) -> bool:
    number = 0
    for character in found:
        number = number * 58 + _BASE58.index(character)
    if number.bit_length() > 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


RULES: Final = (
    Rule("CRYPTO", "base58", r"\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\b", having(_base58check)),
    Rule("CRYPTO", "bech32", r"(?i)\bbc1[ac-hj-np-z02-9]{20,71}\b"),
    Rule("CRYPTO", "ethereum", r"\b0x[0-9a-fA-F]{40}\b"),
)
