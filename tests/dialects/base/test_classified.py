"""What is told of a call where its database has no patterns?"""

import asyncio
from collections.abc import Sequence

from support.lucene.asked import raw_of
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation


def test_a_database_without_patterns_asks_nobody_whose_its_collections_are() -> None:
    dialect = dialects.load("qdrant")

    async def ask(_call: Call) -> Answer:
        return Answer(200, body=b'{"result":{"aliases":[]}}')

    async def sees(_each: Sequence[Operation]) -> list[bool]:
        raise AssertionError("asked")

    call = dialect.read(raw_of("GET", "/collections/people"))
    assert asyncio.run(dialect.classify_seen(call, ask, sees)) == asyncio.run(dialect.classify(call, ask))
