"""How far does a call reach?"""

import asyncio

from support.weaviate.asked import ANNA, EVA, FakeWeaviate, raw
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.approval import Impact

IDS = {"operator": "ContainsAny", "path": ["id"], "valueTextArray": [ANNA]}


def test_a_delete_is_counted_by_its_dry_run_and_its_class_by_a_count() -> None:
    """W-67"""
    server = FakeWeaviate(count=6)
    found = _impact(server)
    assert (found.touched, found.total, found.ids, found.note) == (2, 6, (ANNA, EVA), "")
    assert b'"dryRun":true' in server.asked[-2].body
    assert b'Note(tenant: \\"t1\\")' in server.asked[-1].body


def test_of_a_server_that_does_not_count_it_is_said_that_there_may_be_more() -> None:
    found = _impact(FakeWeaviate())
    assert (str(found), found.note) == ("2 of 2 records in Note", "how many others there are is not told")


def _impact(server: FakeWeaviate) -> Impact:
    dialect = Weaviate()
    call = dialect.read(raw("/batch/objects?tenant=t1", {"match": {"class": "Note", "where": IDS}}, "DELETE"))
    operation = asyncio.run(dialect.classify(call, server.ask))
    found = asyncio.run(dialect.impact(call, operation, server.ask, 10))
    assert found is not None
    return found
