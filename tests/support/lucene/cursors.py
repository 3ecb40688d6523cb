"""How do scrolls and points in time go, in either database's words, and who goes on with whose?"""

from dataclasses import dataclass
from typing import Any

from support.leaks import Ask, Said
from support.lucene.gated import Gate


@dataclass(frozen=True)
class Person:
    """Somebody before a gateway. `claims`: of their token, beside their group."""

    gate: Gate
    group: str
    user: str = ""
    claims: tuple[tuple[str, Any], ...] = ()

    def say(self, method: str, path: str, body: Any = None) -> Said:
        claims = {"tenant": "acme"} if self.group == "staff" else {}
        token = self.gate.token(self.user or f"{self.group}-person", self.group, **claims, **dict(self.claims))
        return self.gate.say(Ask(method, path, body), token)

    def code(self, method: str, path: str, body: Any = None) -> str:
        """The code of a refusal."""
        said = self.say(method, path, body)
        return str(said.tree["error"]["type"]) if isinstance(said.tree, dict) and "error" in said.tree else said.text

    def scroll(self, size: int | None = 2, keep: str = "1m", **body: Any) -> Any:
        """What the first page of a scroll through the people is answered."""
        told = {**({"size": size} if size else {}), **body}
        said = self.say("POST", f"/people/_search?scroll={keep}", told)
        assert said.status == 200, said.text
        return said.tree

    def on(self, handle: str, keep: str | None = "1m") -> Said:
        return self.say("POST", "/_search/scroll", {"scroll_id": handle, **({"scroll": keep} if keep else {})})

    def through(self, first: Any) -> list[Any]:
        """The records of all pages, the first one's too."""
        found, page = list[Any](), first
        while page["hits"]["hits"]:
            found += page["hits"]["hits"]
            said = self.on(page["_scroll_id"])
            assert said.status == 200, said.text
            page = said.tree
        assert self.say("DELETE", "/_search/scroll", {"scroll_id": [page["_scroll_id"]]}).status == 200
        return found


@dataclass(frozen=True)
class Words:
    """How a database calls what is done with points in time."""

    database: str
    at: str
    id: str
    several: bool

    def opened(self, person: Person, keep: str = "1m", index: str = "people") -> Said:
        return person.say("POST", f"/{index}{self.at}?keep_alive={keep}")

    def closed(self, person: Person, handle: str) -> Said:
        return person.say("DELETE", self.at, {self.id: [handle] if self.several else handle})


WORDS = {
    "opensearch": Words("opensearch", "/_search/point_in_time", "pit_id", True),
    "elasticsearch": Words("elasticsearch", "/_pit", "id", False),
}
