"""Do the settings of its page hold at a real server, and do the gateway's calls go through with them?"""

from pathlib import Path
from typing import Any, Final

import pytest

from support.lucene.asked import OWN, Before
from support.servers.elasticsearch import missing, running_elasticsearch

pytestmark = [pytest.mark.timeout(900), pytest.mark.long]
PAGE: Final = Path(__file__).resolve().parents[3] / ".github" / "elasticsearch.md"
MAPPED: Final[Any] = {"tenant": {"type": "keyword"}, "vec": {"type": "dense_vector", "dims": 2}}


def test_the_settings_of_its_page_hold_at_the_server_and_the_gateways_calls_go_through(tmp_path: Path) -> None:
    """E-05, E-32"""
    if why := missing():
        pytest.skip(why)
    block = PAGE.read_text("utf-8").partition("```text\n")[2].partition("```")[0]
    told = [line.split(": ") for line in block.splitlines() if not line.startswith("#")]
    assert len(told) == 4
    with running_elasticsearch(tmp_path, **{name.replace(".", "__"): value for name, value in told}) as url:
        server = Before(url, "elasticsearch")
        assert server.do("PUT", "/people", {"mappings": {"properties": MAPPED}}).status == 200
        lines = [{"index": {"_index": "people", "_id": "p1"}}, {"tenant": "acme", "vec": [1, 1]}]
        assert server.do("POST", "/_bulk?refresh=true", lines).tree["errors"] is False
        told = server.do("POST", "/_msearch", [{"index": "people"}, {}]).tree["responses"]
        assert told[0]["hits"]["total"]["value"] == 1
        assert server.do("POST", "/_mget", {"docs": [{"_index": "people", "_id": "p1"}]}).tree["docs"][0]["found"]
        near: Any = {"knn": {"field": "vec", "query_vector": [1, 1], "k": 1}}
        assert server.do("POST", "/people/_search", near, OWN).tree["hits"]["total"]["value"] == 1
        assert server.direct("POST", "/people/_mget", {"docs": [{"_index": "other", "_id": "1"}]})[0] == 400
        assert server.direct("PUT", "/made/_doc/1", {"a": 1})[0] == 404
        assert server.direct("DELETE", "/peop*")[0] == 400
        scripted = {"query": {"script_score": {"query": {"match_all": {}}, "script": {"source": "1"}}}}
        assert server.direct("POST", "/people/_search", scripted)[0] == 400
