"""Are the calls that official clients of Pinecone made over gRPC read, and printed again with nothing lost?"""

from typing import Any, Final

from support.tools.recorded_grpc import Told, told
from vecgate import dialects
from vecgate.dialects.base.grpc.protocol import Grpc, Reply
from vecgate.dialects.pinecone.grpc.dialect import PineconeGrpc

HOME: Final = "pinecone.example"


def at(name: str) -> str:
    return f"https://{name}.svc.pinecone.io"


def spoken() -> Grpc:
    dialect = dialects.load("pinecone")
    return PineconeGrpc(dialect.read, dialect.match, lambda: f"https://{HOME}", at)


def alike(message: Any) -> Any:
    """The message with each equality of its filter in full, as it is printed."""
    filter = getattr(message, "filter", None)
    for key in [*filter.fields] if filter is not None else []:
        value = filter.fields[key]
        if value.WhichOneof("kind") == "string_value":
            text = value.string_value
            value.struct_value.fields["$eq"].string_value = text
    return message


def read(grpc: Grpc, one: Told) -> None:
    version = "2025-04" if "7.3.0" in one.source else "2026-07"
    called = (("host", f"people.{HOME}:443"), ("x-pinecone-api-version", version))
    call = grpc.read(one.method, one.request, called)
    assert call.path.startswith("/idx/people/")
    sent = grpc.message(call)
    assert (sent.method, sent.metadata) == (one.method, (("x-pinecone-api-version", version),))
    assert sent.origin == at("people")
    takes, gives = grpc.methods[one.method].takes, grpc.methods[one.method].gives
    assert alike(grpc.messages.heard(takes, one.request)) == grpc.messages.heard(takes, sent.message), one.method
    if one.answer is not None:
        heard = grpc.answer(call, Reply(one.answer))
        told_on = grpc.given(call, heard.answer, heard.kept)
        assert grpc.messages.heard(gives, told_on.message or b"") == grpc.messages.heard(gives, one.answer), one.method


def tried() -> None:
    grpc = spoken()
    for one in told("pinecone"):
        read(grpc, one)
