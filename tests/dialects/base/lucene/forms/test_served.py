"""Do the served routes take no key that is a path's parameter at the server, or takes the place of a body?"""

import re

from vecgate.dialects.opensearch.routes import QUERY_FORMS, ROUTES
from vecgate.dialects.opensearch.routes import SERVED as ROWS

#: What a server reads from the query as if it stood in the path or the body.
NEVER = {
    "index",
    "id",
    "name",
    "indices",
    "metric",
    "alias",
    "repository",
    "snapshot",
    "scroll_id",
    "q",
    "source",
    "routing",
    "pipeline",
    "filter_path",
}


def test_no_key_is_a_parameter_of_a_path_or_a_body() -> None:
    """O-01, O-02, O-04, O-07"""
    names = {name for route in ROUTES for name in re.findall(r"\{([a-z_]+)\}", route.path)}
    for route in ROWS:
        sent = {*route.query} - ({"scroll_id"} if route.name in ("scroll", "clear_scroll") else set())
        assert not sent & (NEVER | names), route.path  # what is gone on with is said to the server in a body alone


def test_every_key_has_a_form() -> None:
    assert {key for route in ROWS for key in route.query} == {*QUERY_FORMS}
