"""A worker that mints keys at several databases until somebody kills it: a line for each, as it is there."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from support.minted.standing import Place, keys, login
from support.servers.devbao import DevBao
from vecgate.domain.lease import Reach, Scope
from vecgate.settings.state import State
from vecgate.state.store import Store


async def _mint(place: Place, number: int) -> None:
    async with place.kind() as kind:
        kind.manager._ledger._good_for = 0.2
        kind.manager._ledger._idle = 0.0
        for at in range(number):
            scope = kind.keyed(Scope(Reach.READ, (f"Collection{at}",)))
            issued = await kind.obtain(login(f"person-{at}", scope, role="DataPlaneViewer"), 600)
            assert keys(issued.material)
            print(json.dumps([kind.name, issued.id]), flush=True)
        await asyncio.sleep(600)


async def _all(told: dict[str, Any]) -> None:
    store = Store(State(url=told["valkey"], prefix=told["prefix"], timeout=60))
    await store.open()
    bao = DevBao(told["bao"], ec.generate_private_key(ec.SECP256R1()))
    places = [Place(one["url"], Path(one["ca"]), bao, store, one["dialect"], one["told"]) for one in told["places"]]
    await asyncio.gather(*(_mint(place, one["number"]) for place, one in zip(places, told["places"], strict=True)))


if __name__ == "__main__":
    asyncio.run(_all(json.loads(sys.stdin.readline())))
