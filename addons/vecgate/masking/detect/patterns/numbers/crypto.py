"""Is this a wallet address? Base58Check (Bitcoin and its kin), BIP 173/350 (bech32) and Ethereum (20 octets in hex)."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, having, named

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUMS: Final = (1, 0x2BC830A3)  # BIP 173, BIP 350


def _checked(found: str, alphabet: str) -> bool:
    number = 0
    for character in found:
        value = alphabet.find(character)
        if value < 0:
            return False
        number = number * 58 + value
    if number.bit_length() > 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _base58check(found: str) -> bool:
    return _checked(found, _BASE58)


def _ripple(found: str) -> bool:
    return _checked(found, _RIPPLE)


def _bech32(found: str) -> bool:
    head, _, data = found.lower().rpartition("1")
    values = [ord(c) >> 5 for c in head] + [0] + [ord(c) & 31 for c in head]
    values += [_BECH32.find(c) for c in data]
    if -1 in values:
        return False
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for i, word in enumerate(_GENERATOR):
            checksum ^= word if top >> i & 1 else 0
    return checksum in _BECH32_SUMS


def _with_both(text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end]
    return ((start, end),) if any(c.isdigit() for c in found) and any(c.isalpha() for c in found) else ()


_WALLETS: Final = r"bitcoin|btc|ethereum|eth|litecoin|ltc|dogecoin|doge|monero|xmr|ripple|xrp|tron|usdt|crypto"

RULES: Final = (
    Recogniser(
        "CRYPTO",
        "base58",
        "the Base58Check sum",
        r"\b[13LMDXTA9][a-km-zA-HJ-NP-Z1-9]{25,34}\b",
        having(_base58check),
        gate=r"\b[13LMDXTA9][a-km-zA-HJ-NP-Z1-9]{25}",
    ),
    Recogniser(
        "CRYPTO",
        "ripple",
        "the Base58Check sum in Ripple's alphabet",
        r"\br[a-zA-Z1-9]{25,34}\b",
        having(_ripple),
        gate=r"\br[a-zA-Z1-9]{25}",
    ),
    Recogniser(
        "CRYPTO",
        "bech32",
        "the bech32 sum (BIP 173, BIP 350)",
        r"(?i)\b(?:bc|tb|ltc)1[ac-hj-np-z02-9]{20,71}\b",
        having(_bech32),
        gate=r"(?i)\b(?:bc|tb|ltc)1[ac-hj-np-z02-9]",
    ),
    Recogniser(
        "CRYPTO",
        "ethereum",
        "0x and 20 octets in hex",
        r"\b0x[0-9a-fA-F]{40}\b",
        gate=r"\b0x[0-9a-fA-F]{8}",
    ),
    Recogniser(
        "CRYPTO",
        "monero",
        "95 characters of Base58 that begin as Monero's do",
        r"\b[48][0-9AB][a-km-zA-HJ-NP-Z1-9]{93}\b",
        gate=r"\b[48][0-9AB][a-km-zA-HJ-NP-Z1-9]{30}",
    ),
    Recogniser(
        "CRYPTO",
        "named",
        "called a wallet or an address of a currency",
        named(
            rf"(?:(?:{_WALLETS})[ _-]?)(?:wallet[ _-]?)?(?:address|addr|wallet)|wallet[ _-](?:address|addr)",
            r"[a-zA-Z0-9]{24,96}",
        ),
        _with_both,
        1,
        gate=r"(?i)(?:address|addr|wallet)",
    ),
)
