"""Are lines read in one way only, and written as they were understood?"""

import pytest

from support.lucene.asked import Described, raw_of
from support.tools.every import every
from vecgate import dialects
from vecgate.refusals.errors import CallRefused

LINES: list[tuple[str, bytes]] = [
    ("two actions", b'{"index":{"_id":"1"},"delete":{"_id":"p8"}}\n{"a":1}\n'),
    ("something after an action", b'{"index":{"_id":"1"}} {"delete":{"_id":"p8"}}\n{"a":1}\n'),
    ("no action", b'{"_id":"1"}\n{"a":1}\n'),
    ("an unknown one", b'{"upsert":{"_id":"1"}}\n{"a":1}\n'),
    ("a record too few", b'{"index":{"_id":"1"}}\n'),
    ("two records on a line", b'{"index":{"_id":"1"}}\n{"a":1}{"b":1}\n'),
    ("two records with a comma", b'{"index":{"_id":"1"}}\n{"a":1},{"b":1}\n'),
    ("an object over two lines", b'{"index":\n{"_id":"1"}}\n{"a":1}\n'),
    ("a comment", b'{"index":{"_id":"1"}}//x\n{"a":1}\n'),
    ("an empty line", b'\n{"index":{"_id":"1"}}\n{"a":1}\n'),
    ("an empty line between", b'{"index":{"_id":"1"}}\n{"a":1}\n\n{"delete":{"_id":"1"}}\n'),
    ("a member twice", b'{"index":{"_id":"1","_id":"2"}}\n{"a":1}\n'),
    ("a pipeline", b'{"index":{"_id":"1","pipeline":"p"}}\n{"a":1}\n'),
    ("a routing", b'{"index":{"_id":"1","routing":"p"}}\n{"a":1}\n'),
    ("what an update shows", b'{"update":{"_id":"1"}}\n{"doc":{"a":1},"_source":true}\n'),
    ("what an update shows, in its line", b'{"update":{"_id":"1","_source":true}}\n{"doc":{"a":1}}\n'),
    ("a script", b'{"update":{"_id":"1"}}\n{"script":"ctx._source.a=1"}\n'),
    ("nothing", b"\n"),
    ("a text", b'"x"\n'),
]


@every(("how", "body"), LINES, ids=[how for how, _ in LINES])
def test_a_line_that_is_read_in_two_ways_is_refused(how: str, body: bytes) -> None:
    """O-06, O-10, O-11, O-12, O-62"""
    assert Described().no("POST", "/people/_bulk", body).startswith("body.unreadable"), how


def test_lines_go_out_as_they_were_understood() -> None:
    """O-06, O-11"""
    dialect = dialects.load("opensearch")
    said = b'{ "index" : {"_id":1} }\r\n{"a":"\\u0062", "n": 1.0}\n{"delete":{"_id":"2","_index":"people"}}'
    call = dialect.read(raw_of("POST", "/people/_bulk", said))
    sent = dialect.outgoing(call)
    assert sent.body == b'{"index":{"_id":"1"}}\n{"a":"b","n":1.0}\n{"delete":{"_id":"2","_index":"people"}}\n'
    assert dict(sent.headers)["content-type"] == "application/x-ndjson"
    assert dialect.read(raw_of("POST", sent.path, sent.body)).tree == call.tree


def test_many_lines_are_bounded_as_one_document_is() -> None:
    from vecgate.parsing import strict_json

    line = b'{"index":{}}\n{"a":[' + b",".join([b"[]"] * 30_000) + b"]}\n"
    dialect = dialects.load("opensearch")
    assert dialect.read(raw_of("POST", "/people/_bulk", line)).tree
    with pytest.raises(CallRefused, match="objects and arrays"):
        dialect.read(raw_of("POST", "/people/_bulk", line * 4))
    assert strict_json.Bounds().containers == 100_000
