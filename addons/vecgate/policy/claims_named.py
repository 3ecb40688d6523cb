"""Can a claim of that name be in a token? And is a text that is compared exactly no pattern by its looks?"""

import re
from typing import Any, Final

from vecgate.policy.strict import REGEX, plain

_NO_CLAIM: Final = re.compile(r"[*$\[\]>]|^/|^(realm_access|resource_access|act|cnf)[/:]")
#: Claims that are objects, with what is mostly meant.
_OBJECTS: Final = {
    "realm_access": "realm_access.roles",
    "resource_access": "resource_access.CLIENT.roles",
    "act": "act.sub",
    "cnf": "cnf.jkt",
}
#: Claims whose value has nothing inside.
_FLAT_CLAIMS: Final = frozenset(
    ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "azp", "client_id", "email", "name", "scope", "amr", "acr", "sid")
)


def exact(text: Any, free: re.Pattern[str] | None = None) -> str | None:
    """What is wrong with a text that is compared exactly. Taken literally, a pattern in a deny rule denies nobody."""
    if not isinstance(text, str):
        return None
    wild = set("*?") & set(free.sub("", text) if free else text)
    if (wild and "://" not in text) or REGEX.search(text):
        return f"'{text}' is compared exactly here: it is no pattern, and fits nobody. Name each one."
    try:
        plain(text)
    except ValueError as e:
        return str(e)
    return None


def no_claim(name: str) -> str | None:
    """What is wrong with the name of a claim."""
    inner = name.split(".")
    if name in _OBJECTS:
        return f"'{name}' holds other claims, and is none to compare; name one of them, such as {_OBJECTS[name]}."
    if "://" not in name and (_NO_CLAIM.search(name) or "" in inner or (len(inner) > 1 and inner[0] in _FLAT_CLAIMS)):
        said = "One inside of another is written with dots, without a place in a list, such as realm_access.roles."
        return f"'{name}' can be no claim. {said}"
    return exact(name)
