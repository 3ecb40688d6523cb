"""Is a call sent under the names that it was decided on?"""

from typing import Any

from support.tools.every import every
from support.weaviate.asked import ANNA, graphql, restricted


@every(("method", "path", "tree", "sent"), [
    ("POST", "/graphql", graphql("{Get{People{name} b:People{name}}}"), "{Get{People:Person{name} b:Person{name}}}"),
    ("POST", "/search/People/bm25", {"query": "a"}, "/v1/search/Person/bm25"),
    ("GET", f"/objects/people/{ANNA}", None, f"/v1/objects/Person/{ANNA}"),
    ("GET", "/objects?class=People", None, "Person"),
    ("POST", "/objects", {"class": "People"}, "Person"),
    ("DELETE", "/schema/People", None, "/v1/schema/Person"),
])  # fmt: skip
def test_what_is_sent_names_the_class_that_was_decided_on(method: str, path: str, tree: Any, sent: str) -> None:
    """W-68"""
    call = restricted(path, tree, method)
    body = call.tree if isinstance(call.tree, dict) else {}
    assert sent in (call.path, body.get("query"), body.get("class"), dict(call.query).get("class"))


def test_what_is_linked_is_sent_under_the_name_that_was_decided_on() -> None:
    """W-68: an alias may be pointed elsewhere between the decision and the server."""
    at, own = (f"weaviate://localhost/{name}/{ANNA}" for name in ("People", "Person"))
    for method, path, tree, sent in (
        ("POST", f"/objects/Person/{ANNA}/references/knows", {"beacon": at}, {"beacon": own}),
        ("PUT", f"/objects/Person/{ANNA}/references/knows", [{"beacon": at}], [{"beacon": own}]),
        ("POST", "/batch/references", [{"from": f"{at}/knows", "to": at}], [{"from": f"{own}/knows", "to": own}]),
        ("POST", "/objects", {"class": "Person", "properties": {"knows": [{"beacon": at}], "to": at}},
         {"class": "Person", "properties": {"knows": [{"beacon": own}], "to": at}}),
    ):  # fmt: skip
        assert restricted(path, tree, method).tree == sent
