"""Which ports is the doctor to knock at?"""

from vecgate.dialects.milvus.ports import PORTS, STATUS


def test_the_port_that_asks_nobody_is_among_them() -> None:
    assert [port.number for port in PORTS] == [19530, 9091]
    assert "gRPC" in STATUS
