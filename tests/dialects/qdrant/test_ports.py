"""Where the doctor knocks at a Qdrant, and what is said of how it was tried."""

from vecgate.dialects.qdrant.ports import PORTS, STATUS


def test_http_grpc_and_cluster_ports_are_known() -> None:
    assert [port.number for port in PORTS] == [6333, 6334, 6335]
    assert "not against" in STATUS
