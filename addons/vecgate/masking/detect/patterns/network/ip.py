"""Is this an IP address? What `ipaddress` accepts, less what is more likely a version, a time or code."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, before, having

_VERSION: Final = re.compile(r"(?i)(?:version|release|build|firmware|chrome/|rev\.?|\bv\.?|[=<>~^]=)[ :]?$")

#: Edg/121.0.0.0: what a browser calls itself.
_PRODUCT: Final = re.compile(r"[A-Za-z]{2,}/$")


def _is_network(found: str, address: int) -> bool:
    """Whether it is a whole range, written as its first address: 10.0.0.0/20."""
    length = found.partition("/")[2]
    return bool(length) and int(length) < 32 and not address & ((1 << (32 - int(length))) - 1)


def _v4(text: str, start: int, end: int) -> Iterable[Span]:
    # A dot or a digit beside it makes it a longer number; 1.2.3.4 is a version where it is called one.
    if text[max(0, start - 2) : start].endswith(".") or (
        text[end : end + 2].startswith(".") and text[end + 1 : end + 2].isdigit()
    ):
        return ()
    try:
        address = IPv4Address(text[start:end].split("/")[0])
    except AddressValueError:
        return ()
    # Every machine's own address, and netmasks, are nobody's.
    product = text[start:end].endswith(".0") and _PRODUCT.search(text[max(0, start - 16) : start])
    own = address.is_loopback or address.is_unspecified or int(address) >> 24 == 255
    nobodys = own or product or _is_network(text[start:end], int(address))
    return () if nobodys or _VERSION.search(before(text, start, 12)) else ((start, end),)


def _v6(found: str) -> bool:
    # `std::cout` and `12:30:45` have the form too; an address shows a digit and at least four hex characters.
    if not any(c.isdigit() for c in found) or sum(c.isalnum() for c in found) < 4:
        return False
    try:
        return bool(IPv6Address(found))
    except AddressValueError:
        return False


_HEAD: Final = r"(?:\b[0-9A-Fa-f]{1,4}|:)"

RULES: Final = (
    Recogniser(
        "IP",
        "v4",
        "four octets, and not called a version",
        r"\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?\b",
        _v4,
        gate=r"\d\.\d{1,3}\.\d{1,3}\.\d",
    ),
    Recogniser(
        "IP",
        "v6",
        "RFC 4291 text form",
        rf"{_HEAD}(?::[0-9A-Fa-f]{{0,4}}){{1,6}}:(?:\d{{1,3}}\.){{3}}\d{{1,3}}|{_HEAD}(?::[0-9A-Fa-f]{{0,4}}){{2,7}}",
        having(_v6),
        gate=r":[0-9A-Fa-f]{0,4}:",
    ),
)
