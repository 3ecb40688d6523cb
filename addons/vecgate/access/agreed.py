"""To what may one agree? To no more than was asked for, and for the collections that others have agreed to already."""

from dataclasses import replace

from vecgate.consent.judge import Objection
from vecgate.domain.grant import Terms

#: What the names in terms stand for that are no patterns: each name, and what its database knows it by.
type Things = tuple[tuple[str, str], ...]


def is_less(terms: Terms, asked: Terms, own: str) -> bool:
    """No more than what was asked for; under its mask, or under the rule's `own`, which is what one gets unasked."""
    mask = asked.mask if terms.mask == own else terms.mask
    return replace(terms, mask=mask).is_within(asked)


def bound(agreed: Things, terms: Terms, things: Things) -> Things:
    """For which things these terms are. Raises Objection (another) where they were agreed to for others of a name."""
    mine = tuple(pair for pair in things if pair[0] in terms.exact)
    if not keeps(agreed, terms, mine):
        raise Objection("another")
    return mine


def keeps(agreed: Things, terms: Terms, things: Things) -> bool:
    """Whether each name that is left in the terms stands for what it was agreed to as, if it was for anything."""
    return {pair for pair in agreed if pair[0] in terms.exact} <= {*things}
