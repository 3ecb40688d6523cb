"""With which versions of Weaviate was this dialect tested, and what lies beside its API (ports and side doors)?"""

from typing import Final

from vecgate.dialects.base.doors import Knock, Said, lets_pages_in, preflight
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.reading import HEADERS
from vecgate.dialects.base.versions import Tested
from vecgate.domain.call import Call

_ENV: Final = "https://docs.weaviate.io/deploy/configuration/env-vars"
_LOGIN: Final = "https://docs.weaviate.io/deploy/configuration/authentication"
STATUS: Final = (
    "Held by the tests against recorded calls of a real Weaviate 1.40 (REST, GraphQL and gRPC) and stand-ins that read calls "
    "as that does; not against Weaviate Cloud. Clients that read over gRPC (weaviate-client 4, npm 3, and what is built on "
    "them) do so where the upstream has `grpc: true`; `BatchStream` ends at the gateway, and goes out batch by batch."
)
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
    Port(8080, "REST and GraphQL API", "/v1/meta", _LOGIN),
    Port(50051, "gRPC API, which reads and writes everything", "/", _LOGIN),
    Port(2112, "metrics", "/metrics", _ENV),
    Port(6060, "profiles and debug calls", "/debug/pprof/", _ENV),
    *(Port(number, what, "/", _ENV) for number, what in _INSIDE),
)
_TYPED: Final = (("content-type", "application/json"), ("connect-protocol-version", "1"))
#: What modules are called that send texts to a model elsewhere, at an address that a caller may choose.
_ELSEWHERE: Final = ("generative-", "text2vec-", "multi2vec-", "multi2multivec-", "text2multivec-", "reranker-", "qna-")


def _anyone(said: Said) -> str | None:
    return (
        "shows its schema to anyone, without a key"
        if said.status == 200 and isinstance(said.at("classes"), list)
        else None
    )


def _modules(said: Said) -> str | None:
    found = said.at("modules")
    sending = sorted(name for name in found or () if name.startswith(_ELSEWHERE)) if isinstance(found, dict) else []
    if not sending:
        return None
    named = ", ".join(sending[:3]) + (f" and {len(sending) - 3} more" if len(sending) > 3 else "")
    return f"has modules that send texts to models elsewhere, with its own keys ({named})"


def _web_grpc(said: Said) -> str | None:
    return (
        "takes gRPC on its REST port, too (gRPC-Web)" if said.status == 200 and said.at("status") == "SERVING" else None
    )


def _profiles(said: Said) -> str | None:
    shown = said.status == 200 and b"/debug/pprof/" in said.body
    return "gives profiles of the server to anyone (/debug/pprof)" if shown else None


def _metrics(said: Said) -> str | None:
    told = said.status == 200 and b"# TYPE" in said.body
    return "tells names of classes and tenants to anyone (/metrics)" if told else None


DOORS: Final = (
    Knock(
        "anonymous access",
        Call("GET", "/v1/schema"),
        _anyone,
        "Set AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false, AUTHENTICATION_APIKEY_ENABLED=true and AUTHORIZATION_RBAC_ENABLED=true.",
        _LOGIN,
    ),
    Knock(
        "pages of other sites (CORS)",
        preflight("/v1/schema"),
        lets_pages_in,
        "Set CORS_ALLOW_ORIGIN to a site of your own, or let the port take the gateway alone.",
        _ENV,
        grave=False,
    ),
    Knock(
        "gRPC-Web on the REST port",
        Call("POST", "/v1/grpc-web/grpc.health.v1.Health/Check", headers=_TYPED, body=b"{}"),
        _web_grpc,
        "Let the REST port take the gateway alone, too: it refuses gRPC-Web by name, the server does not.",
        _ENV,
        grave=False,
    ),
    Knock(
        "profiles and debug calls (6060)",
        Call("GET", "/debug/pprof/"),
        _profiles,
        "Set GO_PROFILING_DISABLE=true: the port is bound on all interfaces, whatever --host says.",
        _ENV,
    ),
    Knock(
        "metrics (PROMETHEUS_MONITORING_PORT)",
        Call("GET", "/metrics"),
        _metrics,
        "Leave PROMETHEUS_MONITORING_ENABLED out, or let its port take the collector alone.",
        _ENV,
        grave=False,
    ),
    Knock(
        "modules that send texts elsewhere",
        Call("GET", "/v1/meta"),
        _modules,
        "Set API_BASED_MODULES_DISABLED=true, and name in ENABLE_MODULES only what is used.",
        _ENV,
        by="gateway",
        grave=False,
    ),
)
TESTED: Final = Tested(("1.40",), Call("GET", "/v1/meta", headers=HEADERS), ("version",))
