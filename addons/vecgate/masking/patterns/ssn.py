"""Is this a US social security number? The ranges the SSA never gives out are left alone (SSA, "SSN Randomization")."""

from typing import Final

from vecgate.masking.patterns._base import Rule, digits, having


def _possible(found: str) -> bool:
    number = digits(found)
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


RULES: Final = (
    Rule("SSN", "grouped", r"\b(\d{3}[ .-]\d{2}[ .-]\d{4})\b", having(_possible), 1),
    Rule(
        "SSN",
        "named",
        r"(?i)(?:\bssn|social(?:[ _-]security)?(?:[ _-](?:number|no\.?|num|\#))?)(?:[ ]is)?"
        r"[ :\#=-]{1,4}(\d{3}[ .-]?\d{2}[ .-]?\d{4})\b",
        having(_possible),
        1,
    ),
)
