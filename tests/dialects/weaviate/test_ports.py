"""Which doors does it have beside the one the gateway stands at?"""

from vecgate.dialects.weaviate.ports import PORTS, STATUS


def test_the_doors_beside_it_are_named() -> None:
    assert [port.number for port in PORTS] == [8080, 50051, 7101, 6060]
    assert "gRPC" in STATUS
