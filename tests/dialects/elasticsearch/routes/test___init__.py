"""Is every route there once, and none served that OpenSearch refuses?"""

from vecgate.dialects.elasticsearch.routes import QUERY_FORMS, ROUTES, SERVED


def test_each_route_is_there_once() -> None:
    told = [(route.method, route.path) for route in ROUTES]
    assert len(told) == len({*told}) == 806


def test_every_key_has_a_form() -> None:
    """E-01, E-02, E-04"""
    assert {key for route in SERVED for key in route.query} == {*QUERY_FORMS}
    assert "master_timeout" in QUERY_FORMS
