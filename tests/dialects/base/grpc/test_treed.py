"""How databases whose messages are trees read and print them, and which twin they mean."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from dialects.base.grpc.made import made
from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.base.grpc.protocol import Heard, Method, Pairs, Reply, Sent
from vecgate.dialects.base.grpc.treed import TreeGrpc
from vecgate.dialects.base.grpc.trees import Trees
from vecgate.dialects.base.routing import Match, Route
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused

ECHO, REST = Route("POST", "/echo", "echo", "search", 1, ""), Route("POST", "/rest", "rest", "search", 1, "")
CALL = Call("POST", "/echo", tree={"text": "a"})


@dataclass(frozen=True)
class Twin:
    path: str = "/made.Made/Echo"
    route: Route = ECHO
    takes: str = "made.Outer"
    gives: str = "made.Inner"


class Treed(TreeGrpc[Twin]):
    messages = made()
    methods: ClassVar = {Twin.path: Method(Twin.takes, Twin.gives)}
    trees = Trees()

    def __init__(self) -> None:
        super().__init__({"echo": Twin()}, lambda call: Match(ECHO if call.path == "/echo" else REST, {}))

    def twin(self, path: str, message: Message, metadata: Pairs) -> Call:
        return Call("POST", "/echo", tree=self._said(message))

    def message(self, call: Call) -> Sent:
        _, twin = self._meant(call)
        assert isinstance(call.tree, dict)
        return Sent(twin.path, self._put(twin, call.tree))

    def answer(self, call: Call, reply: Reply) -> Heard:
        return Heard(Answer(200, body=strict_json.dump(self._heard(self._meant(call)[1], reply))))

    def given(self, call: Call, answer: Answer, kept: object = None) -> Reply:
        tree: Json = strict_json.parse(answer.body)
        return self._given(self._meant(call)[1], tree)


def test_a_message_is_read_and_printed_there_and_back() -> None:
    grpc = Treed()
    sent = grpc.message(CALL)
    assert sent == Sent(Twin.path, b"\x0a\x01a")
    read = grpc.read(sent.method, sent.message)
    assert isinstance(read.tree, dict)
    assert read.tree["text"] == "a"
    heard = grpc.answer(CALL, Reply(sent.message))
    assert grpc.given(CALL, heard.answer).message == sent.message


def test_what_has_no_twin_or_no_place_is_refused_by_name() -> None:
    grpc = Treed()
    for call, words in (
        (Call("POST", "/rest", tree={}), r"route\.refused.*this server knows it over REST only"),
        (Call("POST", "/echo", tree={"other": 1}), r"body\.unreadable.*cannot be said over gRPC"),
    ):
        with pytest.raises(CallRefused, match=words):
            grpc.message(call)
    with pytest.raises(CallRefused, match=r"body\.unreadable.*cannot be said in one way"):
        grpc.read(Twin.path, b"\x59" + b"\0\0\0\0\0\0\xf0\x7f")  # a number that is none
    with pytest.raises(ValueError, match="Inner"):
        grpc.given(CALL, Answer(200, body=b'{"other":1}'))
