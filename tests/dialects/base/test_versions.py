"""Which versions of a server are those that were tested, and what an answer tells of its own."""

import json
from typing import Any

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base import versions
from vecgate.domain.call import Answer, Call

TESTED = versions.Tested(("2.19", "3.5.0"), Call("GET", "/"), ("version", "number"), also=(("version", "of"), "mine"))


@every(
    ("version", "covered"),
    [("2.19", True), ("2.19.6", True), ("2.19-SNAPSHOT", True), ("2.190", False), ("2.1", False), ("2", False), ("3.5.0", True),
     ("3.5.1", False), ("3.5.0-rc1", True), ("", False)],
)  # fmt: skip
def test_a_version_stands_for_all_that_begin_so(version: str, covered: bool) -> None:
    assert TESTED.covers(version) is covered


@every(
    ("status", "tree", "version"),
    [(200, {"version": {"number": "2.19.6", "of": "mine"}}, "2.19.6"), (200, {"version": {"number": "v1.40.0-dev", "of": "mine"}}, "1.40.0-dev"),
     (200, {"version": {"number": "8.1", "of": "yours"}}, "of another database"), (200, {"version": {"number": "<b>8", "of": "mine"}}, None),
     (200, {"version": {"number": "1" * 60, "of": "mine"}}, None), (200, {"version": "2"}, "of another database"), (401, {}, None), (200, [], "of another database")],
)  # fmt: skip
def test_an_answer_tells_a_version_or_none(status: int, tree: Any, version: str | None) -> None:
    assert TESTED.told(Answer(status, body=json.dumps(tree).encode())) == version
    assert not TESTED.covers(str(version)) or version == "2.19.6"


def test_what_is_no_json_tells_none() -> None:
    assert TESTED.told(Answer(200, body=b"<html>")) is None


def test_every_dialect_says_with_which_versions_it_was_tested_or_why_it_does_not() -> None:
    for name in dialects.names():
        tested = dialects.tested(name)
        assert tested.versions or tested.unasked, name
        assert (tested.call is None) is bool(tested.unasked), name
    assert dialects.tested("none-of-these").unasked
    assert dialects.doors("none-of-these") == ()


@every(
    ("name", "body", "version", "older"),
    [
        ("chroma", '"1.0.0"', "1.0.0", "0.6.3"),
        (
            "qdrant",
            '{"title": "qdrant - vector search engine", "version": "1.19.0", "commit": "x"}',
            "1.19.0",
            "1.18.2",
        ),
        ("weaviate", '{"version": "1.40.0-dev", "modules": {}}', "1.40.0-dev", "1.4.0"),
        ("elasticsearch", '{"version": {"number": "8.19.5"}, "tagline": "You Know, for Search"}', "8.19.5", "8.1.0"),
        ("opensearch", '{"version": {"distribution": "opensearch", "number": "2.19.6"}}', "2.19.6", "2.18.0"),
    ],
)
def test_what_real_servers_tell_is_among_what_was_tested(name: str, body: str, version: str, older: str) -> None:
    tested = dialects.tested(name)
    assert tested.told(Answer(200, body=body.encode())) == version
    assert tested.covers(version)
    assert not tested.covers(older)
