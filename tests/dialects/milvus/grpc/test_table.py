"""Is every method of the service in the table, once for each twin, and is each twin a route?"""

from dialects.milvus.grpc.asked import MESSAGES
from vecgate.dialects.milvus.grpc.table import NAMED, REFUSED, ROWS, SERVICE
from vecgate.dialects.milvus.routes import ROUTES


def test_every_method_is_spoken_or_refused_for_a_reason_and_none_is_both() -> None:
    spoken = {row.method for row in ROWS}
    assert not spoken & set(REFUSED)
    assert (len(spoken), len(REFUSED), len(spoken | set(REFUSED) | {"Connect"})) == (
        72,
        71,
        144,
    )  # all there are in 3.0


def test_of_what_attu_shows_data_is_read_and_the_machine_refused_for_a_reason() -> None:
    spoken = {row.method for row in ROWS} | {"Connect"}
    data = (
        "Connect GetVersion CheckHealth ListDatabases ShowCollections DescribeCollection GetCollectionStatistics DescribeIndex "
        "GetLoadState GetLoadingProgress ListAliases ShowPartitions GetPartitionStatistics Query Search HybridSearch Insert "
        "Upsert Delete CreateCollection DropCollection LoadCollection ReleaseCollection CreateIndex Flush ListCredUsers "
        "SelectRole SelectGrant"
    )
    machine = "GetMetrics GetReplicas GetPersistentSegmentInfo GetQuerySegmentInfo Import"
    assert {*data.split()} - spoken == set()
    assert {*machine.split()} - {*REFUSED} == set()


def test_every_twin_is_a_route_that_may_be_let_through_and_stands_once() -> None:
    routes = {route.path: route for route in ROUTES if route.method == "POST" and not route.refused}
    twins = [row.twin for row in ROWS]
    assert len(twins) == len(set(twins))
    assert set(twins) <= set(routes)
    assert {route.path for route in routes.values() if route.grpc} == {
        twin for twin in twins if twin.startswith(SERVICE)
    }


def test_what_a_row_says_is_a_field_of_its_message() -> None:
    """Else a call that was read could not be sent: the databases that a client asks for which has one in its metadata."""
    for row in NAMED:
        for name in (field for field, member in row.said.items() if member):
            fields = MESSAGES.new(f"milvus.{row.takes}").DESCRIPTOR.fields_by_name
            for step in name.split("."):
                assert step in fields, (row.method, name)
                fields = getattr(fields[step].message_type, "fields_by_name", {})


def test_what_rest_can_do_can_be_done_over_grpc_but_for_what_is_named() -> None:
    """A call that was read by its twin can always be sent."""
    rest = {route.name for route in ROUTES if route.path.startswith("/v2/") and not route.refused}
    spoken = {route.name for route in ROUTES if route.path in {row.twin for row in ROWS}}
    assert rest - spoken == {
        "entities_get", "entities_advanced_search", "databases_alter", "indexes_list", "jobs_import_list", "quotacenter_describe", "roles_list",
        "users_describe",
    }  # fmt: skip
