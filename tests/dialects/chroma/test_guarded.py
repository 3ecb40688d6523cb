"""A read of Chroma that asks for metadata too is the same read, and its answer is given without."""

from vecgate.dialects.chroma.guarded import ChromaGuards
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation

READ = Operation("chroma", "collection_get", "list_scan", 2)


def test_metadata_is_asked_for_in_the_body_that_is_sent() -> None:
    call = Call("POST", "/get", body=b'{"include":[]}', tree={"include": []})
    told, untold = ChromaGuards().telling(call, READ, ["mark"])
    assert told.body == b'{"include":["metadatas"]}'
    assert untold({"ids": ["a"], "metadatas": [{}]}) == {"ids": ["a"], "metadatas": None}


def test_a_read_that_asks_for_it_stays_as_it_is() -> None:
    call = Call("POST", "/get", body=b"{}", tree={})
    told, untold = ChromaGuards().telling(call, READ, ["mark"])
    assert told is call
    assert untold({"metadatas": [1]}) == {"metadatas": [1]}
