"""Which greetings of TLS are those of gRPC; what is answered then: tests/path/reaching/test_grpc.py."""

from support.tools.every import every
from vecgate.mitm.nogrpc import speaks_h2_alone


@every(
    ("offered", "alone"),
    [([b"h2"], True), ([b"grpc-exp", b"h2"], True), ([b"h2", b"http/1.1"], False), ([b"http/1.1"], False), ([b"http/1.0", b"h2"], False), ([], False), ([b"h3"], False)],
)  # fmt: skip
def test_http_2_alone_is_offered_by_clients_of_grpc(offered: list[bytes], alone: bool) -> None:
    assert speaks_h2_alone(offered) is alone
