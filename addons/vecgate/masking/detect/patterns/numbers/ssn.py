"""Is this a US social security number? The ranges the SSA never gives out are left alone (SSA, "SSN Randomization")."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, called, digits, having, named


def _possible(found: str) -> bool:
    number = digits(found)
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def _grouped(text: str, start: int, end: int) -> Iterable[Span]:
    # Part of a longer number, or of a code, it is none: 1-078-05-1120, 078-05-1120-3.
    joined = text[max(0, start - 2) : start][-1:] in ("-", ".", "/") or (
        text[end : end + 2][:1] == "-" and text[end + 1 : end + 2].isalnum()
    )
    same = text[start + 3] == text[start + 6]
    return ((start, end),) if same and not joined and _possible(text[start:end]) else ()


_CALLED: Final = (
    r"ssn|ss\#|social[ ]security(?:[ ](?:number|no\.?|num|nr|card|\#))?|social(?:[ ](?:number|no\.?|\#))|"
    r"social[_-]security(?:[_-](?:number|no|num))?|soc[ ]?sec(?:[ ](?:number|no\.?|\#))?|seguro[ ]social"
)

RULES: Final = (
    Recogniser(
        "SSN",
        "grouped",
        "three, two and four digits in ranges the SSA gives out",
        r"\b\d{3}[ .-]\d{2}[ .-]\d{4}\b",
        _grouped,
    ),
    Recogniser(
        "SSN",
        "named",
        "called one, in ranges the SSA gives out",
        named(_CALLED, r"\d{3}[ .-]{0,3}\d{2}[ .-]{0,3}\d{4}"),
        having(_possible),
        1,
        gate=called(_CALLED),
    ),
    Recogniser(
        "SSN",
        "last four",
        "called the last digits of one",
        r"(?i)\b(?:last[ ](?:four|4)(?:[ ]digits)?[ ](?:of[ ])?(?:my[ ]|your[ ]|his[ ]|her[ ]|the[ ])?(?:ssn|"
        r"social(?:[ ]security(?:[ ]number)?)?)|ssn[ ]last[ ](?:four|4))(?:[ ]?(?:is|are|[:=])){0,2}[ ]?(\d{4})\b",
        group=1,
        gate=r"(?i)\blast[ ](?:four|4)\b",
    ),
)
