"""What does every database over gRPC do alike: which methods there are, how a refusal is said, what is answered here?"""

from typing import ClassVar, Final

import pytest

from dialects.base.grpc.made import made
from vecgate.dialects.base.grpc.messages import Message, printed
from vecgate.dialects.base.grpc.protocol import HEALTH, Grpc, Heard, Method, Pairs, Reply, Sent
from vecgate.domain.call import Answer, Call
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

ECHO: Final = "/made.Made/Echo"


class Made(Grpc):
    messages = made()
    methods: ClassVar = {
        ECHO: Method("made.Outer", "made.Outer"),
        "/made.Made/Never": Method(refused="it is for servers among themselves"),
    }
    metadata: ClassVar = frozenset({"dbname"})

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        return Call("POST", "/echo", query=metadata, body=printed(message))

    def message(self, call: Call) -> Sent:
        return Sent(ECHO, call.body)

    def answer(self, call: Call, reply: Reply) -> Heard:
        return Heard(Answer(200, body=reply.message or b""))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        return Reply(answer.body)


def test_a_call_is_read_into_its_twin_with_the_metadata_that_is_heeded() -> None:
    call = Made().read(ECHO, b"\x0a\x01a", (("DbName", "x"), ("sourceid", "root"), ("te", "trailers")))
    assert (call.query, call.body) == ((("dbname", "x"),), b"\x0a\x01a")


@pytest.mark.parametrize(
    ("path", "code"), [("/made.Made/Other", "route.unknown"), ("/made.Made/Never", "route.refused")]
)
def test_what_is_not_known_or_never_let_through_is_refused(path: str, code: str) -> None:
    with pytest.raises(CallRefused) as e:
        Made().read(path, b"")
    assert e.value.refusal.code == code


def test_a_refusal_is_told_by_status_and_text() -> None:
    told = Made().refused(ECHO, refuse("route.unknown"))
    assert (told.status, told.message) == (7, None)
    assert told.text.startswith("route.unknown: ")


def test_health_is_answered_here_and_nothing_else() -> None:
    assert Made().opened(HEALTH) == Reply(b"\x08\x01")
    assert Made().opened(ECHO) is None
