"""Which tables say Pinecone's messages as trees of REST? Members in camel case; metadata is numbers of one kind only."""

from pathlib import Path
from typing import Final

from vecgate.dialects.base.grpc.messages import Messages
from vecgate.dialects.base.grpc.trees import Trees
from vecgate.dialects.base.grpc.values import Values

MESSAGES: Final = Messages(Path(__file__).parent)
_METADATA: Final = Values("", "number_value")


def camel(name: str) -> str:
    """What a field is called over REST."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


TREES: Final = Trees(
    names={"NamespaceDescription.record_count": "record_count"},
    name=camel,
    # What says nothing where it is empty, as it does where it is not there.
    quiet=frozenset(
        {
            "QueryRequest.queries", "QueryRequest.vector", "QueryRequest.id", "UpdateRequest.id", "UpdateRequest.values",
            "DeleteRequest.ids", "DeleteRequest.delete_all", "QueryResponse.results",
            *(f"{one}Request.namespace" for one in ("Query", "Upsert", "Update", "Delete", "Fetch", "FetchByMetadata", "List")),
        }
    ),
    ways={"Struct": _METADATA.struct, "Value": _METADATA.value},
)  # fmt: skip
