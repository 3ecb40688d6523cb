"""Which version does an answer of Elasticsearch tell, and is one of another database none?"""

import json

from vecgate import dialects
from vecgate.domain.call import Answer


def test_a_server_tells_its_version_and_one_of_another_kind_is_none() -> None:
    tested = dialects.tested("elasticsearch")
    told = {"version": {"number": "8.19.5"}, "tagline": "You Know, for Search"}
    assert tested.told(Answer(200, body=json.dumps(told).encode())) == "8.19.5"
    assert tested.covers("8.19.5")
    assert tested.covers("9.2.0")
    assert not tested.covers("7.17.0")
    fork = {
        "version": {"number": "2.19.6", "distribution": "opensearch"},
        "tagline": "The OpenSearch Project: https://opensearch.org/",
    }
    assert tested.told(Answer(200, body=json.dumps(fork).encode())) == "of another database"
