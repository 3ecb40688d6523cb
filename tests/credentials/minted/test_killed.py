"""What is left of a worker that is killed while it mints? At every database nothing, after one sweep."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.minted.databases import DATABASES, Minting
from support.minted.standing import ADMIN, Place, over_tls
from support.servers.devbao import DevBao, dev_bao
from support.servers.valkey import Valkey
from support.tools.families import REPOSITORY
from vecgate.state.store import Store

#: How many keys there are when it is killed, in a plain run; and with --long, where Milvus takes no more than 8 at once.
FEW, MANY, AT_MILVUS = 5, 1000, 50


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


def killed_while_minting(told: dict[str, Any], number: int) -> list[list[str]]:
    """What it said to have minted by then."""
    path = os.pathsep.join(str(REPOSITORY / part) for part in ("addons", "tests", "scripts"))
    environ = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "support.minted.killed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(told), file=process.stdin, flush=True)
        said = [json.loads(process.stdout.readline()) for _ in range(number)]
        process.kill()
    return said


async def _left(
    store: Store, valkey: Valkey, bao: DevBao, folder: Path, numbers: Sequence[int], killed_at: int
) -> None:
    databases = [one() for one in DATABASES]
    with ExitStack() as opened:
        places = [_place(one, store, bao, folder, opened) for one in databases]
        told = {
            "valkey": valkey.url, "prefix": store._settings.prefix, "bao": bao.url,
            "places": [
                {
                    "url": place.url, "ca": str(place.ca), "dialect": place.dialect, "number": number,
                    "told": {name: str(value) for name, value in place.told.items()},
                }
                for place, number in zip(places, numbers, strict=True)
            ],
        }  # fmt: skip
        said = await asyncio.to_thread(killed_while_minting, told, killed_at)
        assert {kind for kind, _ in said} == {one.kind for one in databases}
        assert all(one.left() for one in databases)
        await asyncio.sleep(0.3)  # it is known to be gone
        for place, database in zip(places, databases, strict=True):
            async with place.kind() as kind:
                assert await kind.manager.sweep() > 0
                assert database.left() == set(), database.kind
                assert await kind.manager._ledger.all() == {}


def _place(database: Minting, store: Store, bao: DevBao, folder: Path, opened: ExitStack) -> Place:
    own = folder / database.kind
    own.mkdir()
    url = opened.enter_context(over_tls(database, own))
    told = {"kind": database.kind, "admin": f"{ADMIN}-{database.kind}", **database.told}
    if database.kind == "pinecone_key":
        told |= {"admin_url": url, "login_url": url, "admin_ca": own / "ca.pem"}
    bao.call("POST", told["admin"], {"data": database.admin})
    return Place(url, own / "ca.pem", bao, store, database.dialect, told)


async def test_nothing_is_left_of_a_worker_that_was_killed(
    store: Store, valkey: Valkey, bao: DevBao, tmp_path: Path
) -> None:
    await _left(store, valkey, bao, tmp_path, [FEW] * len(DATABASES), FEW * len(DATABASES) - 3)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_nothing_is_left_of_thousands_of_keys(store: Store, valkey: Valkey, bao: DevBao, tmp_path: Path) -> None:
    numbers = [AT_MILVUS if one.kind == "milvus_user" else MANY for one in DATABASES]
    await _left(store, valkey, bao, tmp_path, numbers, sum(numbers) - 20)
