"""How is a caller told that personal data must not go in? By its types and places, never by its text."""

from collections.abc import Iterable, Mapping
from typing import Final

from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

SHOWN: Final = 5


def personal(found: Mapping[str, int], places: Iterable[str], rule: str) -> CallRefused:
    """The refusal `input.personal`, such as `2 EMAIL, 1 PERSON, at documents[0], metadatas[0].owner`."""
    types = ", ".join(f"{count} {entity}" for entity, count in sorted(found.items()))
    each = list(dict.fromkeys(places))
    where = ", ".join(each[:SHOWN])
    if len(each) > SHOWN:
        where += f" and {len(each) - SHOWN} more"
    return CallRefused(refuse("input.personal", found=types, where=where, rule=rule))
