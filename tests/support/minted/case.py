"""A database that mints keys, set up for the suite of all kinds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.credentials.store import Case, Vouching, values
from support.minted.databases import DATABASES
from support.minted.standing import keys, over_tls


@contextmanager
def minted(kind: str, store: Vouching, folder: Path) -> Iterator[Case]:
    """One of them, with the gateway's secret there in the store's KV."""
    database = next(one for one in DATABASES if one.kind == kind)()
    with over_tls(database, folder) as url:
        ca, path = str(folder / "ca.pem"), f"secret/data/minted/{kind}"
        store.call("POST", path, {"data": database.admin})
        store.permit("gateway", path, "read", "update")
        told = {"admin": path, **database.told}
        if kind == "pinecone_key":
            told |= {"admin_url": url, "login_url": url, "admin_ca": ca}
        yield Case(
            kind, database.dialect, told, values, url=url, ca=ca,
            works=lambda material: database.lets(keys(material), "read", "people"), left=lambda: len(database.left()),
        )  # fmt: skip
