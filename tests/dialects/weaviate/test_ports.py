"""Which doors does it have beside the one the gateway stands at?"""

from vecgate.dialects.weaviate.ports import PORTS, STATUS


def test_the_doors_beside_it_are_named() -> None:
    assert [port.number for port in PORTS] == [
        8080, 50051, 2112, 6060, 7100, 7101, 7946, 7947, 8300, 8301,
    ]  # fmt: skip
    assert "gRPC" in STATUS
