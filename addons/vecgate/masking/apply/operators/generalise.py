"""Shown: something wider. Of a number its range, `30-39`; of an IP address its network, `10.0.0.0/24`.

Of a post code the region, `123**`. What is none of these is redacted.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

from vecgate.domain.profiles import IntParam, OperatorWords
from vecgate.masking.apply.operators._base import SHAPELESS, MarkForm, Operator, Params, number
from vecgate.masking.apply.operators.redact import MARK

STEP: Final = 10
DIGITS: Final = 3
IPV4_BITS: Final = 24
IPV6_BITS: Final = 48
_RANGES: Final = 1000
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d+)?")
_POST_CODE: Final = re.compile(r"\d{5}(?:-\d{4})?")


def _network(text: str, v4: int, v6: int) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return str(ip_network((address, v4 if isinstance(address, IPv4Address) else v6), strict=False))


def _range(text: str, step: int) -> str | None:
    if not _NUMBER.fullmatch(text) or abs(float(text)) >= _RANGES * step:
        return None  # of a long number, a narrow range would show nearly all
    low = int(float(text) // step) * step
    return f"{low}-{low + step - 1}" if low >= 0 else f"{low} to {low + step - 1}"


WORDS: Final = OperatorWords(
    {
        "step": IntParam(2, 1_000_000),
        "digits": IntParam(1, 3),
        "ipv4_bits": IntParam(8, 24),
        "ipv6_bits": IntParam(16, 48),
    }
)


def form(_params: Params) -> MarkForm:
    """A number, or several."""
    return SHAPELESS


def build(params: Params, _key: bytes) -> Operator:
    """`step`: how wide a range is; `digits`: those of a post code that stay; `ipv4_bits`, `ipv6_bits`: of a network."""
    step, digits = number(params, "step", STEP), number(params, "digits", DIGITS)
    v4, v6 = number(params, "ipv4_bits", IPV4_BITS), number(params, "ipv6_bits", IPV6_BITS)

    def region(text: str) -> str | None:
        return text[:digits].ljust(5, "*") if _POST_CODE.fullmatch(text) else None

    ways: tuple[Callable[[str], str | None], ...] = (
        lambda text: _network(text, v4, v6),
        region,
        lambda text: _range(text, step),
    )

    def wider(text: str, _entity: str) -> str:
        plain = text.strip()
        return next((found for way in ways if (found := way(plain)) is not None), MARK)

    return wider
