"""What is never taken for something else? The base of everything that is read from a policy file, and of its texts."""

import re
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from vecgate.domain.people import CLIENTS
from vecgate.parsing.exact import named

#: What people write who think of regular expressions.
REGEX: Final = re.compile(r"^\^|\$$|\.\+|\|")

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
    ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", *CLIENTS, "email", "name", "scope", "amr", "acr", "sid")
)


def plain(text: str) -> str:
    """The text. Raises ValueError for one that looks like another: with spaces around it, or invisible characters."""
    if text != text.strip() or not text.isprintable():
        raise ValueError(f"{text!a} has spaces around it, or a character that nobody sees, and fits nothing")
    return text


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


class Part(BaseModel):
    """Base of every part of a policy or test file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _same_type(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.field_name or ""
        return named(cls.model_fields[name].annotation, name, value)
