"""How does a Weaviate answer the gateway's own questions, and what does a call mean to the dialect? Without a server."""

import asyncio
import json
from typing import Any, Final

from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.domain.row import Row
from vecgate.domain.scoped import Scoped

JSON: Final = (("content-type", "application/json"),)
ANNA: Final = "abc10000-0000-4000-8000-000000000001"
EVA: Final = "abc10000-0000-4000-8000-000000000005"


def prop(name: str, kind: str, tokenization: str = "") -> dict[str, Any]:
    return {"name": name, "dataType": [kind]} | ({"tokenization": tokenization} if tokenization else {})


def described(name: str, *properties: dict[str, Any], tenants: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "class": name,
        "properties": [*properties],
        "vectorizer": "none",
        "multiTenancyConfig": {"enabled": tenants},
    } | more


CLASSES: Final = {
    "Person": described(
        "Person", prop("name", "text", "word"), prop("email", "text", "field"), prop("city", "text", "field"), prop("age", "int"),
        prop("vip", "boolean"), prop("note", "text", "word"), prop("tenant", "text", "field"), prop("tags", "text[]", "field"),
        prop("knows", "Person"), prop("worksAt", "Company"),
    ),
    "Company": described("Company", prop("name", "text", "word"), prop("secret", "text", "word")),
    "Note": described("Note", prop("text", "text", "word"), prop("kind", "text", "field"), tenants=True),
    "Bi": described("Bi", prop("text", "text", "word"), vectorizer="text2vec-bigram"),
}  # fmt: skip


class FakeWeaviate:
    """The classes above, and one alias; keeps what was asked. `count`: of a class's objects; None: it tells none."""

    def __init__(self, aliases: dict[str, str] | None = None, count: int | None = None) -> None:
        self.aliases, self.count = {"People": "Person"} if aliases is None else aliases, count
        self.asked: list[Call] = []

    async def ask(self, call: Call) -> Answer:
        self.asked.append(call)
        parts = call.path.split("/")[2:]
        if parts[0] == "schema":
            found: Any = (
                CLASSES.get(self.aliases.get(parts[1], parts[1])) if parts[1:] else {"classes": [*CLASSES.values()]}
            )
        elif parts[0] == "aliases":
            found = {"alias": parts[1], "class": self.aliases[parts[1]]} if parts[1] in self.aliases else None
        elif parts[0] == "graphql":
            found = self.count and {"data": {"Aggregate": {"Note": [{"meta": {"count": self.count}}]}}}
        else:
            found = {"results": {"matches": 2, "objects": [{"id": ANNA}, {"id": EVA}]}}
        return Answer(404) if found is None else Answer(200, body=json.dumps(found).encode())


def raw(path: str, tree: Any = None, method: str = "POST", headers: Any = JSON) -> Raw:
    """A request under `/v1`; a text is sent as it is."""
    body = b"" if tree is None else tree.encode() if isinstance(tree, str) else json.dumps(tree).encode()
    return Raw(method, f"/v1{path}", headers if body else (), body)


def read(path: str, tree: Any = None, method: str = "POST", headers: Any = JSON) -> Call:
    return Weaviate().read(raw(path, tree, method, headers))


def meant(path: str, tree: Any = None, method: str = "POST", server: FakeWeaviate | None = None) -> Operation:
    dialect = Weaviate()
    return asyncio.run(dialect.classify(dialect.read(raw(path, tree, method)), (server or FakeWeaviate()).ask))


def graphql(text: str) -> dict[str, str]:
    return {"query": text}


T1: Final = Row("tenant", ("t1",))


def decided(*rows: Row, **more: Any) -> Decision:
    return Decision(Effect.ALLOW, "r", "because", "v1", rows=rows, **more)


def restricted(path: str, tree: Any = None, method: str = "POST", **more: Any) -> Call:
    dialect, server = Weaviate(), FakeWeaviate()
    call = dialect.read(raw(path, tree, method))
    operation = asyncio.run(dialect.classify(call, server.ask))
    return dialect.restrict(call, operation, decided(**more))


def scoped(path: str, tree: Any = None, method: str = "POST", rows: tuple[Row, ...] = (T1,)) -> Scoped:
    dialect = Weaviate()
    return asyncio.run(dialect.scoped(dialect.read(raw(path, tree, method)), decided(*rows), FakeWeaviate().ask))
