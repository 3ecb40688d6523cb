"""A client of gRPC is told that REST is spoken here: in the shape that it shows, and so that it does not try again."""

import socket
import ssl

from demo.gateway import Gateway
from demo.stack import Stack
from support.http2.client import connected
from vecgate.dialects.base.doors import Knock
from vecgate.doctor import knocking
from vecgate.doctor.knocking import Spot
from vecgate.domain.call import Call
from vecgate.refusals.catalogue import refuse

CONNECT = Call("POST", "/milvus.proto.milvus.MilvusService/Connect", headers=(("authorization", "c2VjcmV0"),))


def trusting(gateway: Gateway) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(gateway.ca))
    context.set_alpn_protocols(["h2"])
    return context


async def test_a_call_of_grpc_is_refused_by_its_own_status_and_told_why(gateway: Gateway, stack: Stack) -> None:
    place = Spot("127.0.0.1", gateway.listen.port, "localhost", trusting(gateway), seconds=30.0)
    said = await knocking.asked(place, Knock("x", CONNECT, lambda _: None, "", "", over="grpc"))
    assert said is not None
    assert (said.status, said.headers["grpc-message"]) == (7, str(refuse("protocol.grpc")))
    assert said.body == b""
    assert "c2VjcmV0" not in gateway.log.read_text("utf-8")


def test_other_http_2_is_refused_as_http(gateway: Gateway) -> None:
    with connected(gateway.listen.port, str(gateway.ca)) as client:
        for number in [client.send(client.head("GET", "/")) for _ in range(8)]:
            said = client.answer(number)
            assert (said.status, b'"code":"protocol.grpc"' in said.body) == (403, True)


def test_what_is_no_http_2_ends_the_connection(gateway: Gateway) -> None:
    with (
        socket.create_connection(("127.0.0.1", gateway.listen.port)) as plain,
        trusting(gateway).wrap_socket(plain, server_hostname="localhost") as line,
    ):
        line.settimeout(30)
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3)
        while line.recv(65536):
            pass
