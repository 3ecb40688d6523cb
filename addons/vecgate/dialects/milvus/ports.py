"""Which ports does Milvus open by itself, and against which servers was this dialect held?"""

from typing import Final

from vecgate.dialects.base.ports import Port

STATUS: Final = (
    "Held by the tests against a real Milvus 2.3.5 (v1) and recorded calls of the real REST handlers of 2.6 (v2); not "
    "against Zilliz Cloud. Over gRPC by recorded calls of pymilvus, LangChain, LlamaIndex and the client for Node, and by pymilvus 3 as it comes, before the same 2.3.5."
)
_SECURITY: Final = "https://milvus.io/docs/authenticate.md"
PORTS: Final = (
    Port(19530, "REST and gRPC API", "/v1/vector/collections", _SECURITY),
    Port(
        9091, "metrics, and an API that asks nobody for a credential", "/healthz", "https://milvus.io/docs/monitor.md"
    ),
)
