"""How a twin goes out over gRPC, and how what comes back is read."""

from types import SimpleNamespace

import pytest

from dialects.base.grpc.test_protocol import ECHO, Made
from support.tools.every import every
from vecgate.dialects.base.grpc import leg
from vecgate.dialects.base.grpc.protocol import Heard, Reply
from vecgate.domain.call import Answer, Call
from vecgate.domain.lease import Headers, Lease
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.errors import MaskFailed

TWIN = Call("POST", "/echo", body=b"\x0a\x01a", origin="https://other.test")


def test_a_twin_goes_out_as_a_message_of_its_method() -> None:
    sent = leg.outgoing(Made(), TWIN)
    assert (sent.method, sent.path, sent.body) == ("POST", ECHO, framing.framed(b"\x0a\x01a"))
    assert dict(sent.headers) == {
        "content-type": "application/grpc",
        "te": "trailers",
        "grpc-accept-encoding": "identity",
    }
    assert sent.origin == TWIN.origin
    assert sent.is_grpc
    assert not TWIN.is_grpc


class Heeds(Made):
    """Notes what it is told."""

    def answer(self, call: Call, reply: Reply) -> Heard:
        if reply.message == b"odd":
            raise ValueError("no message of mine")
        return Heard(Answer(reply.status, body=f"{reply.message!r} {reply.text}".encode()))


@every(
    ("answer", "status", "said"),
    [
        (Answer(200, (("grpc-status", "0"),), b"m"), 0, b"b'm' "),
        (Answer(200, (("grpc-status", "0"),), b""), 0, b"b'' "),
        (Answer(200, (("grpc-status", "5"), ("grpc-message", "100%25")), b"m"), 5, b"None 100%"),
        *(
            (Answer(200, (("grpc-status", odd),), b"m"), 2, b"None ")
            for odd in ("x", "", "\u00b2", "\u0660", "00", "17", "9" * 9000)
        ),
    ],
)
def test_an_answer_is_a_message_or_a_status_and_a_text(answer: Answer, status: int, said: bytes) -> None:
    found = leg.heard(Heeds(), TWIN, answer).answer
    assert (found.status, found.body) == (status, said)


def test_what_is_no_message_of_the_call_is_no_answer() -> None:
    with pytest.raises(MaskFailed):
        leg.heard(Heeds(), TWIN, Answer(200, (("grpc-status", "0"),), b"odd"))


class FakeWire:
    """Notes what is sent, and says what it is to say."""

    def __init__(self, says: Answer) -> None:
        self.says, self.sent = says, list[Call]()

    def ticket(self, call: Call, upstream: object, lease: object) -> object:
        return (call, lease)

    async def send(self, ticket: object, call: Call, keyed: object = None) -> Answer:
        assert ticket == (call, "own")
        self.sent.append(call)
        return self.says


async def own(_upstream: str) -> object:
    return "own"


@every(
    ("asks", "url", "over_grpc"),
    [(True, "https://db.test", True), (False, "https://db.test", False), (True, "", False)],
)
async def test_a_dialects_own_questions_go_over_grpc_where_its_server_has_nothing_else(
    asks: bool, url: str, over_grpc: bool
) -> None:
    class Asks(Heeds):
        pass

    Asks.asks = asks
    dialect = SimpleNamespace(grpc=Asks(), outgoing=lambda call: call)
    upstream = SimpleNamespace(name="db", grpc_url=url)
    wire = FakeWire(Answer(200, (("grpc-status", "0"),), b"m"))
    said = await leg.asked(dialect, wire, upstream, own, TWIN)  # type: ignore[arg-type]
    assert [call.is_grpc for call in wire.sent] == [over_grpc]
    assert said.body == (b"b'm' " if over_grpc else b"m")


@every(("leases", "sent"), [(("old", "new"), ["old", "new"]), (("old", "old"), ["old"]), (("new",), ["new"])])
async def test_what_is_asked_with_a_credential_that_was_ended_is_asked_once_more_with_another(
    leases: tuple[str, ...], sent: list[str]
) -> None:
    there, came = iter(leases), list[str]()

    async def own(_: str) -> Lease:
        return Lease(next(there), "", "docs", 1e12, Headers((("api-key", "k"),)))

    async def send(lease: Lease, _: Call) -> Answer:
        came.append(lease.id)
        return Answer(401 if lease.id == "old" else 200)

    wire = SimpleNamespace(ticket=lambda call, to, lease: lease, send=send)
    upstream, dialect = SimpleNamespace(name="docs", grpc_url=None), SimpleNamespace(outgoing=lambda call: call)
    answer = await leg.asked(dialect, wire, upstream, own, TWIN)  # type: ignore[arg-type]
    assert came == sent
    assert answer.status == (200 if sent[-1] == "new" else 401)
