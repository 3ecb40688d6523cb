"""Are the routes a table that says of each what it needs to say?"""

from vecgate.dialects.qdrant.routes import PATH_FORMS, QUERY_FORMS, ROUTES


def test_no_two_rows_have_one_name_or_one_place() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES) == len({(route.method, route.path) for route in ROUTES})


def test_each_parameter_and_placeholder_has_a_form() -> None:
    assert {key for route in ROUTES for key in route.query} <= {*QUERY_FORMS}
    placeholders = {
        part[1:-1] for route in ROUTES if not route.refused for part in route.path.split("/") if part[:1] == "{"
    }
    assert placeholders == {*PATH_FORMS}


def test_what_stores_or_restores_what_cannot_be_read_is_refused() -> None:
    """Q-63: uploads hold the data of a collection that nothing in the call names."""
    refused = {route.name for route in ROUTES if route.refused}
    assert {
        "recover_from_uploaded_snapshot",
        "recover_shard_from_uploaded_snapshot",
        "recover_partial_snapshot",
        "recover_partial_snapshot_from",
    } <= refused


def test_every_route_that_destroys_says_so() -> None:
    for route in ROUTES:
        if route.kind in ("collection_drop", "snapshot_restore", "snapshot_delete", "alias") and not route.refused:
            assert route.danger == 4, route.name
