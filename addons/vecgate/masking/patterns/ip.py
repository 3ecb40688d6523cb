"""Is this an IP address? What `ipaddress` accepts, less what is more likely a version, a time or code."""

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from vecgate.masking.patterns._base import Rule, having


def _v4(found: str) -> bool:
    try:
        return bool(IPv4Address(found.split("/")[0]))
    except AddressValueError:
        return False


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
    Rule("IP", "v4", r"\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?\b", having(_v4)),
    Rule(
        "IP",
        "v6",
        rf"{_HEAD}(?::[0-9A-Fa-f]{{0,4}}){{1,6}}:(?:\d{{1,3}}\.){{3}}\d{{1,3}}|{_HEAD}(?::[0-9A-Fa-f]{{0,4}}){{2,7}}",
        having(_v6),
    ),
)
