"""Is every route there once?"""

from vecgate.dialects.opensearch.routes import ROUTES


def test_each_route_is_there_once() -> None:
    told = [(route.method, route.path) for route in ROUTES]
    assert len(told) == len({*told}) == 723
