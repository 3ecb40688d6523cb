"""Is what official clients say of their bodies read as JSON, and an old API refused?"""

import json
from typing import Final

import pytest

from support.lucene.asked import raw_of
from vecgate import dialects
from vecgate.dialects.elasticsearch import media
from vecgate.refusals.errors import CallRefused

VENDOR: Final = "application/vnd.elasticsearch+{}; compatible-with={}"


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (VENDOR.format("json", 8), "application/json"), (VENDOR.format("json", 9), "application/json"), (VENDOR.format("x-ndjson", 8), "application/x-ndjson"),
        ("Application/VND.elasticsearch+JSON;compatible-with=8", "application/json"), ("application/json", "application/json"),
        ("application/vnd.elasticsearch+json", "application/vnd.elasticsearch+json"), (VENDOR.format("cbor", 8), VENDOR.format("cbor", 8)),
        (VENDOR.format("json", 8) + "; charset=utf-8", VENDOR.format("json", 8) + "; charset=utf-8"), ("application/vnd.opensearch+json", "application/vnd.opensearch+json"),
    ],
)  # fmt: skip
def test_a_type_has_a_plain_name(said: str, plain: str) -> None:
    """E-10"""
    raw = raw_of("POST", "/people/_search", {}, (("Content-Type", said), ("accept", said), ("x-other", said)))
    assert dict(media.plain(raw).headers) == {"Content-Type": plain, "accept": plain, "x-other": said}


def test_to_the_server_it_goes_as_plain_json() -> None:
    """E-10, E-13"""
    dialect = dialects.load("elasticsearch")
    call = dialect.read(raw_of("POST", "/people/_search", {"size": 1}, (("content-type", VENDOR.format("json", 9)),)))
    assert dict(call.headers)["content-type"] == dict(call.headers)["accept"] == "application/json"
    lines = [{"index": {"_id": "1"}}, {"a": 1}]
    call = dialect.read(raw_of("PUT", "/people/_bulk", lines, (("content-type", VENDOR.format("x-ndjson", 8)),)))
    sent = dialect.outgoing(call)
    assert dict(sent.headers)["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in sent.body.splitlines()] == lines


@pytest.mark.parametrize(
    "headers",
    [
        (("content-type", VENDOR.format("json", 7)),), (("content-type", "application/json"), ("accept", VENDOR.format("json", 7))), (("content-type", VENDOR.format("json", 10)),),
        (("content-type", VENDOR.format("cbor", 8)),), (("content-type", "application/vnd.elasticsearch+json"),), (("content-type", "application/yaml"),), (("content-type", "text/plain"),),
        (("content-type", VENDOR.format("json", 8)), ("content-type", "application/json")),
    ],
)  # fmt: skip
def test_another_api_and_other_forms_are_refused(headers: tuple[tuple[str, str], ...]) -> None:
    """E-11, E-13"""
    with pytest.raises(CallRefused, match=r"body\.unreadable|protocol\.invalid"):
        dialects.load("elasticsearch").read(raw_of("POST", "/people/_search", {}, headers))


def test_an_old_api_is_refused_without_a_body_too() -> None:
    """E-11"""
    from vecgate.domain.exchange import Raw

    with pytest.raises(CallRefused, match="in the API of version 7"):
        dialects.load("elasticsearch").read(Raw("GET", "/people/_search", (("accept", VENDOR.format("json", 7)),)))
