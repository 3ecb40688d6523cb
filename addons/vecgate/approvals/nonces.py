"""Was this request made here, and not executed yet? A nonce makes a signed yes good for once, whatever the state says.

Each request bears one, a random number which approvers sign with the rest. The worker that made it keeps it in its
memory: so a yes cannot be used twice, nor for a request that no worker made, by whoever writes to the state. Where the
call comes again to another worker, that one asks for the nonce, and the first one hands it over and forgets it; both
prove by a key that only the workers of one gateway have. A nonce ends with its worker: then it is asked anew.
A plan has one for all its steps: spent on a step that was executed, it becomes good for the next one, where it is.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final

import orjson

from vecgate.approvals.held import Held
from vecgate.background import Tasks
from vecgate.refusals.errors import Unavailable
from vecgate.state.register import Register
from vecgate.state.store import Script, Store

BLOCK_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.5
#: How long another worker has to hand one over, in seconds.
HAND_OVER: Final = 5.0
#: So many are kept; the oldest are forgotten first.
MOST: Final = 50_000
_TELL: Final = Script.load("vecgate.approvals", "nonces.lua")


class Nonces:
    """Those of this worker. `key`: which all workers of this gateway have, and nobody else."""

    def __init__(
        self, store: Store, key: bytes, now: Callable[[], float] = time.monotonic, register: Register | None = None
    ) -> None:
        self._register = register or Register()
        self._store, self._now = store, now
        self._key = hmac.digest(key, b"vecgate: nonces", sha256)
        self._stream = store.key("{approvals}", "nonces")
        self._me = secrets.token_hex(8)
        self._mine: dict[str, tuple[str, float]] = {}  # nonce -> for what it is, and until when
        self._asked: dict[str, asyncio.Event] = {}  # by challenge
        self._tasks = Tasks()

    def open(self) -> None:
        """Start to listen for who asks, inside the running loop."""
        self._tasks.start(self._listen(), "approvals: nonces")

    async def close(self) -> None:
        await self._tasks.close()

    def new(self, binding: str, seconds: float) -> str:
        """A nonce for what has this binding, good for so long."""
        nonce = f"{self._me}.{secrets.token_hex(16)}"
        self._keep(nonce, binding, self._now() + seconds)
        return nonce

    def drop(self, nonce: str) -> None:
        """Forget one that nobody was asked with, or that has come to nothing."""
        self._mine.pop(nonce, None)

    def spend(self, nonce: str, binding: str) -> bool:
        """Use it up; whether it was there, and for this. One that is for something else stays."""
        until = self._mine.get(nonce, ("", 0.0))
        if until[0] != binding or self._register.is_ended(nonce):
            return False
        del self._mine[nonce]
        return self._now() < until[1]

    async def end(self, nonce: str, forgotten: float) -> None:
        """It has come to a no: no worker spends it any more, whatever the state says. Raises Unavailable('state')."""
        self.drop(nonce)
        await self._register.end(nonce, forgotten)

    def go_on(self, nonce: str, binding: str, seconds: float) -> None:
        """Make one that was spent here good for what comes next, and for nothing else."""
        self._keep(nonce, binding, self._now() + seconds)

    def sealed(self, held: Held) -> str:
        """What no one but a worker of this gateway can have made of a held call: of all of it but its reason."""
        said = {name: text for name, text in held.fields().items() if name != "why" and not name.startswith("marks")}
        return self._seal("held", orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())

    async def obtain(self, nonce: str, binding: str, seconds: float, *, comes_back: bool = False) -> bool:
        """Whether it is this worker's to spend, by now. Raises Unavailable('state').

        `comes_back`: it may have been handed over, spent there, and be good for what comes next.
        """
        if nonce in self._mine:
            return self._mine[nonce][0] == binding
        if nonce.partition(".")[0] == self._me and not comes_back:
            return False  # it was, and is spent
        challenge = secrets.token_hex(16)
        handed = self._asked[challenge] = asyncio.Event()
        try:
            await self._tell("ask", nonce, binding, challenge)
            with suppress(TimeoutError):
                async with asyncio.timeout(HAND_OVER):
                    await handed.wait()
        finally:
            del self._asked[challenge]
        if handed.is_set():
            self._keep(nonce, binding, self._now() + seconds)
        return handed.is_set()

    def _keep(self, nonce: str, binding: str, until: float) -> None:
        now = self._now()
        while self._mine and (len(self._mine) >= MOST or next(iter(self._mine.values()))[1] <= now):
            del self._mine[next(iter(self._mine))]
        self._mine[nonce] = binding, until

    def _seal(self, *words: str) -> str:
        return hmac.new(self._key, "\0".join(words).encode(), sha256).hexdigest()

    async def _tell(self, verb: str, nonce: str, binding: str, challenge: str) -> None:
        seal = self._seal(verb, nonce, binding, challenge)
        words = ("verb", verb, "nonce", nonce, "binding", binding, "challenge", challenge, "seal", seal)
        await self._store.run(_TELL, [self._stream], words)

    async def _listen(self) -> None:
        place: str | None = None
        while True:
            try:
                place = place or await self._store.stream_end(self._stream)
                for entry, fields in await self._store.stream_read(self._stream, place, BLOCK_SECONDS):
                    place = entry
                    await self._heard(fields)
            except Unavailable:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _heard(self, fields: dict[str, str]) -> None:
        verb, nonce, binding, challenge, seal = (
            fields.get(name, "") for name in ("verb", "nonce", "binding", "challenge", "seal")
        )
        if not hmac.compare_digest(seal.encode(), self._seal(verb, nonce, binding, challenge).encode()):
            return  # whoever writes to the state may say what they like
        if verb == "ask" and self.spend(nonce, binding):
            await self._tell("given", nonce, binding, challenge)
        elif verb == "given" and challenge in self._asked:
            self._asked[challenge].set()
