"""What is a document of several searches taken for, and when is a class looked for again?"""

import asyncio

from support.tools.every import every
from support.weaviate.asked import FakeWeaviate, meant, raw
from vecgate.dialects.weaviate.dialect import Weaviate


@every(("query", "kind", "lists"), [
    ("{Aggregate{Person{meta{count}}} Get{Person(nearVector:{vector:[1]}){name}}}", "search", False),
    ("{Aggregate{Person{meta{count}}} Get{Person{name}}}", "list_scan", False),
    ("{Get{a:Person{name} b:Person(nearVector:{vector:[1]}){name}}}", "search", True),
    ("{Aggregate{Person{meta{count}}}}", "count", False),
    ("{Get{Person{name}}}", "list_scan", True),
])  # fmt: skip
def test_a_document_is_guarded_as_the_most_that_it_does(query: str, kind: str, lists: bool) -> None:
    """W-43"""
    operation = meant("/graphql", {"query": query})
    assert operation.kind == kind
    assert Weaviate().lists(operation) == lists


def test_a_property_that_is_not_there_is_looked_for_each_time() -> None:
    """W-69"""
    dialect, server = Weaviate(), FakeWeaviate()
    call = dialect.read(raw("/graphql", {"query": "{Get{Person{name}}}"}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    asked = len(server.asked)
    asyncio.run(dialect.learnt(operation, server.ask, ["name"]))
    assert len(server.asked) == asked
    asyncio.run(dialect.learnt(operation, server.ask, ["_vecgate_quarantine"]))
    assert len(server.asked) == asked + 1
