"""Which routes are there, and which are refused for which reason?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA, read
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.refusals.errors import CallRefused


@every(("method", "path", "tree", "why"), [
    ("POST", "/graphql/batch", [{"query": "{Get{P{a}}}"}], r"route\.refused"),
    ("GET", f"/objects/{ANNA}", None, r"route\.refused"),
    ("HEAD", f"/objects/{ANNA}", None, r"route\.refused.*names no class"),
    ("POST", "/grpc-web/weaviate.v1.Weaviate/Search", {}, r"route\.refused.*gRPC"),
    ("POST", "/mcp", {}, r"route\.refused"),
    ("POST", "/classifications", {}, r"route\.refused"),
])  # fmt: skip
def test_it_is_refused_by_name(method: str, path: str, tree: object, why: str) -> None:
    """W-27, W-29"""
    with pytest.raises(CallRefused, match=why):
        read(path, tree, method)


@every(("method", "path", "tree", "why"), [
    ("OPTIONS", "/graphql", None, r"route\.unknown"),
    ("OPTIONS", "/schema", None, r"route\.unknown"),
    ("POST", "/graphql", {"query": "query IntrospectionQuery{__schema{queryType{name}}}"}, "'__schema'"),
    ("POST", "/graphql", {"query": '{Get{P{a}} __type(name:"P"){name}}'}, "'__type'"),
])  # fmt: skip
def test_the_first_calls_of_its_web_console_are_refused(method: str, path: str, tree: object, why: str) -> None:
    """A page of another site asks first whether it may (a preflight), and then for all classes."""
    with pytest.raises(CallRefused, match=why):
        read(path, tree, method)


def test_all_routes_are_there_under_names_of_their_own() -> None:
    routes = Weaviate.routes
    assert (len(routes), len({route.name for route in routes}), sum(bool(route.refused) for route in routes)) == (
        135,
        135,
        48,
    )
