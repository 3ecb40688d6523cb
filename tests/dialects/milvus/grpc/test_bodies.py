"""Is every method whose body has a module read and printed by it?"""

from vecgate.dialects.milvus.grpc.bodies import PUT, READ
from vecgate.dialects.milvus.grpc.table import WRITTEN


def test_both_directions_are_there() -> None:
    assert set(READ) == set(PUT) == {row.method for row in WRITTEN}
