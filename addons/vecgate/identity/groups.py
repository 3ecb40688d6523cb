"""Which groups does a token put its owner in? A list, or one text; and what of one that holds too many to list them.

Several names in one text are told apart as the issuer's settings say. Where they say nothing, by commas, and a space
inside of a name is refused: it may part two groups as well as belong to one, and `domain admins` must not make
somebody one of `admins`.
"""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.domain.claims import ABSENT, claim
from vecgate.identity.envelope import invalid, usable
from vecgate.refusals.errors import TokenInvalid
from vecgate.settings.issuers import Issuer

#: Entra's word in tokens of the implicit flow for "too many"; others name where groups are (OIDC Core 5.6.2).
_HAS_MORE: Final = "hasgroups"


def groups(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[str]:
    """All of them; none where the claim is absent. Raises TokenInvalid: `identity.overage`, or `identity.invalid`."""
    name = issuer.groups_claim
    _all_there(claims, name)
    listed = claim(claims, name)
    if listed is ABSENT:
        return frozenset()
    if isinstance(listed, str):
        listed = _parted(listed, name, issuer.groups_split)
    if not isinstance(listed, list):
        raise invalid(f"its '{name}' is not a list, nor a text")
    return frozenset(usable(group, name) for group in listed)


def are_elsewhere(claims: Mapping[str, Any], name: str) -> bool:
    """Whether a token says that it does not list them. Raises TokenInvalid."""
    elsewhere = claims.get("_claim_names", {})
    if not isinstance(elsewhere, Mapping):
        raise invalid("its '_claim_names' is not an object")
    places = {name[:at] for at, letter in enumerate(name) if letter == "."} | {name}
    return not places.isdisjoint(elsewhere) or (name == "groups" and claims.get(_HAS_MORE) not in (None, False))


def without(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same, with nothing said of groups."""
    gone = ("_claim_names", _HAS_MORE, name.partition(".")[0])
    return {one: said for one, said in claims.items() if one not in gone}


def _all_there(claims: Mapping[str, Any], name: str) -> None:
    if are_elsewhere(claims, name):
        raise TokenInvalid("identity.overage", f"it does not list its '{name}', as there are too many")


def _parted(text: str, name: str, split: str | None) -> list[str]:
    match split:
        case "none":
            return [text]
        case "space":
            return [one for one in text.split(" ") if one]
    found = [one for part in text.split(",") if (one := part.strip(" "))]
    if split is None and any(" " in one for one in found):
        raise invalid(f"its '{name}' is one text with spaces; what parts it, the issuer's 'groups_split' must say")
    return found
