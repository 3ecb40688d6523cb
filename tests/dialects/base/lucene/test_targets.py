"""Under which names does a call go out?"""

from typing import Any

from support.lucene.asked import Described
from support.tools.every import every

SENT: list[tuple[str, str, Any, str, Any]] = [
    ("GET", "/everyone/_search", None, "/people/_search", None),
    ("GET", "/_search", None, "/_all/_search", None),
    ("POST", "/everyone,pets/_search", {}, "/people%2Cpets/_search", {}),
    ("PUT", "/everyone/_doc/a b", {"a": 1}, "/people/_doc/a%20b", {"a": 1}),
    ("DELETE", "/everyone/_doc/r1", None, "/people/_doc/r1", None),
    ("POST", "/_bulk", [{"delete": {"_index": "everyone", "_id": "r"}}], "/people/_bulk", {"items": [{"delete": {"_id": "r"}}]}),
    ("POST", "/pets/_bulk", [{"delete": {"_index": "everyone", "_id": "r"}}, {"delete": {"_id": "r"}}], "/_bulk",
     {"items": [{"delete": {"_index": "people", "_id": "r"}}, {"delete": {"_index": "pets", "_id": "r"}}]}),
    ("POST", "/everyone/_msearch", [{}, {}], "/people/_msearch", {"searches": [{"header": {}, "body": {}}]}),
    ("POST", "/_msearch", [{"index": "everyone"}, {}, {"index": ["pets"]}, {}], "/_msearch",
     {"searches": [{"header": {"index": ["people"]}, "body": {}}, {"header": {"index": ["pets"]}, "body": {}}]}),
    ("POST", "/_mget", {"docs": [{"_index": "everyone", "_id": "r"}, {"_index": "crew", "_id": "s"}]}, "/people/_mget",
     {"docs": [{"_id": "r"}, {"_id": "s"}]}),
    ("POST", "/everyone/_mget", {"ids": ["r"]}, "/people/_mget", {"ids": ["r"]}),
    ("DELETE", "/people", None, "/people", None),
    ("GET", "/_alias/everyone", None, "/people/_alias/everyone", None),
    ("HEAD", "/_alias/everyone,pets", None, "/people%2Cpets/_alias/everyone%2Cpets", None),
    ("GET", "/everyone/_alias/other", None, "/people/_alias/other", None),
    ("GET", "/_cluster/health/everyone", None, "/_cluster/health/people", None),
]  # fmt: skip


@every(("method", "target", "body", "path", "tree"), SENT)
def test_a_call_goes_out_under_the_names_it_was_decided_on(
    method: str, target: str, body: Any, path: str, tree: Any
) -> None:
    """O-06, O-30, O-37"""
    call, operation = Described(everyone="people", crew="people").read(method, target.replace(" ", "%20"), body)
    assert (call.path, call.tree) == (path, tree)
    assert "everyone" not in (*operation.collections, call.path)
