"""One server for all tests of a module; each has a prefix of its own."""

from support.servers.valkey import store, valkey

__all__ = ["store", "valkey"]
