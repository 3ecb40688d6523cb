"""Keys that a stand-in mints (tests/support/minted/databases.py)."""

from contextlib import AbstractContextManager
from pathlib import Path

from support.credentials.store import Case, Vouching
from support.minted.case import minted


def prepared(store: Vouching, folder: Path) -> AbstractContextManager[Case]:
    return minted("elasticsearch_key", store, folder)
