"""The tour's part about access for two hours: asked for, granted, used, taken back, refused, and what was done with it.

A ticket is looked for by its customer's address. Whoever sees addresses masked may not ask about them, and so nobody
here may who has not been granted to see them.
"""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from demo import seed
from demo.expected import expect
from demo.gateway import DATA, Gateway, Reply
from demo.settings import UPSTREAM
from demo.stack import Stack

MAIL: Final = seed.EMAILS[0]
WISH: Final = (
    *("--upstream", UPSTREAM, "--collection", seed.COLLECTION, "--operations", "search,count", "--for", "2h"),
    *("--records", "50", "--reason", "INC-7: a customer asks what became of the ticket"),
)


@dataclass(slots=True)
class Access:
    """carol, who asks, and bob, who answers. `run` types a command of vecgate."""

    stack: Stack
    gateway: Gateway
    say: Callable[[str], None]
    run: Callable[..., subprocess.CompletedProcess[str]]
    carol: str = ""
    bob: str = ""
    path: str = ""

    def walk(self) -> None:
        """All of it. Raises TourFailed."""
        self.carol, self.bob = self.stack.token("carol"), self.stack.token("bob")
        found = self.gateway.ask("GET", f"{DATA}/collections/{seed.COLLECTION}", token=self.carol).json
        self.path = f"{DATA}/collections/{found['id']}/query"
        self._shown("carol", self.search(), wanted=False)
        asked = self._typed(self.carol, "request", *WISH, "--json")
        id = str(json.loads(asked)["id"])
        self._typed(self.bob, "approve", id, "--yes", show=("state", "asked by", "for", "at most"))
        self._within("carol's search passes", lambda: self.search().status == 200)
        self._shown("carol", self.search(), wanted=True)
        self._typed(self.bob, "revoke", id, "--reason", "answered", show=("state", "ended by"))
        took = self._within("carol's search is refused", lambda: self.search().status != 200)
        self._shown(f"carol, {took:.1f} s later", self.search(), wanted=False)
        debrief = self._typed(self.bob, "debrief", id, show=("",))
        expect("operations   search" in debrief and "not used     count" in debrief, "what was done is told")
        self._typed(self.carol, "acknowledge", id)
        read = self._typed(self.bob, "acknowledge", id)
        expect("debrief      read" in read, "it was read by both")

    def search(self) -> Reply:
        """carol looks for the tickets of one customer."""
        body = {
            "query_embeddings": [seed.embed("refund")],
            "n_results": 3,
            "where": {"email": MAIL},
            "include": ["metadatas"],
        }
        return self.gateway.ask("POST", self.path, token=self.carol, body=body)

    def _shown(self, who: str, reply: Reply, *, wanted: bool) -> None:
        answer: Any = reply.json
        self.say(f"   {who}: {answer['metadatas'][0] if reply.status == 200 else answer['message']}")
        expect((reply.status == 200) is wanted, f"a search is {'answered' if wanted else 'refused'}: {reply.status}")
        expect((MAIL in reply.body.decode()) is wanted, "addresses are seen by whom it was granted, while it lasts")

    def _typed(self, token: str, *words: str, show: tuple[str, ...] = ()) -> str:
        done = self.run(self.stack, self.gateway, "access", *words, token=token)
        expect(done.returncode == 0, f"vecgate access {words[0]}: {done.stderr}")
        for line in done.stdout.splitlines():
            if line.startswith(show) and show:
                self.say(f"   {line}")
        return done.stdout

    def _within(self, what: str, so: Callable[[], bool]) -> float:
        """Seconds it took to come true; less than one."""
        began = time.monotonic()
        while not so():
            expect(time.monotonic() - began < 1, f"{what} within a second")
            time.sleep(0.02)
        return time.monotonic() - began
