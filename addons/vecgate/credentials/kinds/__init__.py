"""How can one prove oneself to a database (credential kinds)? A folder each, nothing else: see _base.py."""

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login, Means, Token
from vecgate.settings.plugins import CREDENTIALS

__all__ = ["CredentialKind", "Issued", "Login", "Means", "Token", "load", "names"]

names = CREDENTIALS.names


def load(name: str) -> type[CredentialKind]:
    """The kind of that name. Raises LookupError for one that is not there, or that does not keep to its name."""
    return CREDENTIALS.only(CREDENTIALS.load(name), CredentialKind)  # type: ignore[type-abstract]
