"""Is what guards ask told of the collection that a call is about, even while names are forgotten?"""

import asyncio

from support.milvus.asked import V2, FakeMilvus, raw
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Json


def test_records_of_an_answer_on_its_way_are_told_whatever_is_forgotten() -> None:
    dialect, server = Milvus(), FakeMilvus()
    call = dialect.read(raw(f"{V2}/entities/query", {"collectionName": "people", "outputFields": ["email"]}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    dialect.forget_names()
    tree: Json = {"code": 0, "data": [{"id": 1, "email": "a"}]}
    found = dialect.answered(operation, tree)
    assert found is not None
    assert [one.id for one in found.listed] == ["1"]


def test_a_number_of_records_is_no_list_of_them() -> None:
    dialect, server = Milvus(), FakeMilvus()
    call = dialect.read(raw(f"{V2}/entities/query", {"collectionName": "people", "outputFields": ["count(*)"]}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    assert not dialect.lists(operation)
    assert dialect.answered(operation, {"code": 0, "data": [{"count(*)": 5}]}) is None
