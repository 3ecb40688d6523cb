"""Static keys: one for reads, one for writes, one of the gateway's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.credentials.store import Case, Vouching, values

KEYS = {"docs/reader": "kv-key-of-readers-1", "docs/writer": "kv-key-of-writers-1", "docs/own": "kv-key-of-its-own-1"}


@contextmanager
def prepared(store: Vouching, _folder: Path) -> Iterator[Case]:
    for path, key in KEYS.items():
        store.call("POST", f"secret/data/{path}", {"data": {"key": key}})
    store.permit("person", "secret/data/docs/reader", "read")
    store.permit("person", "secret/data/docs/writer", "read")
    store.permit("lookups", "secret/data/docs/own", "read")
    told = {"role": "docs/reader", "write_role": "docs/writer", "gateway_role": "docs/own"}
    yield Case("vault_kv", "qdrant", told, values)
