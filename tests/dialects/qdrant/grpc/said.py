"""Messages of Qdrant's, written as text, and the calls that they are."""

from typing import Any

from google.protobuf import text_format

from dialects.qdrant.grpc.recorded import spoken
from vecgate.dialects.base.grpc.messages import printed
from vecgate.domain.call import Call


def message(method: str, text: str) -> bytes:
    grpc = spoken()
    named = grpc.messages.new(grpc.methods[method].takes)
    if "collection_name" in named.DESCRIPTOR.fields_by_name:
        named.collection_name = "people"
    return printed(text_format.Parse(text, named, descriptor_pool=grpc.messages.pool))


def twin(method: str, text: str) -> Call:
    return spoken().read(method, message(method, text))


def there_and_back(method: str, text: str, path: str, query: dict[str, str], body: Any) -> None:
    """A message of `Points` is that call, and the call that message, once it is in its one form."""
    call = twin(f"/qdrant.Points/{method}", text)
    said = dict(call.query)
    writes = said.pop("wait", None)
    assert (call.path, said, call.tree) == (path, query, body)
    again = spoken().message(call)
    assert spoken().read(again.method, again.message) == call
    if writes is None and method not in ("QueryBatch", "SearchBatch"):  # each search of a batch names the collection
        assert again.message == message(f"/qdrant.Points/{method}", text)
