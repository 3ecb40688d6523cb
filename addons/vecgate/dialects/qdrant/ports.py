"""Which ports does Qdrant open by itself, and against which server was this dialect held?"""

from typing import Final

from vecgate.dialects.base.ports import Port

STATUS: Final = "Held by the tests against recorded calls of a real Qdrant 1.19 and its engine (qdrant-edge); not against Qdrant Cloud."
PORTS: Final = (
    Port(6333, "HTTP API", "/collections", "https://qdrant.tech/documentation/guides/installation/"),
    Port(6334, "gRPC API", "/", "https://qdrant.tech/documentation/guides/installation/"),
    Port(6335, "cluster traffic, without any login", "/", "https://qdrant.tech/documentation/guides/security/"),
)
