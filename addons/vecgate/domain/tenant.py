"""Whose data is it? Of which database, and of which tenant there: the keys of masked values are a tenant's own."""

from typing import Final

type Tenant = tuple[str, str]
NOBODY: Final[Tenant] = ("", "")
