"""What comes with the local key goes on with the token of now; what comes without it goes nowhere."""

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.logins.keyed import Tokens
from support.tools.served import Quiet
from vecgate.desk import certificate, endpoint
from vecgate.desk.endpoint import Local
from vecgate.desk.places import DeskFailed


class Gateway(Quiet):
    """It says what came, in the form that is asked for."""

    protocol_version = "HTTP/1.1"
    came: list[tuple[str, str, dict[str, str], bytes]]

    def _any(self) -> None:
        if self.headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        type(self).came.append((self.command, self.path, headers, body))
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("X-Own", "yes")
        if self.path == "/pieces":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            return
        if self.path == "/cut":
            self.send_header("Content-Length", "10")
            self.end_headers()
            self.wfile.write(b"abc")
            self.close_connection = True
            return
        self.send_header("Content-Length", "5")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"abcde")

    def _chunk(self) -> bytes:
        piece = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return piece

    do_GET = do_POST = do_HEAD = do_DELETE = _any


@contextmanager
def over_tls(folder: Path) -> Iterator[str]:
    Gateway.came = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(*certificate.make(folder))
    server.socket = trust.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("gateway")
    with over_tls(folder) as url:
        yield url, str(folder / "local.pem")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def place(gateway: tuple[str, str], home: Path, tokens: Tokens) -> Iterator[Local]:
    Gateway.came.clear()
    with endpoint.served(*gateway, tokens, certificate.make(home)) as made:
        yield made


def line(place: Local) -> http.client.HTTPSConnection:
    port = int(place.url.rpartition(":")[2])
    return http.client.HTTPSConnection(
        "localhost", port, context=ssl.create_default_context(cafile=str(place.ca)), timeout=30
    )


def ask(place: Local, method: str = "GET", path: str = "/x?y=z", body: Any = None, **headers: str) -> tuple[int, bytes]:
    with closing(line(place)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named, encode_chunked=not isinstance(body, bytes | None))
        answer = connection.getresponse()
        return answer.status, answer.read()


def head_only(place: Local, *headers: tuple[str, str]) -> int:
    """The status for a head that tells of its body in these ways, before any of it is sent."""
    with closing(line(place)) as connection:
        connection.putrequest("POST", "/x")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status


WAYS = {
    "bearer": lambda key: {"Authorization": f"Bearer {key}"},
    "small bearer": lambda key: {"authorization": f"bearer {key}"},
    "password of a bearer": lambda key: {"Authorization": f"Bearer root:{key}"},
    "password": lambda key: {"Authorization": f"Basic {base64.b64encode(f'u:{key}'.encode()).decode()}"},
    "chroma": lambda key: {"X_Chroma_Token": key},
    "qdrant": lambda key: {"api_key": key},
    "pinecone": lambda key: {"Api_Key": key},
}


@pytest.mark.parametrize("way", WAYS)
def test_the_key_is_taken_from_where_clients_put_theirs_and_goes_no_further(place: Local, way: str) -> None:
    assert ask(place, **WAYS[way](place.key.reveal())) == (200, b"abcde")
    ((method, path, headers, _),) = Gateway.came
    assert (method, path, headers["authorization"]) == ("GET", "/x?y=z", "Bearer token-1")
    assert not [value for value in headers.values() if place.key.reveal() in value]
    assert headers["host"] != place.url.removeprefix("https://")


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eA=="}, {"Authorization": "Basic =x="}, {"Authorization": "Bearer token-1"},
        {"Authorization": "KEY"[:2]}, {"Authorization": "Bearer KEY", "api_key": "KEY"}, {"Cookie": "KEY"}, {"Authorization": "Bearer KEYx"},
    ],
)  # fmt: skip
def test_without_it_nothing_goes_anywhere(place: Local, headers: dict[str, str]) -> None:
    status, said = ask(place, **{name: value.replace("KEY", place.key.reveal()) for name, value in headers.items()})
    assert (status, Gateway.came) == (401, [])
    assert b"for the programs that 'vecgate exec' started" in said


def test_who_has_no_key_is_told_before_a_byte_of_a_body_is_taken_in(place: Local) -> None:
    assert head_only(place, ("Authorization", "Bearer x"), ("Content-Length", "100000000000")) == 401
    assert head_only(place, ("Content-Length", "5"), ("Expect", "100-continue")) == 401


def test_who_comes_without_a_word_keeps_nobody_out(place: Local) -> None:
    """Of others at this machine there may be any number; those of the program go on, the earlier ones, too."""
    key = {"Authorization": f"Bearer {place.key.reveal()}"}
    earlier, port = line(place), int(place.url.rpartition(":")[2])
    earlier.request("GET", "/x", headers=key)
    assert earlier.getresponse().read() == b"abcde"
    with ExitStack() as all_:
        held = [
            all_.enter_context(closing(socket.create_connection(("127.0.0.1", port), 30)))
            for _ in range(endpoint.STRANGERS + 20)
        ]
        assert ask(place, **key) == (200, b"abcde")
        assert held[0].recv(1) == b""  # whoever came first had to go
    earlier.request("GET", "/x", headers=key)
    assert earlier.getresponse().read() == b"abcde"
    earlier.close()


def test_a_programs_threads_may_come_all_at_once(place: Local) -> None:
    """None of them waits for a second, as it would where the system has no room for those who come."""
    key = {"Authorization": f"Bearer {place.key.reveal()}"}
    with ThreadPoolExecutor(64) as pool:
        assert set(pool.map(lambda _: ask(place, **key), range(64))) == {(200, b"abcde")}
    assert endpoint._Server.request_queue_size >= 64


def test_no_piece_of_an_answer_waits_until_the_one_before_is_told_of(
    place: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call took some 40 ms more, as what follows an answer's head waited for the client's system to say it has that."""
    at_once, passed = list[int](), endpoint._Handler._pass

    def do_get(self: endpoint._Handler) -> None:
        at_once.append(self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        passed(self)

    monkeypatch.setattr(endpoint._Handler, "do_GET", do_get)
    assert ask(place, Authorization=f"Bearer {place.key.reveal()}") == (200, b"abcde")
    assert all(at_once)
    assert len(at_once) == 1


def test_each_call_has_the_token_of_now_over_one_connection(place: Local, tokens: Tokens) -> None:
    key = {"Authorization": f"Bearer {place.key.reveal()}"}
    connection = line(place)
    for _ in range(2):
        connection.request("POST", "/x", b"body", key)
        assert connection.getresponse().read() == b"abcde"
    told = [(headers["authorization"], body) for _, _, headers, body in Gateway.came]
    assert told == [("Bearer token-1", b"body"), ("Bearer token-2", b"body")]
    tokens.ended = True
    connection.request("GET", "/x", headers=key)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (401, b"vecgate exec: your login has ended\n")
    assert len(Gateway.came) == 2
    connection.close()


def test_bodies_and_answers_come_as_they_are(place: Local) -> None:
    key = {"Authorization": f"Bearer {place.key.reveal()}"}
    assert ask(place, "POST", "/x", iter([b"ab", b"c"]), Transfer_Encoding="chunked", **key) == (200, b"abcde")
    assert Gateway.came[-1][3] == b"abc"
    assert ask(place, "GET", "/pieces", **key) == (200, b"abcde")
    assert ask(place, "HEAD", "/x", **key) == (200, b"")
    assert ask(place, "DELETE", "/none", **key) == (404, b"abcde")
    with pytest.raises(http.client.IncompleteRead):
        ask(place, "GET", "/cut", **key)


@pytest.mark.parametrize(
    "told",
    [
        (("Content-Length", "3"), ("Transfer-Encoding", "chunked")), (("Content-Length", "+3"),), (("Content-Length", "3"), ("Content-Length", "4")),
        (("Transfer-Encoding", "gzip, chunked"),), (("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")), (("Content-Length", "x"),),
    ],
)  # fmt: skip
def test_a_length_that_is_told_in_two_ways_is_none(place: Local, told: tuple[tuple[str, str], ...]) -> None:
    assert head_only(place, ("Authorization", f"Bearer {place.key.reveal()}"), *told) == 411
    assert Gateway.came == []


def test_a_gateway_that_is_away_or_another_is_told(home: Path, gateway: tuple[str, str], tokens: Tokens) -> None:
    made = certificate.make(home)
    for url, ca in (("https://localhost:9", gateway[1]), (gateway[0], str(made[0]))):
        Gateway.came.clear()
        with endpoint.served(url, ca, tokens, made) as place:
            status, said = ask(place, Authorization=f"Bearer {place.key.reveal()}")
        assert (status, Gateway.came) == (502, [])
        assert b"no gateway is there" in said
        assert b"nothing was sent" in said
    with pytest.raises(DeskFailed, match="cannot be read"), endpoint.served(gateway[0], "/none", tokens, made):
        pass
