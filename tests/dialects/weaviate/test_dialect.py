"""What does the dialect make of limits, of aliases, of an answer and of a refusal?"""

import json

import pytest

from vecgate import dialects
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.dialects.weaviate.options import Options
from vecgate.domain.call import Answer
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed

GET = "{Get{Person{name}}}"


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


def test_a_refusal_has_the_shape_that_clients_show() -> None:
    for code, status in (("route.unknown", 403), ("collection.unknown", 404), ("rows.busy", 503)):
        rendered = Weaviate().render(refuse(code))
        assert json.loads(rendered.body)["error"][0]["message"].startswith(code)
        assert rendered.status == status


def test_success_with_nothing_is_a_failure_where_there_is_something_to_say() -> None:
    """W-24"""
    for name in ("objects_list", "graphql", "aggregate", "batch_objects"):
        with pytest.raises(MaskFailed, match="empty"):
            Weaviate().spoken(op(name), Answer(200))
    for name, status in (("ready", 200), ("tenant_exists", 200), ("objects_patch", 204), ("objects_get", 404)):
        assert Weaviate().spoken(op(name), Answer(status)).body == b""
    said = Weaviate().spoken(op("objects_get"), Answer(404, body=b"404 page not found"))
    assert json.loads(said.body) == {"error": [{"message": "404 page not found"}]}


def test_an_answer_that_shows_what_references_lead_to_is_handed_on_to_nobody() -> None:
    """W-48"""
    for name in ("search_bm25", "search_hybrid", "search_near_object", "search_near_text"):
        leading = Answer(200, body=b'{"results": [{"id": "a"}, {"id": "b", "references": {"worksAt": [{"id": "c"}]}}]}')
        with pytest.raises(MaskFailed, match="references"):
            Weaviate().spoken(op(name), leading)
        for plain in (b'{"results": [{"properties": {"references": "x"}}]}', b'{"results": [{"references": {}}]}', b'{"references"'):  # fmt: skip
            assert Weaviate().spoken(op(name), Answer(200, body=plain)).body == plain


def test_a_client_that_reads_over_grpc_is_told_at_its_first_call() -> None:
    """What weaviate-client 4 and npm's 3 send, and those over REST do not; a setting lets them begin."""
    tree = {"dialect": "weaviate", "url": "https://x", "hosts": ["h"], "credential": {"role": "r", "gateway_role": "g"}}
    of_grpc, other = (("x-weaviate-client", "weaviate-client-python/4.24.1"),), (("accept", "application/json"),)
    made = dialects.load("weaviate", Options.model_validate(tree))
    with pytest.raises(CallRefused, match=r"protocol\.grpc"):
        made.read(Raw("GET", "/v1/meta", of_grpc, b""))
    made.read(Raw("GET", "/v1/meta", other, b""))
    made.read(Raw("GET", "/v1/schema", of_grpc, b""))
    dialects.load("weaviate", Options.model_validate({**tree, "grpc_clients": "start"})).read(
        Raw("GET", "/v1/meta", of_grpc, b"")
    )
    dialects.load("weaviate", Options.model_validate({**tree, "grpc": True})).read(Raw("GET", "/v1/meta", of_grpc, b""))
