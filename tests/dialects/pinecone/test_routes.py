"""Are the routes a table that says of each what it needs to say?"""

from vecgate.dialects.pinecone.routes import OF_INDEX, PATH_FORMS, ROUTES


def test_no_two_rows_have_one_name_or_one_place() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES) == len({(route.method, route.path) for route in ROUTES})


def test_each_placeholder_that_goes_on_has_a_form() -> None:
    placeholders = {
        part[1:-1] for route in ROUTES if not route.refused for part in route.path.split("/") if part[:1] == "{"
    }
    assert placeholders == {*PATH_FORMS}


def test_every_route_that_destroys_says_so_and_keys_are_never_minted() -> None:
    for route in ROUTES:
        if route.kind in ("collection_drop", "snapshot_restore", "snapshot_delete") and not route.refused:
            assert route.danger == 4, route.name
        if route.path.startswith(("/admin", "/oauth", "/assistants", "/chat", "/files", "/namespace-aliases")):
            assert route.refused, route.name
    assert len(OF_INDEX) == 29
