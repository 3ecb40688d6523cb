"""A gateway's credentials part on the stack's real OpenBao."""

from support.servers.issuing import foreign_key, part

__all__ = ["foreign_key", "part"]
