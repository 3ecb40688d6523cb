"""Where does an address end? A place that is named right behind it belongs to it, postcode or not.

`12 Main Street, Springfield`: the street is a pattern's, the town the model's. The town alone says where, with
the street before it says where exactly, and is hidden with it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vecgate.domain.finding import Finding

SOURCE: Final = "place behind an address"
_PLACES: Final = frozenset({"LOCATION", "ADDRESS"})
#: What may stand between the parts: commas, a line's end, a postcode.
_BETWEEN: Final = re.compile(
    r"[ ]?[,;]?[ ]?\n?[ ]?(?:-[ ])?(?:\(?(?:[A-Z]{1,2}-)?\d{3,6}(?:[ -]\d{2,4})?(?:[ ][A-Z]{2})?\)?[ ]?,?[ ]?)?"
)
_FARTHEST: Final = 20


def extended(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Addresses together with the places behind them, in offsets of the text."""
    places = sorted((f for f in findings if f.entity in _PLACES), key=lambda f: (f.start, f.end))
    reach = covered = 0  # how far the places so far go, and how far the addresses that were given
    for number, address in enumerate(places):
        # Of a row of places, each would be given up to the same end.
        if address.entity == "ADDRESS" and address.end > covered:
            end = _end(text, max(address.end, reach), places, number)
            if end > address.end:
                covered = end
                yield Finding(address.start, end, "ADDRESS", SOURCE)
        reach = max(reach, address.end)


def _end(text: str, end: int, places: Sequence[Finding], number: int) -> int:
    for at in range(number + 1, len(places)):
        place = places[at]
        if place.start > end + _FARTHEST:
            break
        if place.end > end and (place.start <= end or _BETWEEN.fullmatch(text, end, place.start)):
            end = place.end
    return end
