"""What is an answer in JSON, where it comes in another form?"""

import json
from base64 import b64encode
from typing import Any

from support.tools.every import every
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.call import Answer
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json


def spoken(name: str, answer: Answer) -> Answer:
    return Milvus().spoken(Operation("milvus", name, "list_scan", 2), answer)


def packed(text: str) -> str:
    return b64encode(text.encode()).decode()


HELD = ['{"pin":77}', ' {"pin": "\u00e9"}', "[1,2]", '{"a":1,"a":2}', "{}"]


@every("text", HELD)
@every("name", ["v1_query", "v1_get", "v1_search"])
def test_json_in_base64_becomes_a_text_of_it(name: str, text: str) -> None:
    """M-32: a field of it that is hidden was not to be found by its name."""
    row: dict[str, Any] = {"id": "1", "meta": packed(text), "name": "Eva", "code": "AQID", "n": 1}
    said = spoken(name, Answer(200, body=json.dumps({"code": 200, "data": [row]}).encode()))
    assert json.loads(said.body) == {"code": 200, "data": [{**row, "meta": text}]}


def test_it_does_so_in_an_answer_that_is_larger_than_a_request_may_be() -> None:
    """Else it would be shown with what is hidden in it."""
    strict_json.bound(strict_json.Bounds(containers=1, values=1))
    try:
        said = spoken(
            "v1_query", Answer(200, body=json.dumps({"code": 200, "data": [{"meta": packed("[7]")}]}).encode())
        )
    finally:
        strict_json.bound(strict_json.Bounds())
    assert json.loads(said.body)["data"] == [{"meta": "[7]"}]


@every("body", [b'{"code":200,"data":[{"id":"1","a":"AQID"}]}', b'{"code":1100,"message":"e30="}', b'{"code":200,"data":[', b'{"code":200,"data":[1]}',
                b'{"code":200,"data":[{"a":1,"a":2}]}', b"{}", b""])  # fmt: skip
def test_all_else_stays_as_it_came(body: bytes) -> None:
    answer = Answer(200, body=body)
    assert spoken("v1_query", answer) is answer
    newer = Answer(200, body=json.dumps({"code": 0, "data": [{"a": packed("{}")}]}).encode())
    assert spoken("entities_query", newer) is newer
