"""Which ports does Weaviate open by itself, and against which servers was this dialect held?"""

from typing import Final

from vecgate.dialects.base.ports import Port

STATUS: Final = (
    "Held by the tests against recorded calls of a real Weaviate 1.40 (REST and GraphQL) and a stand-in that reads calls as "
    "that does; not against Weaviate Cloud. Over REST only: clients that read over gRPC (weaviate-client 4, npm 3, and what "
    "is built on them) do not read through it."
)
_SECURITY: Final = "https://docs.weaviate.io/deploy/configuration/authentication"
_ENV: Final = "https://docs.weaviate.io/deploy/configuration/env-vars"
#: Between nodes nobody is asked for a credential; all of them are bound on every interface.
_INSIDE: Final = (
    (7100, "who is in the cluster"),
    (7101, "data between nodes"),
    (7946, "who is in the cluster"),
    (7947, "data between nodes"),
    (8300, "the schema, between nodes"),
    (8301, "the schema, between nodes"),
)
PORTS: Final = (
    Port(8080, "REST and GraphQL API", "/v1/meta", _SECURITY),
    Port(50051, "gRPC API, which reads and writes everything", "/", _SECURITY),
    Port(2112, "metrics", "/metrics", _ENV),
    Port(6060, "profiles and debug calls", "/debug/pprof/", _ENV),
    *(Port(number, what, "/", _ENV) for number, what in _INSIDE),
)
