"""How far does a call reach?"""

import asyncio

from support.weaviate.asked import ANNA, EVA, FakeWeaviate, raw
from vecgate.dialects.weaviate.dialect import Weaviate

IDS = {"operator": "ContainsAny", "path": ["id"], "valueTextArray": [ANNA]}


def test_a_delete_is_counted_by_its_dry_run() -> None:
    """W-67"""
    dialect, server = Weaviate(), FakeWeaviate()
    call = dialect.read(raw("/batch/objects", {"match": {"class": "Person", "where": IDS}}, "DELETE"))
    operation = asyncio.run(dialect.classify(call, server.ask))
    found = asyncio.run(dialect.impact(call, operation, server.ask, 10))
    assert found is not None
    assert (found.touched, found.ids) == (2, (ANNA, EVA))
    assert b'"dryRun":true' in server.asked[-1].body
